"""How requests that people must merge are shown: who is asked, what waits on the card, and what came of it."""

from datetime import timedelta

from bot.slack.blocks import Surface, validate
from bot.views.notices import notice
from bot.views.release_card import release_card
from bot.views.why_answer import why_answer
from orchestration.domain.events import EventKind
from orchestration.domain.outcomes import Conflict, Done, Waiting
from orchestration.domain.tasks import TaskType, WaitOwner
from tests.support.release_parts import CAPTAIN, NOW, QA, snapshot
from tests.support.releases import Journey

LINK = "https://x.example/pull/7"
WAITS = Waiting(
    what="the merge of #7 into main, which conflicts",
    owner=WaitOwner.CAPTAIN,
    check_after=timedelta(minutes=1),
    link=LINK,
    conflict=Conflict(authors=("ann", "<!channel>"), people=(QA,)),
)


def _tagged() -> Journey:
    """A release that is merged back, with its tag."""
    journey = Journey(configuration=snapshot(backmerge=True)).regression().approved()
    return journey.finish(TaskType.BACKMERGE)


def _said(journey: Journey, kind: EventKind) -> str:
    event = next(e for e in reversed(journey.events) if e.kind is kind)
    found = notice(event, journey.release, now=NOW)
    assert found is not None
    rendered = found.rendered
    assert validate({"text": rendered.text, "blocks": list(rendered.blocks)}, Surface.MESSAGE) == ()
    return str(rendered.blocks)


def test_a_conflict_asks_those_whose_login_is_known() -> None:
    """They are mentioned; authors are text, whatever stands in them; the request is linked; it is told once."""
    journey = _tagged()
    task = next(t for t in journey.release.tasks if t.type is TaskType.BACKMERGE)
    journey.outcome(task.id, WAITS)
    said = _said(journey, EventKind.PULL_CONFLICTED)
    assert f"<@{QA}>" in said
    assert "<!channel>" not in said
    assert LINK in said
    assert "/release me" in said
    journey.outcome(task.id, WAITS)
    assert [e.kind for e in journey.events].count(EventKind.PULL_CONFLICTED) == 1


def test_what_waits_to_be_merged_stands_on_the_card_and_in_why() -> None:
    """With its link, and with a button for who merges it by hand."""
    journey = _tagged()
    task = next(t for t in journey.release.tasks if t.type is TaskType.BACKMERGE)
    journey.outcome(task.id, WAITS)
    card = str(release_card(journey.release, now=NOW).blocks)
    assert "Backmerge (main)" in card
    assert LINK in card
    assert "Mark Done" in card
    assert "Resolve the conflict" in str(why_answer(journey.release, now=NOW))


def test_nobody_known_leaves_it_to_the_captain() -> None:
    """Somebody is always asked."""
    journey = _tagged()
    task = next(t for t in journey.release.tasks if t.type is TaskType.BACKMERGE)
    unknown = Conflict(authors=("ann",))
    journey.outcome(
        task.id,
        Waiting(what=WAITS.what, owner=WAITS.owner, check_after=WAITS.check_after, conflict=unknown),
    )
    assert f"<@{CAPTAIN}>" in _said(journey, EventKind.PULL_CONFLICTED)


def test_what_came_of_it_is_told_by_its_links() -> None:
    """Merged by a request, nothing to merge, or no release to merge into."""
    journey = _tagged()
    first, second = (t for t in journey.release.tasks if t.type is TaskType.BACKMERGE)
    journey.outcome(first.id, Done(output={"base": "main", "number": "7", "url": LINK, "state": "merged"}))
    assert "is merged back into" in _said(journey, EventKind.TASK_SUCCEEDED)
    journey.outcome(second.id, Done(output={"state": "no release runs after this one"}))
    assert "no release runs after this one" in _said(journey, EventKind.TASK_SUCCEEDED)
