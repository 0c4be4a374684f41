"""What people do with connections that are there: look, try again, edit, rename, disconnect; and what refuses them."""

from dataclasses import replace
from pathlib import Path

from pydantic import SecretStr

from orchestration.domain.events import EventKind
from orchestration.domain.people import Actor
from orchestration.ports.runtime import Configuration
from orchestration.store.integrations import IntegrationState
from sandbox.slack.screen import text_on
from sandbox.slack.values import Message, View
from tests.support.connecting import (
    browser_of,
    command,
    library_office,
    link_on,
    list_of,
    rows_of,
    shown,
    tenant_events,
)
from tests.support.library import CANARY, BoxSettings, Library, ShelfSecrets, ShelfSettings
from tests.support.office import Office
from tests.support.prepared import PEOPLE, TEAM, small


async def _connected(o: Office) -> Message:
    """The list, in which a box is connected."""
    await o.ann.submits(await command(o, o.ann, "box"), {"Label": "red"})
    page = await browser_of(o).enters(link_on(await shown(o, o.ann, "Enter the secrets")), token=CANARY)
    assert page.status == 200, page.text
    await o.ann.closes(await shown(o, o.ann, "is connected as"))
    return await _list(o)


async def _list(o: Office) -> Message:
    await o.says(o.ann, "/release connect")
    found = list_of(o.ann)
    assert found is not None
    return found


async def _acts(o: Office, seen: Message, act: str) -> View | None:
    """Choose an act behind the three dots of the box; the form that opens, where one does."""
    menu = next(
        b["accessory"]
        for b in seen.blocks
        if b.get("accessory", {}).get("type") == "overflow" and "*Box" in b["text"]["text"]
    )
    block = next(b for b in seen.blocks if b.get("accessory") is menu)
    chosen = next(option for option in menu["options"] if option["text"]["text"] == act)
    await o.slack.interactions.act_on_message(o.ann.user, seen, block, menu, {"selected_option": chosen})
    return o.ann.modal


async def _saying(o: Office, words: str) -> Message:
    """The list, once it says so."""

    def look() -> Message | None:
        found = list_of(o.ann)
        return found if found is not None and words in text_on(found) else None

    return await o.until(look)


async def test_the_list_shows_each_category_and_how_everything_is(tmp_path: Path) -> None:
    """Every category stands there, with what is connected in it, its state in words and when it was tried."""
    async with library_office(tmp_path, Library()) as o:
        said = text_on(await _connected(o)).replace("*", "")
        for words in (
            "Source control",
            "CI/CD",
            "Project management",
            "Test management: nothing yet",
            "App stores: nothing yet",
            "Messages: by Slack, with the tokens of the bot",
            "Verified",
            "Tried",
        ):
            assert words in said, words
        assert not o.slack.violations


async def test_a_provider_is_chosen_below_the_list(tmp_path: Path) -> None:
    """The select opens the same form as the word does, and the list is renewed when it is done."""
    async with library_office(tmp_path, Library()) as o:
        await o.ann.chooses(await _list(o), "connect.provider", "Box")
        form = await o.until(lambda: o.ann.modal)
        assert isinstance(form, View)
        await o.ann.submits(form, {"Label": "red"})
        link = link_on(await shown(o, o.ann, "Enter the secrets"))
        assert (await browser_of(o).enters(link, token=CANARY)).status == 200
        await _saying(o, "*Box*")


async def test_trying_again_tells_what_the_provider_says(tmp_path: Path) -> None:
    """A token that was taken back is revoked, with the reason; taken again it is verified. Each change is recorded."""
    library = Library()
    async with library_office(tmp_path, library) as o:
        seen = await _connected(o)
        library.tokens = set()
        await _acts(o, seen, "Try again")
        seen = await _saying(o, "Revoked")
        assert "The librarian does not know [hidden]" in text_on(seen)
        assert (await o.store.integrations.get(TEAM, "box")).state is IntegrationState.REVOKED
        library.tokens = {CANARY}
        await _acts(o, seen, "Try again")
        await _saying(o, "Box: everything holds")
        states = [data["state"] for kind, data in await tenant_events(o) if "state" in data]
        assert states == ["revoked", "verified"]


async def test_a_provider_that_is_away_leaves_the_state(tmp_path: Path) -> None:
    """An outage says nothing of the credentials."""
    library = Library()
    async with library_office(tmp_path, library) as o:
        seen = await _connected(o)
        library.away = True
        await _acts(o, seen, "Try again")
        assert "Verified" in text_on(await _saying(o, "can't be asked now"))


async def test_settings_are_edited_with_the_secrets_that_are_known(tmp_path: Path) -> None:
    """The form shows what is stored; what is changed is tried with the known secrets and saved."""
    library = Library()
    async with library_office(tmp_path, library) as o:
        await _acts(o, await _connected(o), "Edit")
        form = await shown(o, o.ann, "Edit Box")
        assert '"red"' in str(form.body).replace("'", '"')
        assert await o.ann.submits(form, {"Label": "green", "Lid": ["Yes"], "Words": "one\n two \n"}) == {}
        await shown(o, o.ann, "is connected as")
        row = await o.store.integrations.get(TEAM, "box")
        assert (row.settings["label"], row.settings["lid"]) == ("green", True)
        assert row.settings["words"] == ["one", "two"]
        assert (await tenant_events(o))[-1][0] is EventKind.CONNECTION_EDITED
        assert len(library.tried) == 2


async def test_a_changed_address_asks_for_new_secrets(tmp_path: Path) -> None:
    """Known secrets are never sent to a server that somebody has just typed in."""
    library = Library()
    async with library_office(tmp_path, library) as o:
        await _acts(o, await _connected(o), "Edit")
        form = await shown(o, o.ann, "Edit Box")
        assert await o.ann.submits(form, {"Address": "https://evil.example"}) == {}
        link = link_on(await shown(o, o.ann, "Enter the secrets"))
        assert [getattr(s, "base_url", "") for s in library.tried] == ["https://box.example"]
        library.tokens = {"another"}
        assert (await browser_of(o).enters(link, token="another")).status == 200
        assert (await o.store.integrations.get(TEAM, "box")).settings["base_url"] == "https://evil.example"


async def test_new_secrets_can_be_entered_for_a_connection(tmp_path: Path) -> None:
    """Asked for in the form; the page then replaces them, and the settings stay."""
    library = Library()
    async with library_office(tmp_path, library) as o:
        seen = await _connected(o)
        before = await o.store.integrations.get(TEAM, "box")
        await _acts(o, seen, "Edit")
        await o.ann.submits(await shown(o, o.ann, "Edit Box"), {"new_secrets": ["Enter new ones"]})
        library.tokens = {"newer"}
        link = link_on(await shown(o, o.ann, "Enter the secrets"))
        assert (await browser_of(o).enters(link, token="newer")).status == 200
        after = await o.store.integrations.get(TEAM, "box")
        assert after.secrets != before.secrets
        assert after.settings == before.settings


async def test_two_who_edit_at_once_do_not_undo_each_other(tmp_path: Path) -> None:
    """The later one is told, and nothing of hers is saved."""
    library = Library()
    async with library_office(tmp_path, library) as o:
        await _acts(o, await _connected(o), "Edit")
        form = await shown(o, o.ann, "Edit Box")
        row = await o.store.integrations.get(TEAM, "box")
        await o.store.integrations.save(replace(row, settings={**row.settings, "label": "blue"}))
        await o.ann.submits(form, {"Label": "green"})
        await shown(o, o.ann, "Somebody else changed")
        assert (await o.store.integrations.get(TEAM, "box")).settings["label"] == "blue"


async def test_a_connection_is_renamed_for_people_only(tmp_path: Path) -> None:
    """The name changes, the id does not; an empty name is refused at its field."""
    async with library_office(tmp_path, Library()) as o:
        await _acts(o, await _connected(o), "Rename")
        form = await o.until(lambda: o.ann.modal)
        assert isinstance(form, View)
        assert await o.ann.submits(form, {"Name": " "}) == {"name": "A name has 1 to 60 characters"}
        assert await o.ann.submits(form, {"Name": "Lost  and found"}) == {}
        await _saying(o, "*Lost and found*")
        assert (await o.store.integrations.get(TEAM, "box")).name == "Lost and found"
        last = (await tenant_events(o))[-1]
        assert last == (
            EventKind.CONNECTION_RENAMED,
            {"connection": "box", "provider": "box", "name": "Lost and found"},
        )


async def test_disconnecting_asks_and_deletes(tmp_path: Path) -> None:
    """The question names the configurations that still use it; the row and its secrets are gone afterwards."""
    async with library_office(tmp_path, Library()) as o:
        seen = await _connected(o)
        async with o.store.work() as work:
            snapshot = small(config_id="boxed", name="Boxed", pm="box")
            await work.directory.save_configuration(
                Configuration(id="boxed", tenant_id=TEAM, name="Boxed", snapshot=snapshot)
            )
            await work.commit()
        await _acts(o, seen, "Disconnect")
        form = await shown(o, o.ann, "Boxed")
        assert await o.ann.submits(form) == {}
        await _saying(o, "box is disconnected")
        assert "box" not in [each.id for each in await o.store.integrations.list(TEAM)]
        assert (await tenant_events(o))[-1][0] is EventKind.CONNECTION_REMOVED


async def test_what_a_running_release_needs_stays_connected(tmp_path: Path) -> None:
    """Refused in the form, with the release's name; nothing is deleted."""
    async with library_office(tmp_path, Library(), "asking") as o:
        seen = await _list(o)
        block = next(b for b in seen.blocks if "`github`" in str(b.get("text")))
        chosen = block["accessory"]["options"][3]
        await o.slack.interactions.act_on_message(
            o.ann.user, seen, block, block["accessory"], {"selected_option": chosen}
        )
        form = await shown(o, o.ann, "Disconnect")
        await o.ann.submits(form)
        said = text_on(await shown(o, o.ann, "Still connected"))
        assert "can't be disconnected: it is needed by" in said
        assert o.release_id in said
        assert (await o.store.integrations.get(TEAM, "github")).id == "github"


async def test_a_draft_forgets_secrets_that_were_for_another_address(tmp_path: Path) -> None:
    """Without a page to enter new ones too: a second press does not send the old ones to the new address."""
    library = Library()
    async with library_office(tmp_path, library, web=False) as o:
        await connect_box(o, library)
        await _acts(o, await _list(o), "Edit")
        library.tokens = set()
        await o.ann.submits(await shown(o, o.ann, "Edit Box"), {"Label": "green"})
        again = await shown(o, o.ann, "Nothing was saved")
        await o.ann.submits(again, {"Address": "https://evil.example"})
        await shown(o, o.ann, "no web page")
        draft = (await rows_of(o, "SELECT secrets, key_id FROM connection_drafts"))[0]
        assert not draft["secrets"]
        assert not draft["key_id"]
        assert {getattr(s, "base_url", "") for s in library.tried} == {"https://box.example"}


async def connect_box(o: Office, library: Library) -> None:
    """Connect a box as the command line does."""
    await o.bot._book.connect(
        tenant_id=TEAM,
        integration_id="box",
        provider=o.bot._book.providers["box"],
        settings=BoxSettings(label="red"),
        secrets=ShelfSecrets(token=SecretStr(next(iter(library.tokens)))),
        now=o.bot._clock.now(),
    )


async def test_other_forms_choose_from_a_connection_too(tmp_path: Path) -> None:
    """For who may edit; a viewer, and a connection that is not there, get a line that says so."""
    async with library_office(tmp_path, Library()) as o:
        await o.bot._book.connect(
            tenant_id=TEAM,
            integration_id="shelf",
            provider=o.bot._book.providers["shelf"],
            settings=ShelfSettings(room="north", shelf="n1"),
            secrets=ShelfSecrets(token=SecretStr(CANARY)),
            now=o.bot._clock.now(),
        )

        async def offered(person: str, connection: str) -> list[str]:
            found = await o.bot._accounts.offered(
                TEAM, Actor(id=PEOPLE[person]), connection, "projects", words="", within="north"
            )
            return [str(option["value"]) for option in found]

        assert await offered("dan", "shelf") == ["n1", "n2"]
        assert await offered("eve", "shelf") == ["!hint0"]
        assert await offered("dan", "gone") == ["!hint0"]
