"""Connecting from Slack: the list, the forms made from settings, the page, what is chosen live, and every refusal."""

import json
from pathlib import Path

import pytest

from bot.views import values
from orchestration.domain.events import EventKind
from orchestration.ports.errors import TryLater
from orchestration.store.integrations import IntegrationState
from sandbox.slack.people import Person
from sandbox.slack.screen import text_on
from sandbox.slack.values import View
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
from tests.support.library import CANARY, Library
from tests.support.office import Office
from tests.support.prepared import TEAM


async def test_a_provider_without_choices_is_connected(tmp_path: Path) -> None:
    """Form, link, page, and the waiting form says how it ended; what is stored is what was asked for."""
    library = Library()
    async with library_office(tmp_path, library) as o:
        form = await command(o, o.ann, "box")
        assert await o.ann.submits(form, {"Label": "red", "Depth": "5", "Size": "large"}) == {}
        link = link_on(await shown(o, o.ann, "Enter the secrets"))
        page = await browser_of(o).enters(link, token=CANARY)
        assert page.status == 200, page.text
        assert "Box is connected" in page.text
        await shown(o, o.ann, "is connected as")
        row = await o.store.integrations.get(TEAM, "box")
        assert (row.state, row.name) == (IntegrationState.VERIFIED, "Box")
        assert (row.settings["label"], row.settings["depth"], row.settings["size"]) == ("red", 5, "large")
        assert CANARY.encode() not in (row.secrets or b"")
        assert [kind for kind, _ in await tenant_events(o)] == [
            EventKind.CONNECTION_ASKED,
            EventKind.CONNECTION_SAVED,
        ]
        assert not o.slack.violations


@pytest.mark.parametrize("transport", ["http", "socket"])
async def test_what_only_an_account_can_show_is_chosen_after_the_secrets(
    tmp_path: Path, transport: str
) -> None:
    """The second step offers what the provider has, the shelf within its room; then it is tried and saved."""
    library = Library()
    async with library_office(tmp_path, library, transport=transport) as o:
        form = await command(o, o.ann, "shelf")
        assert "Room" not in text_on(form)
        assert await o.ann.submits(form, {"Name": "My shelf"}) == {}
        link = link_on(await shown(o, o.ann, "Enter the secrets"))
        page = await browser_of(o).enters(link, token=CANARY)
        assert "Back to Slack" in page.text, page.text
        second = await shown(o, o.ann, "Room")
        assert await o.ann.searches(second, "Room", "") == ["North", "South"]
        await o.ann.chooses(second, "Room", "South")
        await o.until(lambda: o.ann.modal and "South" in str(o.ann.modal.body) and o.ann.modal)
        assert o.ann.modal is not None
        assert await o.ann.searches(o.ann.modal, "Shelf", "") == ["S1"]
        assert await o.ann.submits(o.ann.modal, {"Shelf": "S1"}) == {}
        await shown(o, o.ann, "is connected as")
        row = await o.store.integrations.get(TEAM, "shelf")
        assert dict(row.settings) | {"base_url": ""} == {"base_url": "", "room": "south", "shelf": "s1"}
        assert row.name == "My shelf"
        assert not o.slack.violations


async def test_everything_wrong_with_a_form_is_told_at_its_fields(tmp_path: Path) -> None:
    """A form full of mistakes comes back with an error at each field, in words, and no draft is kept."""
    async with library_office(tmp_path, Library()) as o:
        form = await command(o, o.ann, "box")
        wrong = await o.ann.submits(
            form, {"Id": "My Box", "Address": "box.example", "Label": "Red 7", "Name": "x" * 60}
        )
        assert wrong == {
            "id": "Up to 40 of a-z, 0-9 and -, and no - in front",
            "field:base_url": "This does not have the form that is needed: see the hint below the field",
            "field:label": "This does not have the form that is needed: see the hint below the field",
        }
        assert await o.ann.submits(form, {"Id": "github", "Address": "https://x", "Label": "red"}) == {
            "id": "There is a connection github already"
        }
        assert await rows_of(o, "SELECT id FROM connection_drafts") == []
        assert not o.slack.violations


async def test_an_address_that_we_do_not_connect_to_is_told_at_its_field(tmp_path: Path) -> None:
    """Before a secret is asked for, and before anything is sent there."""
    library = Library()
    async with library_office(tmp_path, library) as o:
        form = await command(o, o.ann, "box")
        for address, says in (
            ("https://169.254.169.254", "169.254.169.254 is not a public address"),
            ("http://box.example", "must start with https://"),
        ):
            wrong = await o.ann.submits(form, {"Address": address, "Label": "red"})
            assert list(wrong) == ["field:base_url"]
            assert says in wrong["field:base_url"]
        assert await rows_of(o, "SELECT id FROM connection_drafts") == []


async def test_what_does_not_hold_comes_back_with_every_line(tmp_path: Path) -> None:
    """A try in Slack that fails shows the checks above the whole form and saves nothing; corrected, it is saved."""
    library = Library()
    async with library_office(tmp_path, library) as o:
        second = await _to_the_second_step(o, library)
        library.lost = {"n1"}
        assert await o.ann.submits(second, {"Shelf": "N1"}) == {}
        again = await shown(o, o.ann, "no such shelf")
        assert "Nothing was saved" in text_on(again)
        assert "Address" in str(again.body)
        assert [each.id for each in await o.store.integrations.list(TEAM)] == ["actions", "github"]
        library.lost = set()
        assert await o.ann.submits(again) == {}
        await shown(o, o.ann, "is connected as")
        assert (await o.store.integrations.get(TEAM, "shelf")).settings["shelf"] == "n1"
        assert not o.slack.violations


async def test_a_provider_that_is_away_saves_nothing_and_says_so(tmp_path: Path) -> None:
    """Neither a list nor a try pretends to know: the list has a line, the form says what was not known."""
    library = Library()
    async with library_office(tmp_path, library) as o:
        second = await _to_the_second_step(o, library)
        library.error = TryLater("The library is closed")
        assert await o.ann.searches(second, "Shelf", "n") == ["The library is closed"]
        hint = await o.ann.submits(second, {"Shelf": "The library is closed"})
        assert list(hint.values()) == ["This line only says something: choose another one"]
        library.error, library.away = None, True
        assert await o.ann.submits(second, {"Shelf": "N2"}) == {}
        assert "Not known" in text_on(await shown(o, o.ann, "The library is closed"))
        assert not o.slack.violations


async def test_another_persons_draft_can_not_be_finished(tmp_path: Path) -> None:
    """Whoever did not begin it, an owner too, can neither go on with it nor read from it."""
    library = Library()
    async with library_office(tmp_path, library) as o:
        second = await _to_the_second_step(o, library)
        async with o.store.work() as work:
            await work.directory.grant(TEAM, o.dan.id, "owner")
            await work.commit()
        draft = json.loads(second.body["private_metadata"])["draft"]
        stolen = values.carried(draft=draft, provider="shelf")
        await o.dan.types("/release connect shelf", channel="releases")
        form = await o.until(lambda: o.dan.modal)
        assert isinstance(form, View)
        o.slack.world.change_view(form, body={**form.body, "private_metadata": stolen})
        wrong = await o.dan.submits(o.dan.modal, {"Name": "Mine"})
        assert list(wrong.values()) == ["Only the person who began this connection can go on with it."]


async def test_who_lost_the_permission_meanwhile_saves_nothing(tmp_path: Path) -> None:
    """The permission is looked up again when the page is sent, and in the transaction that saves."""
    library = Library()
    async with library_office(tmp_path, library) as o:
        await o.ann.submits(await command(o, o.ann, "box"), {"Label": "red"})
        link = link_on(await shown(o, o.ann, "Enter the secrets"))
        async with o.store.work() as work:
            await work.directory.revoke(TEAM, o.ann.id, "owner")
            await work.commit()
        page = await browser_of(o).enters(link, token=CANARY)
        assert page.status == 422
        assert "You may not connect accounts here" in page.text
        assert [each.id for each in await o.store.integrations.list(TEAM)] == ["actions", "github"]
        assert "You may not" in await o.says(o.ann, "/release connect box")


async def test_who_may_only_read_sees_the_list_without_acts(tmp_path: Path) -> None:
    """A viewer looks, and is refused every form."""
    async with library_office(tmp_path, Library()) as o:
        told = await o.says(o.eve, "/release connect")
        assert "An owner may connect" in told
        seen = list_of(o.eve)
        assert seen is not None
        assert "overflow" not in str(seen.blocks)
        assert "You may not connect accounts here" in await o.says(o.eve, "/release connect github")


async def test_who_closed_the_form_is_called_back(tmp_path: Path) -> None:
    """A message with a button opens the second step again; what is saved then is told in a message too."""
    library = Library()
    async with library_office(tmp_path, library) as o:
        await o.ann.submits(await command(o, o.ann, "shelf"))
        waiting = await shown(o, o.ann, "Enter the secrets")
        link = link_on(waiting)
        await o.ann.closes(waiting)
        await browser_of(o).enters(link, token=CANARY)
        call = await o.until(
            lambda: next((m for m in o.ann.sees("@stationmaster") if "Go On" in str(m.blocks)), None)
        )
        await o.ann.clicks(call, "Go On")
        second = await shown(o, o.ann, "Room")
        await o.ann.chooses(second, "Room", "South")
        await o.until(lambda: o.ann.modal and "South" in str(o.ann.modal.body) and o.ann.modal)
        await o.ann.submits(o.ann.modal, {"Shelf": "S1"})
        await shown(o, o.ann, "is connected as")


async def test_a_second_connection_takes_the_secrets_of_the_first(tmp_path: Path) -> None:
    """Chosen in the form, they are copied and sealed for their new place, and no page is needed."""
    library = Library()
    async with library_office(tmp_path, library) as o:
        await _connect_box(o)
        form = await command(o, o.ann, "box")
        assert (
            await o.ann.submits(
                form, {"Id": "box-2", "Name": "Second", "Label": "blue", "Secrets": "Use those of Box (box)"}
            )
            == {}
        )
        await shown(o, o.ann, "is connected as")
        one, two = [await o.store.integrations.get(TEAM, name) for name in ("box", "box-2")]
        assert two.secrets not in {None, one.secrets}
        assert (two.name, two.settings["label"]) == ("Second", "blue")


async def test_lent_secrets_follow_no_other_address(tmp_path: Path) -> None:
    """Whoever names a server of their own gets no token of another connection, and is told why."""
    library = Library()
    async with library_office(tmp_path, library) as o:
        await _connect_box(o)
        form = await command(o, o.ann, "box")
        wrong = await o.ann.submits(
            form,
            {
                "Id": "b2",
                "Label": "blue",
                "Address": "https://evil.example",
                "Secrets": "Use those of Box (box)",
            },
        )
        assert list(wrong) == ["lender"]
        assert "for another address (Address)" in wrong["lender"]
        assert len(library.tried) == 1


async def _connect_box(o: Office, **settings: str) -> None:
    await o.ann.submits(await command(o, o.ann, "box"), {"Label": "red", **settings})
    page = await browser_of(o).enters(link_on(await shown(o, o.ann, "Enter the secrets")), token=CANARY)
    assert page.status == 200, page.text
    await o.ann.closes(await shown(o, o.ann, "is connected as"))


async def test_without_a_web_address_the_command_is_told(tmp_path: Path) -> None:
    """The exact words for a terminal, with what is still to be chosen marked; nothing is served."""
    async with library_office(tmp_path, Library(), web=False) as o:
        await o.ann.submits(await command(o, o.ann, "shelf"), {"Id": "s"})
        said = text_on(await shown(o, o.ann, "no web page"))
        assert f"stationmaster connect shelf --tenant {TEAM} --id s" in said
        assert "<Room>" in said
        assert (await browser_of(o).get("/connect/x")).text == "404: Not Found"


async def test_an_unknown_provider_names_those_that_there_are(tmp_path: Path) -> None:
    """No form opens; the answer lists them."""
    async with library_office(tmp_path, Library()) as o:
        said = await o.says(o.ann, "/release connect pigeon")
        assert "There is no provider pigeon" in said
        assert "github" in said
        assert o.ann.modal is None


async def test_a_provider_is_called_by_its_title_too(tmp_path: Path) -> None:
    """Nobody has to know our keys: monday.com and App Store Connect are what these are called."""
    async with library_office(tmp_path, Library()) as o:
        for words, title in (
            ("monday.com", "Connect monday.com"),
            ("App Store Connect", "App Store Connect"),
        ):
            assert (await command(o, o.ann, words)).body["title"]["text"].startswith(title)


async def _to_the_second_step(o: Office, library: Library, person: Person | None = None) -> View:
    """The form in which a room and a shelf are chosen, the room being chosen."""
    who = person or o.ann
    await who.submits(await command(o, who, "shelf"))
    await browser_of(o).enters(link_on(await shown(o, who, "Enter the secrets")), token=CANARY)
    await who.chooses(await shown(o, who, "Room"), "Room", "North")
    await o.until(lambda: who.modal and '"North"' in str(who.modal.body).replace("'", '"') and who.modal)
    assert who.modal is not None
    assert library.tried == []
    return who.modal
