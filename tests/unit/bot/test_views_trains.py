"""The train's form and its dates: what is set is shown, read back, and checked before anything is saved."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.views.modals import train_form, train_views
from bot.views.modals.form_state import texts_of
from bot.views.modals.train_form import Carried, pack, proposed, read_train, texts_of_train, unpack
from bot.views.train_list import train_dates
from orchestration.domain.errors import Problem
from orchestration.domain.frequency import LAST, MonthDay
from orchestration.domain.train import (
    DayOff,
    Late,
    Train,
)
from tests.support.planned_views import CHOICES, fine, problems, state_of, view_of
from tests.support.releases import LONG
from tests.support.trains import MONDAY, train

_TRAINS = [
    train(),
    train(
        frequency=MonthDay(nth=LAST, weekday=4),
        holidays=("DE-BY", "US"),
        days_off=(DayOff(on=date(2026, 12, 24), name="Company day"),),
        working_days=(6, 0, 1, 2, 3),
        remind=None,
        late=Late.SKIP,
        versions={},
    ),
]


@pytest.mark.parametrize("given_train", _TRAINS, ids=["plain", "everything"])
def test_the_form_shows_what_is_set_and_reads_it_back(given_train: Train) -> None:
    """An edit that changes nothing changes nothing; the form holds every field, and Slack takes it."""
    shown = Carried(train=given_train.id, edition=given_train.edition)
    form = train_views.train_form(texts_of_train(given_train), CHOICES, shown)
    assert problems(form) == []
    texts = texts_of(state_of(form))
    assert set(texts) == set(train_form.FIELDS)
    _, carried = unpack(str(form["private_metadata"]))
    read, wrong = read_train(texts, carried, tenant_id="T0001", person="U000ANN01", today=MONDAY)
    assert wrong == []
    assert replace(read, working_days=given_train.working_days) == given_train
    assert set(read.working_days) == set(given_train.working_days)


def test_a_new_train_needs_only_a_name() -> None:
    """What is proposed can be read as it stands."""
    blank = proposed("pixel", "U1", tenant_id="T1", zone="Europe/Berlin", today=MONDAY)
    form = train_views.train_form(texts_of_train(blank), CHOICES, Carried())
    assert problems(form) == []
    read, wrong = read_train(texts_of(state_of(form)), Carried(), tenant_id="T1", person="U1", today=MONDAY)
    assert (read, wrong) == (blank, [])


@given(texts=st.dictionaries(st.sampled_from(train_form.FIELDS), st.text(max_size=60)))
@settings(max_examples=150, deadline=None)
def test_whatever_is_typed_is_read_or_told_at_its_field(texts: dict[str, str]) -> None:
    """Nothing raises, and each problem names a field of the form."""
    _, wrong = read_train(texts, Carried(), tenant_id="T1", person="U1", today=MONDAY)
    assert {p.field for p in wrong} <= set(train_form.FIELDS)
    assert set(train_form.errors(wrong)) <= set(train_form.FIELDS)


def test_the_form_travels_with_the_preview() -> None:
    """What was typed comes back from the metadata; more than fits there is refused with words, not cut."""
    texts = texts_of_train(train())
    carried = Carried(train="weekly", edition=3)
    assert unpack(pack(texts, carried)) == (texts, carried)
    with pytest.raises(ValueError, match="name fewer"):
        pack({"days_off": "x" * 3_000}, carried)
    for strange in ("", "[]", "{}", '{"train": 1}'):
        with pytest.raises(ValueError, match=r".+"):
            unpack(strange)


def test_problems_stand_at_their_fields() -> None:
    """What belongs to no field stands at the name; no message is longer than Slack shows."""
    found = train_form.errors([Problem(field="zone", message="Z"), Problem(field="else", message=LONG)])
    assert found["zone"] == "Z"
    assert len(found["name"]) == 300


def test_the_dates_are_shown_before_anything_is_saved() -> None:
    """Each with its day, time, what moved it, and the reader's own time."""
    view = train_views.check_dates(view_of(train()), "{}")
    assert problems(view) == []
    shown = json.dumps(view, ensure_ascii=False)
    assert "2026-11-30" in shown
    assert "moved from 2026-12-14: Founders' day" in shown
    assert "Nothing is saved yet" in shown
    for other in (
        train_views.saved_train(view_of(train())),
        train_views.saving(LONG),
        train_views.not_saved([LONG] * 20),
        train_views.delete_train(view_of(train(name="N" * 60))),
    ):
        assert problems(other) == []


def test_a_time_that_the_clocks_jump_over_is_told() -> None:
    """The date shows when it really is, and why."""
    odd = train(
        first_on=date(2027, 3, 28),
        cursor=date(2027, 3, 28),
        working_days=(6,),
        kick_off=datetime(2027, 1, 1, 2, 30, tzinfo=UTC).time(),
    )
    shown = fine(train_dates(view_of(odd, most=1)))
    assert "03:00" in shown
    assert "the clocks jump over the time that day" in shown
