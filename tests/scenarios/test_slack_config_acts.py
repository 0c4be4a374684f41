"""The list of release configurations in Slack: its acts, by button and by word, who may, and what was not saved."""

from dataclasses import replace
from pathlib import Path

from bot.views import values
from orchestration.store.integrations import IntegrationState
from sandbox.slack.screen import text_on
from tests.support.prepared import TEAM
from tests.support.workshop import command, drafts_of, list_of, opened, renamed, shown, stored, workshop


async def test_what_was_not_saved_is_gone_on_with_or_given_up(tmp_path: Path) -> None:
    """A form that was closed is opened where it was left, by its owner alone; the list shows it, and forgets it."""
    async with workshop(tmp_path) as o:
        await command(o, o.ann, "edit pixel")
        overview = await renamed(o, o.ann, "Half done")
        await o.ann.closes(overview)
        await command(o, o.ann, "edit pixel")
        again = await shown(o, o.ann, "Half done · Pixel", "You go on where you left it")
        await o.ann.closes(again)
        await command(o, o.dan, "edit pixel")
        assert "Pixel · Pixel" in text_on(await shown(o, o.dan, "Nothing counts before Save"))
        assert "Not saved yet: your changes of `pixel`" in await o.says(o.ann, "/release config")
        listed = list_of(o.ann)
        assert listed is not None
        await o.ann.clicks(listed, "Discard")
        await o.until(lambda: (m := list_of(o.ann)) and "What you had not saved is gone" in text_on(m))
        assert await drafts_of(o, o.ann) == []
        assert await drafts_of(o, o.dan) == ["pixel"]
        assert not o.slack.violations


async def test_who_lost_the_role_is_refused_at_each_step(tmp_path: Path) -> None:
    """A viewer sees the list without buttons and opens nothing; who loses the role keeps and saves nothing."""
    async with workshop(tmp_path) as o:
        listed = await o.says(o.eve, "/release config")
        assert "An editor or owner may change them" in listed
        assert "Edit" not in listed.splitlines()
        for words in ("new", "edit pixel", "copy pixel", "default pixel", "deactivate pixel", "delete pixel"):
            said = await o.says(o.eve, f"/release config {words}")
            assert "You may not change release configurations here" in said, words
        await command(o, o.dan, "edit pixel")
        basics = await opened(o, o.dan, "Open Basics", "Platforms and targets")
        async with o.store.work() as work:
            await work.directory.revoke(TEAM, o.dan.id, "editor")
            await work.commit()
        wrong = await o.dan.submits(basics, {"Name": "Mine"})
        assert list(wrong.values()) == [
            "You may not change release configurations here. Ask an owner for the role."
        ]
        await o.dan.closes(basics)
        assert o.dan.modal is not None
        assert await o.dan.submits(o.dan.modal) == {}
        await shown(o, o.dan, "Not saved", "You may not change release configurations here")
        assert (await stored(o)).revision == 1
        assert not o.slack.violations


async def test_one_that_was_used_is_not_deleted(tmp_path: Path) -> None:
    """Its releases are named in number; one that no release used is asked for and then gone."""
    async with workshop(tmp_path, "two") as o:
        assert "2 releases were started with Pixel, so it stays" in await o.says(
            o.ann, "/release config delete pixel"
        )
        form = await command(o, o.ann, "copy pixel")
        assert await o.ann.submits(form, {"Id": "pixel"}) == {"id": "Another configuration has the id pixel"}
        said = await o.told(o.ann, o.ann.submits(form, {"Id": "tablet", "Name": "Tablet"}))
        assert "Tablet is there, switched off" in said
        asked = await command(o, o.ann, "delete tablet")
        assert "No release was ever started with it" in text_on(asked)
        assert "tablet is deleted" in await o.told(o.ann, o.ann.submits(asked))
        assert "There is no release configuration tablet" in await o.says(
            o.ann, "/release config delete tablet"
        )
        assert not o.slack.violations


async def test_the_typed_words_do_what_the_buttons_do(tmp_path: Path) -> None:
    """Copy, activate, default, deactivate and show, by id; what is not a word or an id is told."""
    async with workshop(tmp_path) as o:
        form = await command(o, o.ann, "copy pixel")
        await o.told(o.ann, o.ann.submits(form, {"Id": "tablet", "Name": "Tablet"}))
        assert "Tablet is switched off. Activate it first" in await o.says(
            o.ann, "/release config default tablet"
        )
        assert await o.says(o.ann, "/release config activate tablet") == "Tablet is active."
        assert await o.says(o.ann, "/release config activate tablet") == "Tablet is active already."
        assert await o.says(o.ann, "/release config default tablet") == "Tablet is the default now."
        assert not (await stored(o)).default
        listed = await o.says(o.ann, "/release config")
        assert listed.index("Tablet") < listed.index("Pixel")
        assert await o.says(o.ann, "/release config deactivate tablet") == "Tablet is switched off."
        file = await command(o, o.ann, "show pixel")
        assert "base_branch: main" in text_on(file)
        assert "Which one?" in await o.says(o.ann, "/release config edit")
        assert "is none of new, edit, copy" in await o.says(o.ann, "/release config fix pixel")
        assert "There is no release configuration nothing" in await o.says(
            o.ann, "/release config edit nothing"
        )
        assert not o.slack.violations


async def test_the_buttons_of_the_list_renew_it(tmp_path: Path) -> None:
    """An act behind the three dots is done at once, and the list in place of the old one says so."""
    async with workshop(tmp_path) as o:
        await o.says(o.ann, "/release config")
        listed = list_of(o.ann)
        assert listed is not None
        assert "1 release configuration" not in text_on(listed)
        await o.ann.clicks(listed, values.CONFIG_ACT, option="Deactivate")
        await o.until(lambda: (m := list_of(o.ann)) and "Pixel is switched off." in text_on(m))
        renewed = list_of(o.ann)
        assert renewed is not None
        await o.ann.clicks(renewed, values.CONFIG_ACT, option="Show as YAML")
        await shown(o, o.ann, "active: false")
        assert not o.slack.violations


async def test_a_connection_that_fails_is_told_before_it_is_saved(tmp_path: Path) -> None:
    """One that is not verified keeps nobody from saving what is active, but a configuration does not wake with it."""
    async with workshop(tmp_path) as o:
        row = await o.store.integrations.get(TEAM, "github")
        await o.store.integrations.save(replace(row, state=IntegrationState.FAILING))
        assert "github failing" in await o.says(o.ann, "/release config")
        await o.says(o.ann, "/release config deactivate pixel")
        assert "github is failing: connect it again first" in await o.says(
            o.ann, "/release config activate pixel"
        )
        await command(o, o.ann, "edit pixel")
        basics = await opened(o, o.ann, "Open Basics", "In use")
        assert await o.ann.submits(basics, {"In use": ["Releases may start with it"]}) == {}
        overview = await shown(o, o.ann, "needs: Repository: The connection github is failing")
        assert await o.ann.submits(overview) == {}
        await shown(o, o.ann, "Not saved yet")
        assert not (await stored(o)).active
        assert not o.slack.violations
