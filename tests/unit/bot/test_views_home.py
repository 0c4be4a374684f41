"""App Home as blocks: within Slack's limits whatever runs, each thing once, and the same where nothing changed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.slack.blocks import validate
from bot.views.home import Page, home_page
from bot.views.home_settings import Mine
from orchestration.domain.gates import Condition, Finding
from orchestration.domain.matters import waiting
from orchestration.domain.people import Permission
from orchestration.domain.phase import Phase
from orchestration.domain.release import Release
from orchestration.domain.standing import Me, Standing
from tests.support.releases import failing, in_phase

READ = frozenset({Permission.READ, Permission.EDIT})


def page(*releases: Release, **changes: Any) -> Page:
    """The page of the captain of these releases, who may approve."""
    person = releases[0].captain if releases else "U00ANN001"
    me = Standing(person=person, areas=frozenset({"qa", "product"}), may_approve=True)
    fields: dict[str, Any] = {
        "mine": Mine(person=person, me=Me(logins=(), deputy=None, stands_for=())),
        "matters": [(release, each) for release in releases for each in waiting(release, me)],
        "active": releases,
        "allowed": READ,
        "configured": True,
        "links": {r.id: f"https://acme.slack.com/archives/C1/p{n}" for n, r in enumerate(releases)},
    }
    return Page(**{**fields, **changes})


def named(release: Release, number: int) -> Release:
    """Another release like it, with parts of its own."""
    gates = tuple(replace(gate, id=f"{gate.id}-{number}") for gate in release.gates)
    tasks = tuple(replace(task, id=f"{task.id}-{number}") for task in release.tasks)
    return replace(release, id=f"REL-{number:06}", gates=gates, tasks=tasks)


def said(of: Page, release: Release) -> str:
    """Everything that stands on it."""
    return str(home_page(of, now=release.created_at).view)


@pytest.mark.parametrize("count", [0, 1, 30, 400])
def test_it_fits_whatever_runs(count: int) -> None:
    """A hundred blocks at most, each as Slack takes it, and what is left out is counted."""
    likes = (failing(), in_phase(Phase.AWAITING_STAGE_3), in_phase(Phase.KICKOFF))
    releases = [named(likes[n % 3], n) for n in range(count)]
    of = page(*releases, recent=[in_phase(Phase.ARCHIVED)] * 5)
    view = home_page(of, now=likes[0].created_at).view
    assert validate(view, "home") == ()
    if count > 30:
        assert "lists them" in str(view)
        assert "lists all" in str(view)


def test_it_is_the_same_where_only_time_went_by() -> None:
    """A home that says nothing new is not sent again; one that says something else is told apart."""
    release = failing()
    first = home_page(page(release), now=release.created_at)
    assert home_page(page(release), now=release.created_at).digest == first.digest
    later = home_page(page(release, matters=()), now=release.created_at)
    assert later.digest != first.digest
    assert home_page(page(), now=release.created_at + timedelta(days=1)).digest == (
        home_page(page(), now=release.created_at).digest
    )


def test_a_failure_says_why_and_offers_what_helps() -> None:
    """The reason and the three ways out, for the captain alone."""
    release = failing()
    shown = said(page(release), release)
    for words in ("failed", "task.retry", "task.skip", "task.done"):
        assert words in shown
    assert "task.retry" not in said(page(release, matters=()), release)


def test_conditions_that_are_ones_own_wait_with_what_settles_them() -> None:
    """The captain of a question that is not offered yet reads what is theirs to do, not that nothing waits."""
    release = in_phase(Phase.AWAITING_STAGE_3)
    gate = release.open_gate
    assert gate is not None
    assert gate.evidence is not None
    unmet = (Condition.TESTS_PASSED, Condition.TICKETS_DONE)
    findings = tuple(Finding(condition=c, met=False, says=f"{c} is open") for c in unmet)
    release = release.with_gate(replace(gate, evidence=replace(gate.evidence, findings=findings)))
    shown = said(page(release), release)
    assert "Nothing waits for you" not in shown
    for condition, remedy in zip(unmet, ("Finish the test run", "Move the ticket"), strict=True):
        assert f"Not met: {condition} is open\\n{remedy}" in shown


def test_who_may_see_nothing_is_told_how_to_get_a_role() -> None:
    """No release, no settings of releases: whom to ask, and the words that an owner types in Slack."""
    release = in_phase(Phase.KICKOFF)
    shown = said(page(allowed=frozenset(), active=()), release)
    assert "Ask an owner for one: they type `/release roles grant U" in shown
    assert "Start a Release" not in shown


def test_a_new_workspace_is_led_to_its_first_release() -> None:
    """Three steps in their order while nothing is configured."""
    release = in_phase(Phase.KICKOFF)
    shown = said(page(configured=False), release)
    assert (
        shown.index("/release connect") < shown.index("/release config new") < shown.index("/release start")
    )
