"""Editing a release configuration in Slack: errors at their fields, somebody faster, a provider that is away."""

import json
from dataclasses import replace
from pathlib import Path

from bot.views import values
from orchestration.ports.errors import TryLater
from sandbox.slack.screen import text_on
from tests.support.office import Office
from tests.support.prepared import small
from tests.support.workshop import (
    Workshop,
    chosen,
    command,
    drafts_of,
    opened,
    renamed,
    shown,
    stored,
    workshop,
)


async def _save_as_somebody_else(o: Office, **changes: object) -> None:
    found = await stored(o)
    snapshot = replace(found.snapshot, **changes)  # type: ignore[arg-type]  # fields by name
    async with o.store.work() as work:
        await work.directory.save_configuration(replace(found, snapshot=snapshot))
        await work.commit()


async def test_what_runs_keeps_what_it_started_with(tmp_path: Path) -> None:
    """The overview names the releases that run; after an edit they are as they were, and new ones get the edit."""
    async with workshop(tmp_path, "two") as o:
        before = (await o.release()).snapshot
        await command(o, o.ann, "edit pixel")
        overview = await shown(o, o.ann, "2 releases run with it and keep what they were started with")
        assert "Id" not in text_on(overview).splitlines()
        overview = await renamed(o, o.ann, "Pixel Pro")
        assert await o.ann.submits(overview) == {}
        await shown(o, o.ann, "*Pixel Pro* is saved. Changed: name.", "2 releases that run keep")
        assert (await stored(o)).name == "Pixel Pro"
        assert (await o.release()).snapshot == before
        assert await drafts_of(o, o.ann) == []
        told = "changed the release configuration *Pixel Pro*: name. Releases that run keep"
        await o.until(lambda: [m for m in o.eve.sees("releases") if told in text_on(m)])
        (event,) = await o.comes(lambda: _saved_events(o))
        assert event["changed"] == "name"
        assert not o.slack.violations


async def _saved_events(o: Office) -> list[dict[str, str]]:
    async with o.store._database.reading() as connection:
        rows = await connection.exec_driver_sql(
            "SELECT data FROM events WHERE kind = 'CONFIGURATION_SAVED' ORDER BY seq"
        )
        return [json.loads(row[0]) for row in rows]


async def test_errors_stand_at_their_fields(tmp_path: Path) -> None:
    """Everything wrong with a step comes back at once, each at its field; nothing of it is kept."""
    async with workshop(tmp_path) as o:
        await command(o, o.ann, "edit pixel")
        source = await opened(o, o.ann, "Open Source", "Release branch")
        wrong = await o.ann.submits(source, {"Release branch": "release/next"})
        assert wrong == {"f:branch_pattern": "must hold {version}, or two releases would share a branch"}
        await o.ann.closes(source)
        gate = await opened(o, o.ann, "Open Approval", "Sign-off 1")
        fields = {
            "Passed tests in per cent": "120",
            "Sign-off 1: area": "qa",
            "Sign-off 1: how many": "2",
            "Sign-off 1: who may": ["bo"],
        }
        assert await o.ann.submits(gate, fields) == {
            "f:gate/pass_percent": "must be from 0 to 100",
            "f:gate/sign_offs/0/people": "are fewer than the 2 that are needed",
        }
        await o.ann.closes(gate)
        timing = await opened(o, o.ann, "Open Timing", "Look at a CI run every")
        assert await o.ann.submits(
            timing, {"Look at a CI run every": "often", "Remind approvers every": "0 s"}
        ) == {
            "f:timing/check_every": "Write it as 30 s, 5 min, 3 h or 2 d",
            "f:timing/gate_reminder_every": "must be longer than nothing",
        }
        await o.ann.closes(timing)
        await opened(o, o.ann, "Open Builds", "aab")
        await opened(o, o.ann, "Add", "Add a workflow")
        form = await chosen(o, o.ann, "CI system", "actions")
        fields = {"For": "Regression build", "Platform": "Android", "Workflow": "Build", "Name": "aab"}
        assert await o.ann.submits(form, {**fields, "Inputs": "a=1\nb"}) == {
            "f:item/key": "aab stands there twice",
            "f:item/inputs": "Line 2 must be written name=value",
        }
        assert (await stored(o)).snapshot == small()
        assert not o.slack.violations


async def test_somebody_who_saved_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    """A stale edit is told with what is different; one starts over from theirs, or goes on with one's own knowingly."""
    async with workshop(tmp_path) as o:
        await command(o, o.ann, "edit pixel")
        overview = await renamed(o, o.ann, "Mine")
        await _save_as_somebody_else(o, base_branch="develop")
        assert await o.ann.submits(overview) == {}
        stale = await shown(o, o.ann, "Somebody else changed this configuration meanwhile")
        assert "The two differ in name, base branch" in text_on(stale)
        assert (await stored(o)).name == "Pixel"
        await o.ann.clicks(stale, "Start Over from Theirs")
        theirs = await shown(o, o.ann, "github: develop", "Pixel · Pixel")
        assert "Somebody else" not in text_on(theirs)
        await renamed(o, o.ann, "Mine")
        await _save_as_somebody_else(o, base_branch="main")
        assert o.ann.modal is not None
        assert await o.ann.submits(o.ann.modal) == {}
        await o.ann.clicks(await shown(o, o.ann, "Somebody else changed"), "Go On with Mine")
        mine = await o.until(
            lambda: o.ann.modal if o.ann.modal and "Somebody" not in text_on(o.ann.modal) else None
        )
        assert await o.ann.submits(mine) == {}
        await shown(o, o.ann, "*Mine* is saved. Changed: name, base branch.")
        now = (await stored(o)).snapshot
        assert (now.name, now.base_branch) == ("Mine", "develop")
        assert not o.slack.violations


async def test_a_provider_that_is_away_does_not_keep_anybody_from_going_on(tmp_path: Path) -> None:
    """Its list says what is the matter and can't be chosen from; what is chosen stays, and may be typed instead."""
    things = Workshop(errors={"github": TryLater("GitHub does not answer")})
    async with workshop(tmp_path, made=things) as o:
        await command(o, o.ann, "edit pixel")
        source = await opened(o, o.ann, "Open Source", "Base branch")
        assert await o.ann.searches(source, "Base branch", "ma") == ["GitHub does not answer"]
        wrong = await o.ann.submits(source, {"Base branch": "GitHub does not answer"})
        assert list(wrong.values()) == ["This line only says something: choose another one, or type it"]
        await o.ann.clicks(source, "Or Type Them")
        typed = await shown(o, o.ann, "Choose from what is there")
        assert await o.ann.submits(typed, {"Base branch": "release/next"}) == {}
        overview = await shown(o, o.ann, "github: release/next")
        assert await o.ann.submits(overview) == {}
        await shown(o, o.ann, "Changed: base branch.")
        assert (await stored(o)).snapshot.base_branch == "release/next"
        assert not o.slack.violations


async def test_a_choice_within_another_is_asked_again_when_that_changes(tmp_path: Path) -> None:
    """A kind of ticket belongs to its project: with another project it is empty, and its own kinds are offered."""
    async with workshop(tmp_path) as o:
        await command(o, o.ann, "edit pixel")
        await opened(o, o.ann, "Open Tickets", "Connection")
        await chosen(o, o.ann, "Connection", "jira")
        form = await chosen(o, o.ann, "Android: project", "Mobile")
        await o.ann.chooses(form, "Android: kind of ticket", "Release")
        form = await chosen(o, o.ann, "Android: project", "Operations")
        assert await o.ann.searches(form, "Android: kind of ticket", "") == ["None", "Incident"]
        assert list((await o.ann.submits(form)).values()) == ["is needed"]
        assert await o.ann.submits(form, {"Android: kind of ticket": "Incident"}) == {}
        await shown(o, o.ann, "jira: Android in OPS")
        form = await opened(o, o.ann, "Open Tickets", "Connection")
        assert (
            await o.ann.submits(form, {"Android: project": "None", "Android: kind of ticket": "None"}) == {}
        )
        await shown(o, o.ann, "Tickets", "\n:white_check_mark: *4 · Tickets*\njira\n")
        assert not o.slack.violations


async def test_builds_are_copied_removed_and_told_when_they_moved(tmp_path: Path) -> None:
    """A line's acts work on the build that was shown, or say that another one stands there now."""
    async with workshop(tmp_path) as o:
        await command(o, o.ann, "edit pixel")
        await opened(o, o.ann, "Open Builds", "pre_regression")
        listed = o.ann.modal
        assert listed is not None
        count = text_on(listed).count("build.yml")
        first = next(b for b in listed.blocks if b.get("accessory", {}).get("type") == "overflow")
        await o.ann.clicks(listed, f"{first['block_id']}/{values.CONFIG_ITEM}", option="Remove")
        fewer = await o.until(
            lambda: o.ann.modal if o.ann.modal and text_on(o.ann.modal).count("build.yml") < count else None
        )
        said = await o.told(
            o.ann,
            o.ann.clicks(listed, f"{first['block_id']}/{values.CONFIG_ITEM}", option="Copy", stale=True),
        )
        assert "changed in another window meanwhile" in said
        last = [b for b in fewer.blocks if b.get("accessory", {}).get("type") == "overflow"][-1]
        await o.ann.clicks(fewer, f"{last['block_id']}/{values.CONFIG_ITEM}", option="Copy")
        more = await shown(o, o.ann, "aab-android")
        await o.ann.closes(more)
        await shown(o, o.ann, f"{count} workflows of actions")
        assert not o.slack.violations


async def test_more_sign_offs_are_asked_for_when_they_are_wanted(tmp_path: Path) -> None:
    """A row more appears with what was typed still there; a row that is emptied is gone."""
    async with workshop(tmp_path) as o:
        await command(o, o.ann, "edit pixel")
        gate = await opened(o, o.ann, "Open Approval", "Sign-off 1")
        await o.ann.chooses(gate, "Sign-off 1: area", "qa")
        await o.ann.chooses(gate, "Sign-off 1: who may", ["bo"])
        await o.ann.clicks(gate, "Add a Sign-Off")
        gate = await shown(o, o.ann, "Sign-off 2: area")
        assert (
            await o.ann.submits(gate, {"Sign-off 2: area": "product", "Sign-off 2: who may": ["cleo"]}) == {}
        )
        await shown(o, o.ann, "qa 1 of 1, product 1 of 1")
        gate = await opened(o, o.ann, "Open Approval", "Sign-off 3: area")
        assert await o.ann.submits(gate, {"Sign-off 1: area": None, "Sign-off 1: who may": []}) == {}
        overview = await shown(o, o.ann, "passed · product 1 of 1")
        assert await o.ann.submits(overview) == {}
        await shown(o, o.ann, "Changed: gate.")
        assert [each.area for each in (await stored(o)).snapshot.gate.sign_offs] == ["product"]
        assert not o.slack.violations


async def test_a_save_at_the_heels_of_a_step_has_it(tmp_path: Path) -> None:
    """What was filled in counts as soon as its form closes, however far behind the bot is with renewing views."""
    async with workshop(tmp_path) as o:
        await command(o, o.ann, "edit pixel")
        basics = await opened(o, o.ann, "Open Basics", "Platforms and targets")
        assert await o.ann.submits(basics, {"Name": "Quick"}) == {}
        assert o.ann.modal is not None
        assert await o.ann.submits(o.ann.modal) == {}
        await o.comes(lambda: _is_called(o, "Quick"))
        assert await drafts_of(o, o.ann) == []
        assert not o.slack.violations


async def _is_called(o: Office, name: str) -> bool:
    return (await stored(o)).name == name
