"""A Slack app without the optional history scopes, killed while it posts: nobody can look what was said."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.kit import Moment
from tests.support.kill_run import run_release, show

pytestmark = pytest.mark.slow

HISTORY = frozenset({"channels:history", "groups:history"})


def _posts(family: str, _moment: Moment) -> bool:
    return "chat.postMessage" in family


async def test_a_doubt_that_nobody_can_settle_may_post_twice_and_loses_nothing(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """R1: where Slack does not let us look, a message that a kill cut off is posted again rather than lost.

    At most one copy more for each kill; everything but the copies is as in the undisturbed run.
    """
    quiet = await run_release(
        tmp_path / "quiet", f"sqlite:///{tmp_path / 'quiet.db'}", without_scopes=HISTORY, kill_at_acts=False
    )
    killed = await run_release(
        tmp_path / "killed",
        f"sqlite:///{tmp_path / 'killed.db'}",
        seed=3,
        wanted=_posts,
        kill_at_acts=False,
        without_scopes=HISTORY,
    )
    show("without history", killed)
    record_property("kills", killed.kills)
    record_property("where", killed.table)
    assert killed.survived == set()
    copies = killed.outcome["said twice"]
    assert copies, "a kill after a post was effective leaves a copy, or the bot could look after all"
    assert sum(n - 1 for n in copies.values()) <= killed.kills
    for name in set(quiet.outcome) - {"said twice"}:
        assert killed.outcome[name] == quiet.outcome[name], name
    assert killed.inside == quiet.inside
    assert killed.faults == []
