"""What people choose from is read live from Asana, page by page."""

from typing import Any

import pytest

from integrations.asana import PROVIDER
from integrations.asana.choices import AT_ONCE
from integrations.asana.settings import AsanaSettings
from integrations.choices import MOST, Asked, Kind, Option, Page, drafted
from orchestration.ports.errors import NeedsCredentials, PortError, Refused
from sandbox.asana import TOKEN
from sandbox.asana.simulator import BASE
from tests.integrations.asana.asana_rig import AsanaRig, secrets


async def asked(
    rig: AsanaRig, kind: Kind, *, token: str = TOKEN, status_field: str = "", **asking: Any
) -> Page:
    """Ask a reader."""
    settings = rig.settings(status_field=status_field)
    return await PROVIDER.choices[kind](settings, secrets(token), rig.edge(), Asked(**asking))


def labels(page: Page) -> list[str]:
    """What people read."""
    return [option.label for option in page.options]


async def test_workspaces_are_read_before_one_is_chosen(rig: AsanaRig) -> None:
    """The reader serves a field of the settings, so it is asked while they are still being filled in."""
    settings = drafted(AsanaSettings, {"base_url": f"{rig.simulator.url}{BASE}/"})
    page = await PROVIDER.choices[Kind.WORKSPACES](settings, secrets(TOKEN), rig.edge(), Asked())
    assert page == Page(options=(Option(value=rig.simulator.workspace.gid, label="Acme"),))


async def test_projects_of_the_workspace_are_chosen_by_gid(rig: AsanaRig) -> None:
    """Two projects may have one name. Archived ones are left out, and those of other workspaces."""
    simulator = rig.simulator
    simulator.world.add_project("Old", simulator.workspace, "All", archived=True)
    elsewhere = simulator.world.add_workspace("Elsewhere")
    simulator.captain.workspaces.append(elsewhere)
    theirs = simulator.world.add_project("Theirs", elsewhere, "All")
    mobile = Option(value=rig.project, label="Mobile")
    assert await asked(rig, Kind.PROJECTS) == Page(options=(mobile,))
    within = await asked(rig, Kind.PROJECTS, within=elsewhere.gid)
    assert within.options == (Option(value=theirs.gid, label="Theirs"),)


async def test_issue_types_are_the_workspaces_tags(rig: AsanaRig) -> None:
    """Tags belong to the workspace, so any project has all of them; a ticket can be given what was chosen."""
    page = await asked(rig, Kind.ISSUE_TYPES, within=rig.project)
    assert labels(page) == ["Bug", "Release"]
    ticket = await rig.pm.create_release_ticket(rig.request(issue_type=page.options[1].value))
    assert [tag.name for tag in rig.simulator.task(ticket.key).tags] == ["Release"]


async def test_statuses_are_sections_or_the_options_of_the_field(rig: AsanaRig) -> None:
    """As the settings say; options that are no longer enabled can't be chosen, in Asana or here."""
    (field,) = rig.simulator.project.fields
    field.options[1].enabled = False
    assert labels(await asked(rig, Kind.STATUSES, within=rig.project)) == ["To do", "In progress", "Shipped"]
    assert labels(await asked(rig, Kind.STATUSES, within=rig.project, status_field="STAGE")) == [
        "Open",
        "Released",
    ]
    assert labels(await asked(rig, Kind.STATUSES, within=rig.project, status_field="Status")) == []


async def test_a_field_with_many_options_is_shown_in_pages(rig: AsanaRig) -> None:
    """A field may have 500 options, and a page of ours holds 100."""
    names = [f"Option {number:03}" for number in range(205)]
    rig.simulator.world.add_field(rig.simulator.project, "Status", *names)
    read: list[str] = []
    cursor: str | None = None
    for expected in (MOST, MOST, 5):
        page = await asked(rig, Kind.STATUSES, within=rig.project, status_field="Status", cursor=cursor)
        assert len(page.options) == expected
        read, cursor = read + labels(page), page.next
    assert (read, cursor) == (names, None)
    found = await asked(rig, Kind.STATUSES, within=rig.project, status_field="Status", words="option 20")
    assert labels(found) == names[200:]


async def test_fields_are_those_where_one_option_is_chosen(rig: AsanaRig) -> None:
    """A text or a number is no status."""
    rig.simulator.world.add_field(rig.simulator.project, "Effort", subtype="number")
    assert labels(await asked(rig, Kind.FIELDS, within=rig.project)) == ["Stage"]


async def test_fields_in_a_free_workspace_are_refused(rig: AsanaRig) -> None:
    """Custom fields need a paid plan: people are told so."""
    rig.simulator.workspace.paid = False
    with pytest.raises(Refused) as caught:
        await asked(rig, Kind.FIELDS, within=rig.project)
    assert "paid plan" in caught.value.reason


async def test_long_lists_of_asana_go_on_where_the_cursor_says(rig: AsanaRig) -> None:
    """The cursor is Asana's own offset."""
    for number in range(120):
        rig.simulator.world.add_tag(f"kind {number:03}", rig.simulator.workspace)
    first = await asked(rig, Kind.ISSUE_TYPES)
    rest = await asked(rig, Kind.ISSUE_TYPES, cursor=first.next)
    assert (len(first.options), len(rest.options), rest.next) == (100, 22, None)


async def test_words_are_looked_for_on_the_next_pages_too(rig: AsanaRig) -> None:
    """Asana does not search these lists: pages on which nothing fits are passed over, but only a few at once."""
    for number in range(100 * AT_ONCE):
        rig.simulator.world.add_tag(f"kind {number:03}", rig.simulator.workspace)
    assert labels(await asked(rig, Kind.ISSUE_TYPES, words=" KIND 321")) == ["kind 321"]
    before = len(rig.simulator.record)
    page = await asked(rig, Kind.ISSUE_TYPES, words="no such tag")
    assert len(rig.simulator.record) - before == AT_ONCE
    assert page.options == ()
    assert page.next is not None
    assert await asked(rig, Kind.ISSUE_TYPES, words="no such tag", cursor=page.next) == Page(options=())


@pytest.mark.parametrize("kind", [Kind.FIELDS, Kind.STATUSES])
@pytest.mark.parametrize("within", ["", "Mobile", "12/tasks"])
async def test_a_project_must_be_chosen_first(rig: AsanaRig, kind: Kind, within: str) -> None:
    """A gid is part of an address: nothing else gets there."""
    with pytest.raises(Refused):
        await asked(rig, kind, within=within)
    assert rig.simulator.record == []


@pytest.mark.parametrize("kind", list(PROVIDER.choices))
@pytest.mark.parametrize(("token", "status"), [("unknown", None), (TOKEN, 503)])
async def test_readers_of_asana_raise_port_errors_only(
    rig: AsanaRig, kind: Kind, token: str, status: int | None
) -> None:
    """A wrong token needs credentials, an outage is a delay."""
    if status is not None:
        rig.simulator.fault(status=status, times=9)
    with pytest.raises(PortError) as caught:
        await asked(rig, kind, token=token, within=rig.project)
    assert isinstance(caught.value, NeedsCredentials) is (status is None)
