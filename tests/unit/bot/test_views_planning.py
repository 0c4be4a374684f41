"""Trains, freezes, captains and the calendar as people read them: whole, within Slack's limits, and safe."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.views.agenda import agenda_answer
from bot.views.captain_list import captain_list
from bot.views.freeze_list import freeze_list
from bot.views.modals import freeze_form
from bot.views.modals.form_state import texts_of
from bot.views.notices import NOTICES, SILENT
from bot.views.planning_news import NEWS, exception_asked, render_news
from bot.views.rendered import Rendered
from bot.views.train_list import train_dates, train_list
from orchestration.domain.agenda import Entry, EntryKind
from orchestration.domain.errors import Problem
from orchestration.domain.events import Event, EventKind
from orchestration.domain.freezes import Exemption, Freeze
from orchestration.domain.people import SYSTEM, Actor
from orchestration.domain.phase import Phase
from orchestration.domain.rotation import Absence, CaptainsView, Rotation, Scope
from orchestration.domain.train import (
    Pause,
    RunState,
    Trouble,
)
from tests.support.planned_views import CHOICES, fine, problems, state_of, view_of
from tests.support.release_parts import NOW
from tests.support.releases import LONG, in_phase
from tests.support.trains import MONDAY, train


@pytest.mark.parametrize("run", [None, *RunState])
def test_the_list_of_trains(run: RunState | None) -> None:
    """Every state of a date has words, and every train its acts."""
    shown = fine(train_list([view_of(train(), most=3, run=run)]))
    words = {
        None: "target",
        RunState.CREATED: "made: `REL-1`",
        RunState.SKIPPED: "skipped by",
        RunState.MISSED: "missed: ",
    }
    assert words[run] in shown
    assert "Skip the next one" in shown


def test_a_paused_and_a_blocked_train_say_why() -> None:
    """With who and what; the menu offers to resume where it is paused."""
    paused = train(paused=Pause(by="U0ANN", at=NOW, reason="Meeting"))
    shown = fine(train_list([view_of(paused)]))
    assert "Paused by <@U0ANN>: Meeting" in shown
    assert '"Resume"' in shown
    blocked = train(trouble=Trouble(by_rule=MONDAY, reasons=("jira is failing",), at=NOW))
    assert "can't be made: jira is failing" in fine(train_dates(view_of(blocked)))


def test_many_trains_with_long_names_fit() -> None:
    """The list stays within Slack's limits, and says what it leaves out."""
    hostile = train(name="<!channel> *bold* " * 3, holidays=tuple(f"US-{n}" for n in range(40)))
    views = [view_of(replace(hostile, id=f"t{n}"), most=3) for n in range(30)]
    shown = fine(train_list(views))
    assert "<!channel>" not in shown
    assert "…and " in shown
    assert "There is no train yet" in fine(train_list([]))


FREEZE = Freeze(
    id="FRZ-AAAA2",
    tenant_id="T1",
    reason="<Christmas>",
    starts_at=NOW - timedelta(hours=1),
    ends_at=NOW + timedelta(days=2),
    zone="Europe/Berlin",
    by="U0ANN",
)


def _exemption(**changes: object) -> Exemption:
    fields: dict[str, object] = {
        "release_id": "REL-1",
        "asked_by": "U0BO",
        "asked_at": NOW,
        "reason": "Payment",
        "lasts": timedelta(hours=4),
    }
    return Exemption(**{**fields, **changes})  # type: ignore[arg-type]  # fields by name


def test_the_list_of_freezes() -> None:
    """What is on, what is ahead, its scope, and the exceptions that are asked for or good."""
    asked = replace(FREEZE, exemptions=(_exemption(),))
    granted = replace(
        FREEZE,
        id="FRZ-B",
        config_id="pixel",
        starts_at=NOW + timedelta(hours=1),
        exemptions=(_exemption(granted_by="U0CLEO", until=NOW + timedelta(hours=2)),),
    )
    over = replace(FREEZE, id="FRZ-C", exemptions=(_exemption(granted_by="U0CLEO", until=NOW),))
    shown = fine(freeze_list([asked, granted, over], {"pixel": "Pixel"}, now=NOW))
    for words in (
        "On now",
        "Ahead",
        "every release",
        "Pixel",
        "asks to let",
        "may go on until",
        "&lt;Christmas&gt;",
    ):
        assert words in shown
    many = [replace(FREEZE, id=f"FRZ-{n}", reason=LONG) for n in range(60)]
    assert "…and" in fine(freeze_list(many, {}, now=NOW))
    assert "Nothing is frozen" in fine(freeze_list([], {}, now=NOW))


def test_the_form_of_a_freeze() -> None:
    """What it is opened with is taken by Slack; what can't be read is told at its field."""
    form = freeze_form.freeze_form(CHOICES, zone="Europe/Berlin", today=MONDAY)
    assert problems(form) == []
    texts = {**texts_of(state_of(form)), "until_day": "2026-12-03", "reason": " Audit "}
    window, wrong = freeze_form.read_freeze(texts, NOW)
    assert wrong == []
    assert (window.reason, window.config_id, window.zone) == ("Audit", None, "Europe/Berlin")
    assert window.starts_at == datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
    assert window.ends_at == datetime(2026, 12, 3, 8, 0, tzinfo=UTC)
    _, wrong = freeze_form.read_freeze({**texts, "until_day": "", "scope": "pixel"}, NOW)
    assert [p.field for p in wrong] == ["until_day"]
    found = freeze_form.errors([Problem(field="ends_at", message="A"), Problem(field="else", message="B")])
    assert found == {"until_day": "A", "reason": "B"}


def _captains(**changes: object) -> CaptainsView:
    fields: dict[str, object] = {"running": (), "rotations": (), "absences": ()}
    return CaptainsView(**{**fields, **changes})  # type: ignore[arg-type]  # fields by name


def test_the_answer_about_captains() -> None:
    """Who leads, whose turn is next, who is away, and a group that is not kept."""
    nobody = fine(captain_list(_captains(), today=MONDAY))
    for words in ("No release is running", "No rotation yet", "Nobody is away"):
        assert words in nobody
    scope = Scope(id="train:weekly", name=LONG)
    rotation = Rotation(
        tenant_id="T1", scope=scope.id, queue=("U0AAAAAA1", "U0BBBBBB2"), group="S1", trouble="no scope"
    )
    gone = Absence(tenant_id="T1", person="U0AAAAAA1", from_on=MONDAY, until_on=MONDAY)
    shown = fine(
        captain_list(
            _captains(
                running=(in_phase(Phase.KICKOFF),), rotations=((scope, rotation),) * 20, absences=(gone,) * 30
            ),
            today=MONDAY,
        )
    )
    for words in (
        "<@U0AAAAAA1> (away)",
        "next <@U0BBBBBB2>",
        "the group is not kept: no scope",
        "Running now",
    ):
        assert words in shown
    everybody = replace(rotation, queue=("U0AAAAAA1",), trouble=None, group=None)
    alone = fine(captain_list(_captains(rotations=((scope, everybody),), absences=(gone,)), today=MONDAY))
    assert "nobody of them is there" in alone


def test_the_calendar() -> None:
    """Every kind of entry has words; a long calendar fits and says what it leaves out."""
    entries = [
        Entry(at=NOW, kind=kind, what=LONG, about="REL-1", who="U0AAAAAA1", frozen="FRZ-1", until=NOW)
        for kind in EntryKind
    ]
    shown = fine(agenda_answer(entries * 30, days=30))
    assert "…and" in shown
    assert "in the freeze `FRZ-1`" in shown
    assert "Nothing is planned within 1 day." in fine(agenda_answer([], days=1))


# --- news ---

_DATA = {
    "name": "Weekly <b>",
    "train": "weekly",
    "on": "2026-11-30",
    "reason": "jira is failing\nPixel is switched off",
    "owner": "U0AAAAAA1",
    "changed": "kick_off, zone",
    "freeze": "FRZ-1",
    "from": NOW.isoformat(),
    "until": NOW.isoformat(),
    "scope": "Pixel",
    "order": "U0AAAAAA1, U0BBBBBB2",
    "group": "S1",
}


@pytest.mark.parametrize("kind", list(NEWS))
@pytest.mark.parametrize("data", [_DATA, {}, dict.fromkeys(_DATA, LONG * 3)], ids=["usual", "empty", "long"])
def test_every_piece_of_news_stands_whatever_it_knows(kind: EventKind, data: dict[str, str]) -> None:
    """It is rendered when it is sent: from what the event carries, escaped, cut to fit, and never without words."""
    event = Event(kind=kind, at=NOW, actor=Actor(id="U0AAAAAA1"), release_id=None, data=data)
    shown = fine(render_news(event))
    assert "<b>" not in shown
    assert len(shown) > 20


def test_what_is_told_as_news_is_no_notice() -> None:
    """Each kind is told in one way."""
    assert {kind for kind, why in SILENT.items() if why == "news"} == set(NEWS)
    assert not set(NEWS) & set(NOTICES)


def test_what_keeps_a_release_from_being_made_is_told_with_the_ways_out() -> None:
    """The owner by name, every reason, and what to do."""
    event = Event(kind=EventKind.TRAIN_BLOCKED, at=NOW, actor=SYSTEM, release_id=None, data=_DATA)
    said = render_news(event).text
    assert "<@U0AAAAAA1>" in said
    assert "• jira is failing\n• Pixel is switched off" in said
    assert "`/release train skip weekly 2026-11-30`" in said


def _buttons(rendered: Rendered) -> Sequence[str]:
    blocks = json.loads(json.dumps(rendered.blocks))
    return [e["action_id"] for b in blocks if b["type"] == "actions" for e in b["elements"]]


def test_a_request_for_an_exception_can_be_answered_where_it_stands() -> None:
    """Grant and decline, with the freeze and the release."""
    data = {"freeze": "FRZ-1", "hours": "4", "reason": "Payment", "about": "Christmas"}
    event = Event(
        kind=EventKind.EXCEPTION_ASKED, at=NOW, actor=Actor(id="U0AAAAAA1"), release_id="R", data=data
    )
    rendered = exception_asked(event, in_phase(Phase.KICKOFF), NOW)
    assert _buttons(rendered) == ["freeze.exception.grant", "freeze.exception.decline"]
    assert "FRZ-1" in fine(rendered)
