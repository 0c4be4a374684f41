"""How cherry-picks are shown: whole, within Slack's limits, and calling nobody whom a title names."""

from dataclasses import replace
from datetime import timedelta

from bot.slack.blocks import Surface, validate
from bot.views import pick_news
from bot.views.notices import notice
from bot.views.release_card import LIMIT, release_card
from bot.views.rendered import Rendered
from bot.views.why_answer import why_answer
from orchestration.domain import picking
from orchestration.domain.events import EventKind
from orchestration.domain.outcomes import Failed
from orchestration.domain.picks import Pick, PickState, Wanted
from orchestration.domain.tasks import TroubleKind
from tests.support.release_parts import CAPTAIN, NOW, QA
from tests.support.releases import LINK, LONG, Journey, crowded

WANTED = Wanted(commit="ab" * 20, title="fix: <!channel> & more", author="<@U1>", url="https://x.example/1")


def _taken(rendered: Rendered) -> str:
    """The text of a message, which Slack must take as it is."""
    assert validate({"text": rendered.text, "blocks": list(rendered.blocks)}, Surface.MESSAGE) == ()
    return str(rendered.blocks or rendered.text)


def _told(journey: Journey, kind: EventKind) -> str:
    event = next(e for e in reversed(journey.events) if e.kind is kind)
    found = notice(event, journey.release, now=NOW)
    assert found is not None
    return _taken(found.rendered)


def _asked() -> Journey:
    journey = Journey().wait(timedelta(0)).finish()
    return journey.change(lambda change: picking.ask(change, WANTED, accepted=False), by=QA)


def test_a_question_has_its_buttons_until_it_is_answered() -> None:
    """Accept and Decline while it is open; the same message without them afterwards."""
    journey = _asked()
    assert "pick.accept" in _told(journey, EventKind.PICK_ASKED)
    pick = journey.release.picks[0]
    journey.change(lambda change: picking.accept(change, pick.id), by=CAPTAIN)
    assert "pick.accept" not in _told(journey, EventKind.PICK_ASKED)
    assert "v2.14.0-rc.1" in _told(journey, EventKind.PICK_ACCEPTED)


def test_titles_and_authors_from_outside_call_nobody() -> None:
    """A commit's title and author are text, whatever stands in them; who asked and who decides are called."""
    journey = _asked()
    said = _told(journey, EventKind.PICK_ASKED)
    assert "<!channel>" not in said
    assert "<@U1>" not in said
    assert f"<@{CAPTAIN}>" in said


def test_a_decline_names_who_asked_and_why() -> None:
    """The one who asked is mentioned, so that they hear of it."""
    journey = _asked()
    pick = journey.release.picks[0].id
    journey.change(lambda change: picking.decline(change, pick, "Too late"), by=CAPTAIN)
    said = _told(journey, EventKind.PICK_DECLINED)
    assert f"<@{QA}>" in said
    assert "Too late" in said
    assert "You declined" in _taken(pick_news.decided(journey.release, pick))


def test_only_what_the_provider_refuses_is_to_be_resolved_by_hand() -> None:
    """A conflict asks for git; an account that does not work asks for the account."""
    for kind, wanted in (
        (TroubleKind.REFUSED, "git cherry-pick -x"),
        (TroubleKind.CREDENTIALS, "/release connect"),
    ):
        journey = _asked()
        pick = journey.release.picks[0].id
        journey.change(lambda change, pick=pick: picking.accept(change, pick), by=CAPTAIN)  # type: ignore[misc]  # of a lambda's default
        journey.outcome(pick, Failed(kind=kind, reason="no"))
        assert wanted in _told(journey, EventKind.TASK_FAILED)


def test_many_long_picks_stay_within_the_limits() -> None:
    """Thirty picks with long titles on a crowded release: the card and `why` are still what Slack takes."""
    release = crowded()
    long = Wanted(commit="ab" * 20, title=LONG, author=LONG, url=LINK, source="#12")
    states = (PickState.ASKED, PickState.ACCEPTED, PickState.DECLINED)
    picks = tuple(
        Pick(
            id=f"{release.id}/p{n}",
            number=n,
            wanted=long,
            asked_by=QA,
            asked_at=NOW,
            state=states[n % 3],
            decided_by=CAPTAIN,
        )
        for n in range(1, 31)
    )
    full = replace(release, picks=picks)
    assert release_card(full, now=NOW).size < LIMIT
    for shown in (release_card(full, now=NOW), why_answer(full, now=NOW)):
        assert "Cherry-picks" in _taken(shown)
