"""The form of `/release start`: everything wrong is said at its own field, all at once, and nothing is half-stored."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from orchestration.domain.events import EventKind
from orchestration.domain.pairs import Pair
from orchestration.domain.snapshot import Snapshot
from orchestration.ports.runtime import Configuration
from orchestration.store.integrations import IntegrationState
from sandbox.slack.screen import text_on
from sandbox.slack.values import View
from tests.support.office import Office, office
from tests.support.prepared import TEAM, small
from tests.support.rehearsed import ANDROID, IOS

HOUR = 3600


async def _form(o: Office) -> View:
    await o.ann.types("/release start", channel="releases")
    view = await o.until(lambda: o.ann.modal)
    assert view is not None
    return view


def _now(o: Office) -> int:
    return int(o.slack.world.clock())


async def _wrong(o: Office, view: View, **fields: Any) -> dict[str, str]:
    """Submit with these fields; the errors by field, without the configuration and type in a block's id."""
    names = {
        "version": "Android version",
        "ios": "iOS version",
        "target": "Target",
        "kick_off": "Kick-off",
        "slot1": "Regression slot 1",
        "slot2": "Regression slot 2",
        "base": "Base branch",
        "branch": "Release branch",
        "type": "Type",
    }
    good = {
        "version": "2.16.0",
        "type": "Minor",
        "base": "main",
        "target": _now(o) + 10 * HOUR,
        "slot1": _now(o) + HOUR,
        "slot2": None,
        "kick_off": None,
        "branch": None,
    }
    given = {names[key]: value for key, value in {**good, **fields}.items()}
    found = await o.ann.submits(view, given)
    return {block.partition("@")[0]: message for block, message in found.items()}


async def _configure(o: Office, snapshot: Snapshot, **fields: Any) -> None:
    async with o.store.work() as work:
        known = {c.id: c.revision for c in await work.directory.configurations(TEAM)}
        await work.directory.save_configuration(
            Configuration(
                id=snapshot.config_id,
                tenant_id=TEAM,
                name=snapshot.name,
                snapshot=snapshot,
                revision=known.get(snapshot.config_id, 0),
                **fields,
            )
        )
        await work.commit()


async def test_every_wrong_field_has_its_own_message_all_at_once(tmp_path: Path) -> None:
    """A form in which everything is wrong comes back with an error at each field, and stores nothing."""
    async with office(tmp_path, "two") as o:
        form = await _form(o)
        wrong = await _wrong(
            o,
            form,
            version="2.14",
            kick_off=_now(o) - HOUR,
            target=_now(o) - 2 * HOUR,
            slot1=_now(o) - 3 * HOUR,
            slot2=_now(o) - 3 * HOUR,
            branch="release branch",
        )
        assert wrong == {
            "version:ANDROID-PLAY_STORE": "Write a version as three numbers, for example 2.14.0",
            "kick_off_at": "Kick-off is in the past; leave it empty to start now",
            "target_at": "The target date is in the past",
            "slot1": "A slot is in the past. Every slot must come after kick-off. Two slots have the same time",
            "branch": "'release branch' can't be the name of a branch",
        }
        async with o.store.look() as work:
            assert len(await work.releases.active(TEAM)) == 2
        assert not o.slack.violations


_WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"version": "two"}, "version:ANDROID-PLAY_STORE", "three numbers"),
    ({"version": "2.13.0"}, "version:ANDROID-PLAY_STORE", "for example 2.16.0"),
    ({"version": "3.0.0"}, "version:ANDROID-PLAY_STORE", "keeps the first number"),
    ({"type": "Hotfix"}, "configuration", "name the tag or the branch"),
    ({"version": None}, "version:ANDROID-PLAY_STORE", "at least one platform"),
    ({"kick_off": -HOUR}, "kick_off_at", "in the past"),
    ({"target": 400 * 24 * HOUR}, "target_at", "more than a year"),
    ({"target": None}, "target_at", "required"),
    ({"slot1": None}, "slot1", "required"),
    ({"kick_off": 2 * HOUR}, "slot1", "after kick-off"),
    ({"slot1": 11 * HOUR}, "slot1", "before the target"),
    ({"slot2": HOUR}, "slot1", "same time"),
    ({"branch": "a..b"}, "branch", "can't be the name"),
    ({"branch": "main"}, "branch", "differ from its base"),
    ({"branch": "release/2.14.0"}, "branch", "Another running release"),
    ({"base": None}, "base_branch", "required"),
]


async def test_a_wrong_value_is_told_at_its_field(tmp_path: Path) -> None:
    """One wrong value, one error, at that field, and the form stays open for the next try."""
    times = {"kick_off", "target", "slot1", "slot2"}
    async with office(tmp_path, "two") as o:
        form = await _form(o)
        for fields, at, says in _WRONG:
            start = _now(o)
            given = {k: start + v if k in times and v is not None else v for k, v in fields.items()}
            if "slot2" in given:
                given["slot1"] = given["slot2"]
            wrong = await _wrong(o, form, **given)
            assert list(wrong) == [at], (fields, wrong)
            assert says in wrong[at], fields
        async with o.store.look() as work:
            assert len(await work.releases.active(TEAM)) == 2


async def test_a_form_of_an_older_version_stays_open_and_says_so(tmp_path: Path) -> None:
    """Its target was called otherwise, and would be taken for left empty: opened again, the form is as before."""
    async with office(tmp_path) as o:
        form = await _form(o)
        old = json.loads(json.dumps(form.body).replace('"target_at"', '"target"'))
        held = {name.replace("target_at", "target"): value for name, value in form.values.items()}
        o.slack.world.change_view(form, body=old, values=held)
        assert o.ann.modal is not None
        assert "older version" in (await _wrong(o, o.ann.modal))["configuration"]
        await o.ann.closes(o.ann.modal)
        assert await _wrong(o, await _form(o)) == {}
        async with o.store.look() as work:
            assert await work.releases.active(TEAM) == []
        assert not o.slack.violations


async def test_a_corrected_form_goes_on_to_the_preview_and_starts_once(tmp_path: Path) -> None:
    """The same form, corrected, shows the whole plan; pressing start makes one release and one card."""
    async with office(tmp_path, "empty") as o:
        form = await _form(o)
        assert list(await _wrong(o, form, version="1")) == ["version:ANDROID-PLAY_STORE"]
        assert await _wrong(o, form, version="1.0.0") == {}
        preview = o.ann.modal
        assert preview is not None
        assert "Check the plan" in text_on(preview)
        assert "release/1.0.0" in text_on(preview)
        said = await o.told(o.ann, o.ann.submits(preview))
        assert "Pixel 1.0.0 is planned as REL-" in said
        card = await o.card("Pixel 1.0.0")
        release_id = card.metadata["event_payload"]["key"].removeprefix("card:") if card.metadata else ""
        assert len(await o.events(EventKind.RELEASE_CREATED, release_id)) == 1
        assert len(o.keyed("card:")) == 1
        await o.until(lambda: o.ann.modal and "is planned" in text_on(o.ann.modal))
        assert not o.slack.violations


async def test_what_changed_while_the_preview_stood_is_told(tmp_path: Path) -> None:
    """The order is judged again when it is confirmed: a configuration switched off meanwhile starts nothing."""
    async with office(tmp_path, "empty") as o:
        form = await _form(o)
        assert await _wrong(o, form, version="1.0.0") == {}
        await _configure(o, small(), active=False)
        assert o.ann.modal is not None
        await o.ann.submits(o.ann.modal)
        said = await o.until(lambda: o.ann.modal and text_on(o.ann.modal))
        assert "was not created" in str(said)
        assert "switched off" in str(said)
        async with o.store.look() as work:
            assert not await work.releases.active(TEAM)


async def test_a_configuration_that_can_not_be_used_says_why(tmp_path: Path) -> None:
    """Switched off, a connection that fails, a workflow that is missing: each is told at the configuration."""
    async with office(tmp_path, "empty") as o:
        form = await _form(o)
        await _configure(o, replace(small(), workflows=()), active=False)
        row = await o.store.integrations.get(TEAM, "github")
        await o.store.integrations.save(replace(row, state=IntegrationState.FAILING))
        wrong = await _wrong(o, form, version="1.0.0")
        assert list(wrong) == ["configuration"]
        for words in ("switched off", "connection github is failing", "No CI workflow for the aab build"):
            assert words in wrong["configuration"]


async def test_choosing_another_configuration_or_type_proposes_its_versions(tmp_path: Path) -> None:
    """The proposals follow the choice: the type's next version, the configuration's platforms and branch."""
    async with office(tmp_path, "two") as o:
        apple = replace(
            small(), config_id="tablet", name="Tablet", app="Tablet", pairs=(IOS,), base_branch="next"
        )
        await _configure(o, apple)
        form = await _form(o)
        assert _proposed(form, ANDROID) == "2.16.0"
        await o.ann.chooses(form, "Type", "Hotfix")
        hotfix = await o.until(lambda: _proposed(o.ann.modal, ANDROID) == "2.15.1" and o.ann.modal)
        assert isinstance(hotfix, View)
        await o.ann.chooses(hotfix, "Type", "Major")
        major = await o.until(lambda: _proposed(o.ann.modal, ANDROID) == "3.0.0" and o.ann.modal)
        assert isinstance(major, View)
        await o.ann.chooses(major, "Configuration", "Tablet")
        tablet = await o.until(lambda: _has(o.ann.modal, IOS) and o.ann.modal)
        assert isinstance(tablet, View)
        assert not _has(tablet, ANDROID)
        assert '"next"' in str(tablet.body).replace("'", '"')
        assert not o.slack.violations


def _block(view: View | None, pair: Pair) -> dict[str, Any] | None:
    blocks = view.body["blocks"] if view is not None else []
    return next((b for b in blocks if b["block_id"].startswith(f"version:{pair.key}")), None)


def _has(view: View | None, pair: Pair) -> bool:
    return _block(view, pair) is not None


def _proposed(view: View | None, pair: Pair) -> str:
    block = _block(view, pair)
    return str(block["element"].get("initial_value", "")) if block else ""


async def test_who_may_not_start_is_told_and_sees_no_form(tmp_path: Path) -> None:
    """A viewer gets a sentence in place of the form; a person who lost the role meanwhile gets it in the form."""
    async with office(tmp_path, "empty") as o:
        assert "You may not change releases" in await o.says(o.eve, "/release start")
        assert o.eve.modal is None
        form = await _form(o)
        async with o.store.work() as work:
            await work.directory.revoke(TEAM, o.ann.id, "owner")
            await work.commit()
        wrong = await _wrong(o, form, version="1.0.0")
        assert list(wrong) == ["configuration"]
        assert "You may not change releases" in wrong["configuration"]


async def test_without_a_configuration_the_way_is_told(tmp_path: Path) -> None:
    """Where no configuration is in use, `/release start` says how one is switched on."""
    async with office(tmp_path, "empty") as o:
        await _configure(o, small(), active=False)
        assert "`/release config activate pixel`" in await o.says(o.ann, "/release start")


async def test_the_shortcut_opens_the_same_form(tmp_path: Path) -> None:
    """The global shortcut “Start a release” is the same as `/release start`."""
    async with office(tmp_path, "empty") as o:
        await o.ann.runs_shortcut("release.start")
        form = await o.until(lambda: o.ann.modal)
        assert form is not None
        assert form.body["callback_id"] == "release.start"
