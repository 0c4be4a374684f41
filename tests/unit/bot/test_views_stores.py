"""What a store's card says and offers in each state, the lines of the living card, and the card at the end."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.slack.blocks import Surface, validate
from bot.views.blocks import Json
from bot.views.gate_card import gate_card
from bot.views.release_card import release_card
from bot.views.rendered import Rendered
from bot.views.retro import retro
from bot.views.store_buttons import Offered, offered_verbs, tell_button
from bot.views.store_card import before_telling, store_card, stores_answer
from bot.views.store_lines import STORE_WORDS, bar, store_line
from orchestration.domain.consequences import consequences_of
from orchestration.domain.health_plan import HealthPlan
from orchestration.domain.pairs import Target
from orchestration.domain.phase import Phase
from orchestration.domain.release import Release
from orchestration.domain.rollback import ways_back
from orchestration.domain.store_states import StoreState
from orchestration.domain.submission import PAUSE_BUDGET, Instruction, Submission, Verb
from orchestration.domain.tasks import TASK_TITLES, TaskType
from tests.support.release_parts import CAPTAIN, NOW
from tests.support.releases import in_phase

APPLE = frozenset(StoreState) - {StoreState.IN_PROGRESS, StoreState.HALTED}
GOOGLE = frozenset(StoreState) - {StoreState.LIVE, StoreState.PAUSED}
OFFERED = {
    (Target.APP_STORE, StoreState.SUBMITTED): ["WITHDRAW"],
    (Target.APP_STORE, StoreState.IN_REVIEW): ["WITHDRAW"],
    (Target.APP_STORE, StoreState.APPROVED): ["RELEASE", "WITHDRAW"],
    (Target.APP_STORE, StoreState.LIVE): ["PAUSE", "COMPLETE"],
    (Target.APP_STORE, StoreState.PAUSED): ["RESUME"],
    (Target.PLAY_STORE, StoreState.IN_PROGRESS): ["HALT", "RAISE", "COMPLETE"],
    (Target.PLAY_STORE, StoreState.HALTED): ["RESUME"],
}
"""What a store can be told by button; in other states nothing."""


def rolling() -> Release:
    """A release that is out in both stores."""
    return in_phase(Phase.ROLLING_OUT)


def of(release: Release, target: Target) -> Submission:
    """The submission to a store."""
    return next(s for s in release.current_submissions if s.pair.target is target)


def standing(target: Target, state: StoreState, **changes: object) -> tuple[Release, Submission]:
    """A release whose submission to a store is in a state."""
    release = rolling()
    known = replace(of(release, target), state=state, percent=5.0, **changes)  # type: ignore[arg-type]  # fields by name
    return release.with_submission(known), known


def whole(rendered: Rendered) -> str:
    """All that is said; it must be a message that Slack takes."""
    payload = {"text": rendered.text, "blocks": list(rendered.blocks)}
    assert validate(payload, Surface.MESSAGE) == ()
    return json.dumps(payload, ensure_ascii=False)


def cases() -> list[tuple[Target, StoreState]]:
    """Each state that each store knows."""
    return [(Target.APP_STORE, s) for s in sorted(APPLE)] + [(Target.PLAY_STORE, s) for s in sorted(GOOGLE)]


@pytest.mark.parametrize(("target", "state"), cases())
def test_the_card_offers_what_makes_sense_in_each_state(target: Target, state: StoreState) -> None:
    """State in words on the card and on the living card; only what the store would do is a button."""
    release, known = standing(target, state)
    shown = whole(store_card(release, known, now=NOW))
    assert STORE_WORDS[state] in shown
    assert [each.verb for each in offered_verbs(release, known)] == OFFERED.get((target, state), [])
    assert STORE_WORDS[state] in whole(release_card(release, now=NOW))
    assert STORE_WORDS[state] in whole(stores_answer(release, now=NOW))
    assert ("Submit Anew" in shown) is (state in {StoreState.REJECTED, StoreState.CANCELLED})


@pytest.mark.parametrize("target", [Target.APP_STORE, Target.PLAY_STORE])
@pytest.mark.parametrize("verb", sorted(Verb))
def test_every_button_asks_with_all_that_follows(target: Target, verb: Verb) -> None:
    """The question holds each sentence of the consequences whole, and says where there is no way back."""
    release, known = standing(target, StoreState.APPROVED, phased=target is Target.APP_STORE)
    percent = 20.0 if verb is Verb.RAISE else None
    follows = consequences_of(known, verb, now=NOW, percent=percent)
    button: Json = tell_button(release, known, Offered(verb=verb, percent=percent), now=NOW)
    asked = json.dumps(button["confirm"], ensure_ascii=False)
    for sentence in follows.says:
        assert sentence in asked
    assert ("can't be undone" in asked) is follows.irreversible
    assert follows.says[0] in whole(
        before_telling(release, known, Offered(verb=verb, percent=percent), now=NOW)
    )


def test_nothing_that_reaches_more_users_is_offered_while_the_store_is_being_told() -> None:
    """Stopping stays, whatever is under way; an ended release offers it too."""
    told = Instruction(number=1, verb=Verb.RAISE, by=CAPTAIN, at=NOW, percent=20)
    release, known = standing(Target.PLAY_STORE, StoreState.IN_PROGRESS, instruction=told)
    assert [each.verb for each in offered_verbs(release, known)] == [Verb.HALT]
    assert "offer it to more users (20 %)" in whole(store_card(release, known, now=NOW))
    troubled = replace(known, instruction=replace(told, trouble="429"))
    assert "could not be told yet: 429" in whole(
        store_card(release.with_submission(troubled), troubled, now=NOW)
    )


def test_a_pause_shows_its_budget_and_when_it_ends() -> None:
    """20 of 30 days are used up: 10 are left, and the day is named."""
    since = NOW - timedelta(days=20)
    release, known = standing(Target.APP_STORE, StoreState.PAUSED, phased=True, paused_at=since)
    shown = whole(store_card(release, known, now=NOW))
    assert "10 of 30 days of pause are left" in shown
    assert str(int((since + PAUSE_BUDGET).timestamp())) in shown


def test_what_stands_still_shows_the_ways_back() -> None:
    """Which of them each store has; where nobody has it there is nothing to go back from."""
    release, known = standing(Target.PLAY_STORE, StoreState.HALTED)
    shown = whole(store_card(release, known, now=NOW))
    for way in ways_back(known, good=release.previous_tag):
        assert way in shown
    assert ways_back(replace(known, state=StoreState.SUBMITTED)) == ()
    live = ways_back(replace(known, state=StoreState.IN_PROGRESS))
    assert live[0].startswith("Halt it")


def test_an_old_submission_offers_nothing() -> None:
    """Its card says that another one took its place."""
    release, known = standing(Target.APP_STORE, StoreState.REJECTED)
    again = replace(known, id=f"{release.id}/d9", number=2, state=StoreState.SUBMITTED)
    shown = whole(store_card(release.with_submission(again), known, now=NOW))
    assert "It was submitted anew" in shown
    assert "Submit Anew" not in shown


@pytest.mark.parametrize(("percent", "cells"), [(0, 0), (1, 1), (9.9, 1), (20, 2), (99, 9), (100, 10)])
def test_the_bar_is_full_for_everybody_and_never_empty_for_somebody(percent: float, cells: int) -> None:
    """The share stands beside it in digits."""
    assert bar(percent).count("▰") == cells
    assert bar(percent).endswith(f"{percent:g} %")


def test_a_line_of_the_living_card_names_store_build_state_and_share() -> None:
    """`App Store iOS 2.14.0 … · Live, day 3 of 7 · ▰▱… 5 %`."""
    _release, known = standing(Target.APP_STORE, StoreState.LIVE, phased=True, day=3)
    said = store_line(known, most=0)
    for part in ("App Store", known.version, "Live, day 3 of 7", "5 %"):
        assert part in said


def test_the_question_about_a_store_shows_texts_and_what_follows() -> None:
    """What goes out, what is new, the rules of this store; and who may say what is new."""
    release = in_phase(Phase.IN_REVIEW)
    gate = next(g for g in release.gates if g.subject is not None)
    assert gate.about is not None
    shown = whole(gate_card(release, gate, now=NOW))
    assert f"for {gate.about}" in shown
    assert "To the " in shown


def test_the_card_at_the_end_tells_what_it_took() -> None:
    """Lead time, the dates of each store, who approved, thanks to the authors, and where the picture is."""
    release = in_phase(Phase.COMPLETED)
    said = "\n".join(retro(release, at=NOW + timedelta(days=9)))
    for part in ("from kick-off to everybody", "everybody <!date", "Approved Stage 3", "/release report"):
        assert part in said
    for each in release.current_submissions:
        assert each.pair.title in said


def test_the_card_at_the_end_tells_failures_and_health() -> None:
    """Failures by kind of task, the most frequent first; the last figures of each store that a rule judges."""
    release = in_phase(Phase.COMPLETED)
    assert "Failed" not in "\n".join(retro(release, at=NOW))
    counts = iter((2, 1))
    tasks = tuple(
        replace(task, failures=next(counts, 0)) if task.type is TaskType.TRIGGER_REGRESSION_BUILDS else task
        for task in release.tasks
    )
    tag = next(task for task in tasks if task.type is TaskType.CREATE_RELEASE_TAG)
    failed = replace(release, tasks=tasks).with_task(replace(tag, failures=1))
    known = release.current_submissions[0]
    rule = HealthPlan(integration="sentry", project="1", app="com.acme.pixel")
    plan = release.snapshot.stores[known.pair.key]
    stores = {**release.snapshot.stores, known.pair.key: replace(plan, health=rule)}
    judged = replace(failed, snapshot=replace(failed.snapshot, stores=stores))
    said = "\n".join(retro(judged, at=NOW))
    kinds = [TASK_TITLES[kind] for kind in (TaskType.TRIGGER_REGRESSION_BUILDS, TaskType.CREATE_RELEASE_TAG)]
    assert f"Failed: {kinds[0]} 3 times, {kinds[1]} 1 time" in said
    assert "Health is not known" in said
