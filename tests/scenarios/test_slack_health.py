"""The health of a version from Slack: a drop stops the rollout loudly, and a person goes on with a reason."""

from pathlib import Path

from orchestration.domain.events import EventKind
from orchestration.domain.store_states import StoreState
from orchestration.domain.submission import Submission
from tests.support.distribution import NUMBERS, VERSION
from tests.support.office import Office, office
from tests.support.prepared_stores import Shops
from tests.support.rehearsed import ANDROID


async def _android(o: Office, state: StoreState) -> Submission:
    """The submission to the Play Store, once it is in this state."""

    async def look() -> Submission | None:
        found = next(s for s in (await o.release()).current_submissions if s.pair == ANDROID)
        return found if found.state is state else None

    found = await o.comes(look)
    assert found is not None
    return found


async def test_a_drop_stops_the_rollout_and_a_reason_lets_it_go_on(tmp_path: Path) -> None:
    """Halted by rule and told with figures in the thread; resuming asks for a reason, which is kept and told."""
    async with office(tmp_path, "judged") as o:
        shops = o.company
        assert isinstance(shops, Shops)
        await o.says(o.ann, "/release rollout submit android")
        card = o.shown(o.ann)[-1]
        await o.told(o.ann, o.ann.clicks(card, "gate.approve", confirm=True))
        await _android(o, StoreState.SUBMITTED)
        shops.play.releases.turn(VERSION, NUMBERS[ANDROID], StoreState.APPROVED)
        await _android(o, StoreState.IN_PROGRESS)
        shops.used(o.bot._clock.now(), crashed=30)
        await _android(o, StoreState.HALTED)
        told = await o.until(lambda: [text for text in o.thread() if "is not healthy" in text])
        for words in ("97 % of 1000 sessions", "at least 99 %", "stopped by the rule"):
            assert words in told[0]
        assert "/release health overrule" in await o.says(o.ann, "/release rollout resume android")
        asked = await o.says(o.ann, "/release health")
        for words in ("Not healthy", "97 % of 1000 sessions", "the store is stopped"):
            assert words in asked
        assert "Please say why" in await o.says(o.ann, "/release health overrule android")
        assert "is overruled" in await o.says(o.ann, "/release health overrule android A crash of one phone")
        assert "overruled it already" in await o.says(o.ann, "/release health overrule Again")
        await o.says(o.ann, "/release rollout resume android")
        await _android(o, StoreState.IN_PROGRESS)
        (kept,) = await o.events(EventKind.HEALTH_OVERRULED)
        assert (kept.actor.id, kept.data["reason"]) == (o.ann.id, "A crash of one phone")
        await o.until(lambda: [text for text in o.thread() if "overruled the health" in text])
        assert "followed by nothing" in await o.says(o.ann, "/release health please")
        assert o.slack.violations == []
