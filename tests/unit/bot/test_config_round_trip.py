"""Forms of configurations: what was left is as it was, and what was filled in is what is saved and opened again."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.configurations.document import BLANK, Document, look
from bot.configurations.facts import Facts
from bot.configurations.forms import WORKFLOWS, finished, form_of, place_of
from bot.configurations.spans import from_words, in_words
from bot.configure import parse_configuration, read_partly, written
from bot.slack.blocks import Surface, validate
from bot.views.configurations import Carried, Step, digest
from bot.views.modals.config_form import config_form, read_state
from orchestration.domain.rollout_plan import RolloutPlan
from orchestration.ports.runtime import Configuration
from tests.support.config_shapes import PLAIN, SPANS, TENANT, configurations, facts, opened_state

ANYTHING = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def _everything(document: Document, *, typed: str, rows: str = "") -> Iterator[Carried]:
    """Every form of a document."""
    for step in Step:
        if step is not Step.BUILDS:
            yield Carried(step=step, typed=typed, rows=rows)
    for number, each in enumerate(look(document, WORKFLOWS, [])):
        yield Carried(step=Step.BUILDS, item=str(number), seen=digest(each), typed=typed)


def _connections(configuration: Configuration) -> Facts:
    return facts(*configuration.snapshot.integrations())


def _opened(document: Document, known: Facts, carried: Carried) -> dict[str, dict[str, dict[str, object]]]:
    form = form_of(document, known, carried, place_of(document, carried))
    view = json.loads(json.dumps(config_form(form)))
    assert [f"{p.pointer}: {p.message}" for p in validate(view, Surface.MODAL)] == []
    return opened_state(view)


@ANYTHING
@given(configuration=configurations(), typed=st.sampled_from(["", "yes"]), blind=st.booleans())
def test_a_form_that_was_only_looked_at_changes_nothing(
    configuration: Configuration, typed: str, blind: bool
) -> None:
    """Opening and closing every step of any configuration leaves it to the letter, and every form is valid."""
    document = json.loads(json.dumps(written(configuration)))
    known = _connections(configuration)
    if blind:
        known = facts(*known.connections, kinds=frozenset())
    for carried in _everything(document, typed=typed):
        made, _, wrong = finished(document, known, carried, read_state(_opened(document, known, carried)))
        assert (made, wrong) == (document, {})
    assert parse_configuration(document, TENANT) == configuration


@ANYTHING
@given(configuration=configurations(PLAIN), typed=st.sampled_from(["", "yes"]))
def test_what_is_filled_in_from_nothing_is_what_is_saved(configuration: Configuration, typed: str) -> None:
    """B-63: whoever types what another configuration shows into empty forms gets that configuration.

    But for the rule of a version's health, which forms keep and only a file or REST sets, and for the rollout of a
    store for testers alone, which has none.
    """
    wanted = written(configuration)
    known = replace(_connections(configuration), fresh=True)
    made: Document = BLANK
    gate = configuration.snapshot.gate
    rows = str(max(len(gate.sign_offs), len(gate.store_sign_offs)) + 1)
    for carried in _everything(wanted, typed=typed, rows=rows):
        held = read_state(_opened(wanted, known, carried))
        there = Carried(step=carried.step, typed=typed, rows=rows)
        made, _, wrong = finished(made, known, there, held)
        assert wrong == {}
    found, problems = read_partly(made, TENANT)
    assert problems == []
    assert _comparable(found) == _comparable(configuration)


def _comparable(configuration: Configuration) -> Configuration:
    """Boxes have an order of their own, and an empty list of channels is none."""
    snapshot = configuration.snapshot
    return replace(
        configuration,
        snapshot=replace(
            snapshot,
            pairs=tuple(sorted(snapshot.pairs)),
            stores={
                key: replace(plan, health=None, rollout=plan.rollout if plan.submit else RolloutPlan())
                for key, plan in snapshot.stores.items()
            },
            channels={bucket: ids for bucket, ids in snapshot.channels.items() if ids},
            gate=replace(snapshot.gate, conditions=tuple(sorted(snapshot.gate.conditions))),
        ),
    )


@given(span=SPANS)
def test_a_length_of_time_in_words_is_read_as_the_same(span: object) -> None:
    """What a form shows of a length of time is understood as that length."""
    assert in_words(from_words(in_words(span))) == in_words(span)


@pytest.mark.parametrize(
    ("text", "means"),
    [("30s", "PT30S"), ("1 h 30 min", "PT1H30M"), ("2 days", "P2D"), ("0.5 s", "PT0.5S"), ("pt3h", "PT3H")],
)
def test_a_length_of_time_is_written_in_many_ways(text: str, means: str) -> None:
    """People's ways to write a length of time, and the file's."""
    assert from_words(text) == means


@pytest.mark.parametrize("text", ["soon", "3", "3 weeks", "h", "999999999 d 999999999 d"])
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    """A number without a unit, or a unit that there is not, is not guessed."""
    with pytest.raises(ValueError, match="30 s, 5 min, 3 h or 2 d"):
        from_words(text)
