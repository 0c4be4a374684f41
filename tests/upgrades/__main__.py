"""`python -m tests.upgrades`: lives a release with the code of each earlier revision, and keeps what it left behind.

It needs the history of the repository; `python -m tests.upgrades 0008` records that revision alone.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.upgrades.history import COMMITS, check_out
from tests.upgrades.moments import keep

_STORY = Path(__file__).parent / "story.py"
_WITHIN = 600.0


def main() -> None:
    """All of them, or those that are named."""
    parser = argparse.ArgumentParser(prog="python -m tests.upgrades")
    parser.add_argument("revisions", nargs="*", choices=[*COMMITS, []], metavar="revision")
    asked = parser.parse_args()
    for revision in asked.revisions or COMMITS:
        with TemporaryDirectory() as name:
            folder = Path(name)
            code = check_out(COMMITS[revision], folder / "code")
            out = folder / "moments.json"
            subprocess.run(
                ["env", f"PYTHONPATH={code}", sys.executable, str(_STORY), str(out)],
                cwd=code,
                timeout=_WITHIN,
                check=True,
            )
            told = json.loads(out.read_text())
        keep(revision, told["moments"], told["keys"])
        sys.stdout.write(f"{revision}: {', '.join(moment['name'] for moment in told['moments'])}\n")


if __name__ == "__main__":
    main()
