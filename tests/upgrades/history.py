"""Which version of the code last wrote for each revision of the database, and how its files are had."""

import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

from tests.upgrades.moments import ROOT

COMMITS = {
    "0001": "a26bfe9",
    "0002": "ca9505e",
    # It came together with the ones before and after it: this version had its columns, and not yet those of 0002.
    "0003": "8c830a5",
    "0004": "aa38f56",
    "0005": "dd3c0e0",
    "0006": "fd607dd",
    "0007": "73cfe48",
    "0008": "dffc800",
    "0009": "2a6ca3a",
    # Its number was another one then.
    "0010": "1984685",
    "0011": "3d14239",
    "0012": "2a1e22b",
}
"""For each revision a commit whose newest schema it was."""


class HistoryMissing(Exception):
    """This checkout does not have the commit, as one without history has not."""


def check_out(commit: str, folder: Path) -> Path:
    """The files of a commit, in a folder of their own; HistoryMissing."""
    packed = subprocess.run(
        ["git", "archive", "--format=tar", commit], cwd=ROOT, capture_output=True, check=False
    )
    if packed.returncode:
        raise HistoryMissing(f"{commit}: {packed.stderr.decode().strip()}")
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=BytesIO(packed.stdout)) as files:
        files.extractall(folder, filter="data")
    return folder
