"""Connecting from Slack: the list, the forms made from settings, the page, what is chosen live, and every refusal."""

from pathlib import Path

from orchestration.domain.events import EventKind
from orchestration.store.integrations import IntegrationState
from sandbox.slack.screen import text_on
from tests.support.connecting import (
    browser_of,
    command,
    library_office,
    link_on,
    shown,
    tenant_events,
)
from tests.support.library import CANARY, Library
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


async def test_what_only_an_account_can_show_is_chosen_after_the_secrets(tmp_path: Path) -> None:
    """The second step offers what the provider has, the shelf within its room; then it is tried and saved."""
    library = Library()
    async with library_office(tmp_path, library) as o:
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
