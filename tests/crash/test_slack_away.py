"""Slack goes away in the middle of a release and comes back."""

from pathlib import Path

import pytest

from tests.support.kill_run import compare, run_release
from tests.support.townsfolk import PATIENCE, Townsfolk

pytestmark = pytest.mark.slow


class _WithoutSlack(Townsfolk):
    """The same story, with Slack away from the cut of the branch until the first cycle is done."""

    async def start(self) -> None:
        """As ever; then Slack is gone until the work of the first cycle is done without it."""
        await super().start()
        await self.until("the branch", lambda: self.shown("Branch"))
        self._slack.go_down()
        done = "SELECT 1 FROM cycles WHERE number = 1 AND state = 'DONE'"
        await self._town.until_row(done, within=PATIENCE)
        unsaid = (
            "SELECT count(*) FROM outbox WHERE kind IN ('NOTICE', 'CHAPTER') AND not_before_ms IS NOT NULL"
        )
        assert await self._town.count(unsaid) > 1
        self._slack.go_down(down=False)


async def test_a_release_goes_on_without_slack(tmp_path: Path) -> None:
    """R6: while Slack is down the release goes on; back again, everything is said as if it had never been away:
    once, in order, and the card shows how things are now."""
    quiet = await run_release(tmp_path / "quiet", f"sqlite:///{tmp_path / 'quiet.db'}")
    away = await run_release(tmp_path / "away", f"sqlite:///{tmp_path / 'away.db'}", people=_WithoutSlack)
    compare(quiet, away)
    assert away.lives == 1
