"""The words after `python -m sandbox`: each reaches the world that it is about."""

from pathlib import Path

import pytest

from sandbox.__main__ import make_world, read_arguments
from sandbox.github.clone import grow_bare


@pytest.mark.parametrize(("words", "seconds"), [([], 3.0), (["--slack-patience", "7"], 21.0)])
def test_slack_waits_as_long_as_it_is_told(words: list[str], seconds: float, tmp_path: Path) -> None:
    """3 s as the real one, or more of them for a busy machine: for an answer, and for a form."""
    source = grow_bare(tmp_path / "source.git").path
    words = ["--folder", str(tmp_path), "--repo", str(source), *words]
    settings = make_world(read_arguments(words)).slack.settings
    assert (settings.ack_seconds, settings.trigger_seconds) == (seconds, seconds)
