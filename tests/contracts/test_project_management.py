"""The contract of ProjectManagement, over every provider that has it and the twin in memory."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

import pytest

from integrations.rehearsal.pm import RehearsalPm
from orchestration.ports.errors import Refused
from orchestration.ports.pm import ProjectManagement, TicketRequest
from sandbox.jira import Flavour
from tests.integrations.asana.asana_rig import asana_rig
from tests.integrations.asana.asana_rig import judge as judge_asana
from tests.integrations.clickup.clickup_rig import clickup_rig
from tests.integrations.clickup.clickup_rig import judge as judge_clickup
from tests.integrations.jira.jira_rig import jira_rig, judge
from tests.integrations.linear.linear_rig import judge as judge_linear
from tests.integrations.linear.linear_rig import linear_rig
from tests.integrations.monday.monday_rig import judge as judge_monday
from tests.integrations.monday.monday_rig import monday_rig


class Rig(Protocol):
    """What the suite needs to see and to do besides the port.

    A rig whose keys are not like `PROJECT-1` also has `absent_key: str`, a key in form that no ticket has, and
    `bad_keys: tuple[str, ...]`, what is no key.
    """

    project: str
    issue_type: str

    @property
    def pm(self) -> ProjectManagement:
        """The port under test."""

    def settle(self) -> None:
        """Let search catch up."""

    def move_to_done(self, key: str) -> None:
        """As a person does on the board."""

    def move_to_progress(self, key: str) -> None:
        """As a person does on the board."""

    def tickets(self, label: str) -> int:
        """How many tickets carry the label."""

    def links(self, key: str, other: str) -> int:
        """How many links there are between two tickets."""

    def comments(self, key: str) -> list[str]:
        """The comments of a ticket."""


def absent_key(rig: Rig) -> str:
    """A key in form that no ticket has."""
    return str(getattr(rig, "absent_key", f"{rig.project}-4711"))


def bad_keys(rig: Rig) -> tuple[str, ...]:
    """What is no key, though it may look like one."""
    usual = ("", "MOB", "../../myself", "MOB-1/comment", "MOB-1?expand=x", "MOB-0")
    return tuple(getattr(rig, "bad_keys", usual))


class TwinRig:
    """The twin in memory."""

    project = "MOB"
    issue_type = "Task"

    def __init__(self) -> None:
        self.twin = RehearsalPm(projects={"MOB": ("Task", "Release")}, fields=("Priority",))

    @property
    def pm(self) -> ProjectManagement:
        """The twin as the port: mypy holds it against the contract here."""
        return self.twin

    def settle(self) -> None:
        """Nothing lags."""

    def move_to_done(self, key: str) -> None:
        """As a person does on the board."""
        self.twin.move(key, "Done")

    def move_to_progress(self, key: str) -> None:
        """As a person does on the board."""
        self.twin.move(key, "In Progress")

    def tickets(self, label: str) -> int:
        """How many tickets carry the label."""
        return sum(kept.request.label == label for kept in self.twin.kept.values())

    def links(self, key: str, other: str) -> int:
        """How many links there are between two tickets."""
        return int(other in self.twin.kept[key].links)

    def comments(self, key: str) -> list[str]:
        """The comments of a ticket."""
        return list(self.twin.kept[key].comments.values())


OVER_TCP: Mapping[str, tuple[Callable[[], AbstractAsyncContextManager[Any]], Callable[[Any], int]]] = {
    "linear": (linear_rig, judge_linear),
    "asana": (asana_rig, judge_asana),
    "monday": (monday_rig, judge_monday),
    "clickup": (clickup_rig, judge_clickup),
}
"""Each vendor's rig, and the judge of its exchanges."""


@pytest.fixture(params=["jira cloud", "jira data center", *OVER_TCP, "twin"])
async def rig(request: pytest.FixtureRequest) -> AsyncIterator[Rig]:
    """One rig per implementation. Over TCP, every exchange is held against the vendor's own description."""
    if request.param == "twin":
        yield TwinRig()
        return
    if request.param in OVER_TCP:
        opened, held = OVER_TCP[request.param]
        async with opened() as found:
            yield found
            if found.simulator.record:
                held(found.simulator.record)
        return
    flavour = Flavour.CLOUD if request.param == "jira cloud" else Flavour.DATA_CENTER
    async with jira_rig(flavour) as jira:
        yield jira
        if jira.simulator.record:
            judge(jira.simulator.record)


def wanted(rig: Rig, label: str = "rel-7f3k2q9d-ios", **changes: Any) -> TicketRequest:
    """A ticket to ask for."""
    values = {
        "project": rig.project,
        "issue_type": rig.issue_type,
        "summary": "Release 1.2.0 - iOS",
        "description": "Planned for Friday.\nSee https://example.com/REL-1",
        "label": label,
    }
    return TicketRequest(**{**values, **changes})


async def test_a_field_that_is_not_there_makes_no_ticket(rig: Rig) -> None:
    """B-57: nothing that is wanted is passed over. Refused with its name and what there is; nothing is left behind."""
    with pytest.raises(Refused, match=r"there is no 'No such field'; there is: \w"):
        await rig.pm.create_release_ticket(wanted(rig, fields={"No such field": "High"}))
    rig.settle()
    assert rig.tickets(wanted(rig).label) == 0
    await rig.pm.create_release_ticket(wanted(rig))
    rig.settle()
    assert rig.tickets(wanted(rig).label) == 1


async def test_a_ticket_is_created_and_found(rig: Rig) -> None:
    """What was created is found by project and label, with the same key and address."""
    created = await rig.pm.create_release_ticket(wanted(rig))
    rig.settle()
    assert await rig.pm.find_ticket(project=rig.project, label="rel-7f3k2q9d-ios") == created
    assert created.key in created.url
    assert (await rig.pm.check_ticket_status(created.key)).key == created.key


async def test_a_ticket_is_known_by_its_address(rig: Rig) -> None:
    """What a person pastes as evidence names the ticket; words around it do not."""
    created = await rig.pm.create_release_ticket(wanted(rig))
    found = rig.pm.keys_in(f"Done by hand, see {created.url} (and {created.url}).")
    assert created.key in found
    assert len(found) == len(set(found))
    assert rig.pm.keys_in("nothing of that kind") == ()


async def test_what_was_never_created_is_not_found(rig: Rig) -> None:
    """An absent ticket is None, not an error."""
    assert await rig.pm.find_ticket(project=rig.project, label="rel-nothing") is None


async def test_creating_twice_makes_one_ticket(rig: Rig) -> None:
    """The label is the natural key: the second create returns the first ticket."""
    first = await rig.pm.create_release_ticket(wanted(rig))
    rig.settle()
    second = await rig.pm.create_release_ticket(wanted(rig, summary="Another wording"))
    assert second == first
    assert rig.tickets("rel-7f3k2q9d-ios") == 1


async def test_each_pair_has_its_own_ticket(rig: Rig) -> None:
    """Different labels are different tickets, also where one is the start of the other."""
    ios = await rig.pm.create_release_ticket(wanted(rig, "rel-7f3k2q9d-ios"))
    rig.settle()
    web = await rig.pm.create_release_ticket(wanted(rig, "rel-7f3k2q9d-ios-2"))
    assert ios.key != web.key
    assert (rig.tickets("rel-7f3k2q9d-ios"), rig.tickets("rel-7f3k2q9d-ios-2")) == (1, 1)


async def test_a_new_ticket_is_not_done(rig: Rig) -> None:
    """A status tells key, address, summary, name and whether it is done."""
    ticket = await rig.pm.create_release_ticket(wanted(rig))
    status = await rig.pm.check_ticket_status(ticket.key)
    assert (status.key, status.url, status.done) == (ticket.key, ticket.url, False)
    assert status.summary == "Release 1.2.0 - iOS"
    assert status.name


async def test_status_is_of_now(rig: Rig) -> None:
    """A move on the board shows at once, although search may lag."""
    ticket = await rig.pm.create_release_ticket(wanted(rig))
    rig.move_to_progress(ticket.key)
    assert not (await rig.pm.check_ticket_status(ticket.key)).done
    rig.move_to_done(ticket.key)
    assert (await rig.pm.check_ticket_status(ticket.key)).done


async def test_the_status_of_no_ticket_is_refused(rig: Rig) -> None:
    """There is nothing to wait for: Refused, not TryLater."""
    with pytest.raises(Refused):
        await rig.pm.check_ticket_status(absent_key(rig))


async def test_what_is_no_key_is_refused(rig: Rig) -> None:
    """A key is part of an address: nothing else gets there."""
    for key in bad_keys(rig):
        with pytest.raises(Refused):
            await rig.pm.check_ticket_status(key)


async def test_linking_twice_makes_one_link(rig: Rig) -> None:
    """An existing link is left as it is, from whichever side it is asked for."""
    first = await rig.pm.create_release_ticket(wanted(rig, "one"))
    rig.settle()
    second = await rig.pm.create_release_ticket(wanted(rig, "two"))
    await rig.pm.link(first.key, second.key)
    await rig.pm.link(first.key, second.key)
    await rig.pm.link(second.key, first.key)
    assert rig.links(first.key, second.key) == 1


async def test_links_to_nothing_or_to_itself_are_refused(rig: Rig) -> None:
    """Both ends must exist and differ."""
    ticket = await rig.pm.create_release_ticket(wanted(rig))
    for other in (absent_key(rig), ticket.key, ticket.key.lower()):
        with pytest.raises(Refused):
            await rig.pm.link(ticket.key, other)
    with pytest.raises(Refused):
        await rig.pm.link(absent_key(rig), ticket.key)


async def test_commenting_twice_makes_one_comment(rig: Rig) -> None:
    """The marker is the natural key of a comment, and stands in it."""
    ticket = await rig.pm.create_release_ticket(wanted(rig))
    await rig.pm.comment(ticket.key, "RC 1 is out.", marker="sm:rc-1")
    await rig.pm.comment(ticket.key, "RC 1 is out, again.", marker="sm:rc-1")
    assert len(rig.comments(ticket.key)) == 1
    assert "RC 1 is out." in rig.comments(ticket.key)[0]
    assert "sm:rc-1" in rig.comments(ticket.key)[0]


async def test_markers_are_compared_whole(rig: Rig) -> None:
    """A marker that is the start of another does not hide it."""
    ticket = await rig.pm.create_release_ticket(wanted(rig))
    await rig.pm.comment(ticket.key, "ten", marker="sm:rc-10")
    await rig.pm.comment(ticket.key, "one", marker="sm:rc-1")
    assert len(rig.comments(ticket.key)) == 2


async def test_a_comment_on_nothing_is_refused(rig: Rig) -> None:
    """There must be a ticket."""
    with pytest.raises(Refused):
        await rig.pm.comment(absent_key(rig), "text", marker="sm:x")


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"project": "NOPE"}, "project"),
        ({"issue_type": "Unheard-of"}, "type"),
        ({"summary": "  "}, "summary"),
        ({"label": "two words"}, "label"),
    ],
)
async def test_a_bad_request_is_refused_at_its_field(rig: Rig, change: dict[str, str], word: str) -> None:
    """What cannot be created is Refused, the reason names the field, and nothing is made."""
    request = wanted(rig, **change)
    with pytest.raises(Refused) as caught:
        await rig.pm.create_release_ticket(request)
    assert word in caught.value.reason.casefold()
    assert rig.tickets(request.label) == 0
