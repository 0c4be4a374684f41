"""Release configurations in Slack: made from nothing, edited, refused; and what runs keeps what it started with."""

from collections.abc import Mapping
from pathlib import Path

from orchestration.domain.builds import BuildKind
from orchestration.domain.gates import SignOff
from sandbox.slack.people import Person
from sandbox.slack.screen import text_on
from sandbox.slack.values import View
from tests.support.office import Office
from tests.support.prepared import CHANNELS, PEOPLE
from tests.support.workshop import (
    chosen,
    configured_nothing,
    list_of,
    opened,
    shown,
    stored,
    workshop,
)


async def _done(o: Office, person: Person, form: View, fields: Mapping[str, object], *words: str) -> View:
    """Fill a step in; what lies below, once it says the words."""
    assert await person.submits(form, fields) == {}
    return await shown(o, person, *words)


async def _workflow(o: Office, kind: str, workflow: str) -> View:
    await opened(o, o.ann, "Add", "Add a workflow")
    form = await chosen(o, o.ann, "CI system", "actions")
    assert await o.ann.searches(form, "Workflow", "") == ["Build", "UI tests"]
    fields = {"For": kind, "Platform": "Android", "Workflow": workflow, "Inputs": "version={version}"}
    return await _done(o, o.ann, form, fields, f"{kind} · ANDROID · actions")


async def _basics_and_source(o: Office) -> None:
    basics = await opened(o, o.ann, "Open Basics", "Platforms and targets")
    fields = {"Id": "shop", "Name": "Shop", "App": "Shop", "Platforms and targets": ["Android → Play Store"]}
    await _done(o, o.ann, basics, fields, "Shop · Shop · Android · builds by CI · active, the default")
    await opened(o, o.ann, "Open Source", "Release channel")
    source = await chosen(o, o.ann, "Repository", "github", "Base branch")
    offered = await o.ann.searches(source, "Base branch", "")
    assert len(offered) == 100
    assert offered[-1] == "There are more: type to narrow the list"
    fields = {"Base branch": "main", "Release channel": "releases"}
    await _done(o, o.ann, source, fields, "github: main → release/{version}")


async def _plans(o: Office) -> None:
    await opened(o, o.ann, "Open Tickets", "kind of ticket")
    await chosen(o, o.ann, "Connection", "jira")
    tickets = await chosen(o, o.ann, "Android: project", "Mobile")
    assert await o.ann.searches(tickets, "Android: kind of ticket", "") == ["None", "Task", "Release"]
    fields = {"Android: kind of ticket": "Task", "Android: statuses that count as done": ["Done"]}
    await _done(o, o.ann, tickets, fields, "jira: Android in MOB")
    await opened(o, o.ann, "Open Tests", "squads")
    await chosen(o, o.ann, "Connection", "checkmate")
    tests = await chosen(o, o.ann, "Android: project", "Shop")
    await _done(o, o.ann, tests, {"Android: squads": ["Checkout"]}, "checkmate: Android in 1")
    again = await opened(o, o.ann, "Open Tests", "squads")
    assert "'text': 'Checkout'" in str(again.body)
    await o.ann.closes(again)


async def _people(o: Office) -> None:
    channels = await opened(o, o.ann, "Open Channels", "Failures")
    await _done(o, o.ann, channels, {"Failures": ["critical"]}, "critical: 1 channel")
    gate = await opened(o, o.ann, "Open Approval", "Sign-off 1")
    fields = {
        "Passed tests in per cent": "95",
        "Sign-off 1: area": "qa",
        "Sign-off 1: who may": ["bo", "dan"],
    }
    await _done(o, o.ann, gate, fields, "95 % passed · qa 1 of 2")
    store = await opened(o, o.ann, "Open Store approval", "Sign-off 1")
    await _done(o, o.ann, store, {"Sign-off 1: area": "legal"}, "legal 1 of its role")
    timing = await opened(o, o.ann, "Open Timing", "Remind approvers every")
    await _done(o, o.ann, timing, {"Remind approvers every": "4 h"}, "gate reminder every 4 h")


async def test_from_nothing_to_a_release(tmp_path: Path) -> None:
    """The list, the nine steps with live lists, the save; then `/release start` begins with it and starts a release."""
    async with workshop(tmp_path) as o:
        await configured_nothing(o)
        assert "There is none yet" in await o.says(o.ann, "/release config")
        listed = list_of(o.ann)
        assert listed is not None
        await o.ann.clicks(listed, "New")
        overview = await shown(o, o.ann, "New configuration", "needs: Platforms and targets")
        assert await o.ann.submits(overview) == {}
        await shown(o, o.ann, "Not saved yet", "needs: Id", "needs: Repository", "needs: Base branch")
        await _basics_and_source(o)
        await opened(o, o.ann, "Open Builds", "Nothing yet", "No CI workflow for the aab build of Android")
        await _workflow(o, "Pre-regression build", "Build")
        await _workflow(o, "Regression build", "Build")
        await _workflow(o, "App bundle build", "UI tests")
        builds = await shown(o, o.ann, "aab-android", "pre-regression-android")
        assert "would lack" not in text_on(builds)
        await o.ann.closes(builds)
        await shown(o, o.ann, "3 workflows of actions")
        await _plans(o)
        await _people(o)
        ready = o.ann.modal
        assert ready is not None
        assert "needs:" not in text_on(ready)
        assert await o.ann.submits(ready) == {}
        await shown(o, o.ann, "*Shop* is saved", "`/release start` begins with it")
        await _as_filled_in(o)
        await o.until(lambda: _told(o, "made the release configuration"))
        await _release(o)
        assert not o.slack.violations


async def _as_filled_in(o: Office) -> None:
    """What is stored is what the steps were filled with."""
    made = await stored(o, "shop")
    assert (made.active, made.default, made.revision) == (True, True, 1)
    snapshot = made.snapshot
    assert (snapshot.scm, snapshot.base_branch, snapshot.home) == ("github", "main", CHANNELS["releases"])
    assert [w.kind for w in snapshot.workflows] == [
        BuildKind.PRE_REGRESSION,
        BuildKind.REGRESSION,
        BuildKind.AAB,
    ]
    assert snapshot.workflows[0].inputs == {"version": "{version}"}
    assert snapshot.tickets["ANDROID-PLAY_STORE"].done_statuses == ("Done",)
    assert snapshot.test_plans["ANDROID-PLAY_STORE"].squads == ("1",)
    assert snapshot.channels == {"critical": (CHANNELS["critical"],)}
    assert snapshot.gate.sign_offs[0].people == (PEOPLE["bo"], PEOPLE["dan"])
    assert snapshot.gate.store_sign_offs == (SignOff(area="legal", needed=1),)
    assert snapshot.timing.gate_reminder_every.total_seconds() == 4 * 3600


def _told(o: Office, words: str) -> list[str]:
    """What the release channel was told."""
    return [text_on(m) for m in o.eve.sees("releases") if not m.only_for and words in text_on(m)]


async def _release(o: Office) -> None:
    """Start a release with what `/release start` proposes."""
    assert o.ann.modal is not None
    await o.ann.closes(o.ann.modal)
    await o.ann.types("/release start", channel="releases")
    form = await shown(o, o.ann, "Android version")
    assert await o.ann.submits(form, {"Android version": "1.0.0"}) == {}
    preview = await shown(o, o.ann, "Check the plan")
    assert "Shop 1.0.0 is planned as REL-" in await o.told(o.ann, o.ann.submits(preview))
    await o.card("Shop 1.0.0")
