"""Trains in Slack: the form, the dates before anything is saved, the release that comes, and each word."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from orchestration.domain.events import EventKind
from orchestration.domain.train import Train
from orchestration.store.integrations import IntegrationState
from sandbox.slack.screen import text_on
from sandbox.slack.values import View
from tests.support.office import Office, office


def _tomorrow(o: Office) -> date:
    return (datetime.fromtimestamp(o.slack.world.clock(), UTC) + timedelta(days=1)).date()


def _fields(o: Office, **changes: Any) -> dict[str, Any]:
    """A train that goes from tomorrow on, every day a working day: its first release is due at once."""
    return {
        "Name": "Weekly Pixel",
        "Configuration": "Pixel",
        "Frequency": "Every week",
        "First kick-off": _tomorrow(o).isoformat(),
        "Kick-off time": "10:00",
        "Time zone": "Europe/Berlin",
        "Regression slots": "+1 10:00\n+2 10:00 automation",
        "Target": "+5 18:00",
        "Working days": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
        "Made ahead": "3",
        "First versions": "ANDROID-PLAY_STORE 1.0.0",
        **changes,
    }


async def _opened(o: Office, text: str = "/release train new") -> View:
    await o.ann.types(text, channel="releases")
    return await o.until(lambda: o.ann.modal)


async def _saved(o: Office, **changes: Any) -> str:
    """Fill in the form, look at the dates, save; the answer."""
    form = await _opened(o)
    assert await o.ann.submits(form, _fields(o, **changes)) == {}
    preview = o.ann.modal
    assert preview is not None
    return await o.told(o.ann, o.ann.submits(preview))


async def _train(o: Office, train_id: str = "weekly-pixel") -> Train | None:
    async with o.store.look() as work:
        return await work.planning.train(o.team, train_id)


async def test_a_train_is_set_up_and_makes_its_release(tmp_path: Path) -> None:
    """The form proposes, shows the next dates before anything is saved, and then the release comes by itself."""
    async with office(tmp_path) as o:
        form = await _opened(o)
        assert await o.ann.submits(form, _fields(o)) == {}
        preview = o.ann.modal
        assert preview is not None
        shown = text_on(preview)
        assert "Nothing is saved yet" in shown
        assert _tomorrow(o).isoformat() in shown
        assert "every week at 10:00 Europe/Berlin" in shown
        assert await _train(o) is None
        said = await o.told(o.ann, o.ann.submits(preview))
        assert "Weekly Pixel is saved as `weekly-pixel`" in said
        await o.until(lambda: o.ann.modal and "The train is saved" in text_on(o.ann.modal))
        await o.card("Pixel 1.0.0")
        await o.until(lambda: any("It is of the train" in line for line in o.thread()))
        await o.until(lambda: o.keyed("news:TRAIN_SAVED"))
        dates = await o.says(o.eve, "/release train dates")
        assert "made: `REL-" in dates
        assert not o.slack.violations


async def test_every_wrong_field_has_its_own_message(tmp_path: Path) -> None:
    """What can't be read and what does not hold are told together, each at its field; nothing is stored."""
    async with office(tmp_path) as o:
        form = await _opened(o)
        broken = {
            "Time zone": "Berlin",
            "Regression slots": "tomorrow at ten",
            "Target": "soon",
            "Public holidays": "de-by, XX",
            "Days off of your own": "24.12.",
            "First versions": "ANDROID-PLAY_STORE one",
        }
        wrong = await o.ann.submits(form, _fields(o, **broken))
        assert "Did you mean" in wrong["zone"]
        assert "for example +3 10:00" in wrong["slots"]
        assert "for example +10 18:00" in wrong["target"]
        assert "'XX'" in wrong["holidays"]
        assert "DE-BY" not in wrong["holidays"].partition(".")[0]
        assert "2026-12-24 Company day" in wrong["days_off"]
        assert "three numbers" in wrong["versions"]
        assert await _train(o) is None
        assert not o.slack.violations


async def test_a_train_is_edited_as_it_was_seen(tmp_path: Path) -> None:
    """The form shows what is set; who was overtaken is told, and nothing is lost."""
    async with office(tmp_path) as o:
        await _saved(o)
        await o.card("Pixel 1.0.0")
        await o.ann.closes(await o.until(lambda: o.ann.modal), everything=True)
        form = await _opened(o, "/release train edit weekly-pixel")
        assert "Edit the train" in text_on(form)
        assert '"+1 10:00\\n+2 10:00 automation"' in str(form.body).replace("'", '"')
        await o.dan.types("/release train edit", channel="releases")
        other = await o.until(lambda: o.dan.modal)
        assert await o.dan.submits(other, {"Name": "Dan's train"}) == {}
        await o.told(o.dan, o.dan.submits(o.dan.modal))
        assert await o.ann.submits(form, {"Kick-off time": "11:00"}) == {}
        said = await o.told(o.ann, o.ann.submits(o.ann.modal))
        assert "Somebody else changed this train meanwhile" in said
        found = await _train(o)
        assert found is not None
        assert (found.name, found.kick_off.hour) == ("Dan's train", 10)


async def test_words_after_train(tmp_path: Path) -> None:
    """Skip, unskip, pause with a reason, resume, dates, and the list that has the same acts as buttons."""
    async with office(tmp_path) as o:
        assert "There is no train yet" in await o.says(o.eve, "/release train")
        assert "There is no train yet" in await o.says(o.ann, "/release train pause now")
        await _saved(o)
        await o.card("Pixel 1.0.0")
        first, second = _tomorrow(o), _tomorrow(o) + timedelta(days=7)
        assert "The release of" in await o.says(
            o.dan, f"/release train skip weekly-pixel {first.isoformat()}"
        )
        said = await o.says(o.dan, "/release train skip")
        assert f"No release is made for {second.isoformat()}" in said
        assert "skipped by" in await o.says(o.eve, "/release train dates weekly-pixel")
        assert "does not skip" in await o.says(o.dan, f"/release train unskip {second.isoformat()}")
        assert "Please say why" in await o.says(o.dan, "/release train pause")
        assert "is paused" in await o.says(o.dan, "/release train pause weekly-pixel Company meeting")
        assert "Paused by" in await o.says(o.eve, "/release train")
        assert "goes on" in await o.says(o.dan, "/release train resume")
        assert "You may not change releases" in await o.says(o.eve, "/release train skip")
        assert "followed by nothing, or by one of `new`" in await o.says(o.ann, "/release train start")
        assert "There is no such day" in await o.says(o.dan, "/release train skip 2026-13-41")
        skipped = await o.says(o.eve, "/release train dates")
        for odd in ("21.12.2099", "weekly-pixel tomorrow", "wekly-pixel"):
            assert "Which day?" in await o.says(o.dan, f"/release train skip {odd}"), odd
        assert await o.says(o.eve, "/release train dates") == skipped
        assert not o.slack.violations


async def test_the_list_s_three_dots(tmp_path: Path) -> None:
    """Everything that a word does is behind the dots too: skip, pause with its reason, resume, dates, edit, delete."""
    async with office(tmp_path) as o:
        await _saved(o)
        await o.ann.closes(await o.until(lambda: o.ann.modal), everything=True)
        await o.says(o.ann, "/release train")

        async def chooses(act: str) -> None:
            world = o.slack.world
            kept = [m for c in world.messages.values() for m in c.values() if m.only_for == o.ann.id]
            listed = [m for m in kept if "train.act" in str(m.blocks)]
            await o.ann.clicks(listed[-1], "train.act", option=act)

        assert "No release is made for" in await o.told(o.ann, chooses("Skip the next one"))
        assert "Next dates of" in await o.told(o.ann, chooses("Dates"))
        await chooses("Pause")
        form = await o.until(lambda: o.ann.modal)
        assert "is paused" in await o.told(o.ann, o.ann.submits(form, {"Reason": "Meeting"}))
        await o.says(o.ann, "/release train")
        assert "goes on" in await o.told(o.ann, chooses("Resume"))
        await o.says(o.ann, "/release train")
        await chooses("Delete")
        question = await o.until(lambda: o.ann.modal)
        assert "is deleted" in await o.told(o.ann, o.ann.submits(question, {}))
        assert await _train(o) is None
        assert not o.slack.violations


async def test_owners_hear_when_a_release_can_not_be_made(tmp_path: Path) -> None:
    """g: what keeps a scheduled release from being made is told in the channels and to the owners directly."""
    async with office(tmp_path) as o:
        await o.ann.closes(await _opened(o), everything=True)
        row = await o.store.integrations.get(o.team, "github")
        await o.store.integrations.save(replace(row, state=IntegrationState.FAILING))
        await _saved(o)
        await o.until(lambda: o.keyed("news:TRAIN_BLOCKED", channel="critical"))
        told = await o.until(
            lambda: next((a for a in o.answers(o.ann) if "can't make its release" in a), None)
        )
        assert "The connection github is failing" in told
        assert "/release train skip weekly-pixel" in told
        async with o.store.look() as work:
            assert await work.releases.active(o.team) == []


async def test_who_may_not_is_told_and_sees_no_form(tmp_path: Path) -> None:
    """A viewer reads and changes nothing; the role is asked again when the form comes back."""
    async with office(tmp_path) as o:
        assert "You may not change release configurations" in await o.says(o.eve, "/release train new")
        assert o.eve.modal is None
        form = await _opened(o)
        async with o.store.work() as work:
            await work.directory.revoke(o.team, o.ann.id, "owner")
            await work.commit()
        wrong = await o.ann.submits(form, _fields(o))
        assert "You may not change release configurations" in wrong["name"]
        assert await o.events(EventKind.RELEASE_CREATED) == []
