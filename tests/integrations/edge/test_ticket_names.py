"""How fields of tickets and what they hold are named: as people write them."""

import pytest

from integrations.choices import kind_within, parted
from integrations.tickets import field_named, several, value_named
from orchestration.ports.errors import Refused

KNOWN = {"Priority": 1, "Team": 2}


@pytest.mark.parametrize("name", ["Team", "team", " TEAM "])
def test_a_name_is_known_in_any_case(name: str) -> None:
    """And with blanks around it."""
    assert field_named(name, KNOWN) == value_named("Priority", name, KNOWN) == 2


def test_what_is_not_there_is_told_with_what_there_is() -> None:
    """Of a field, of what a field can hold, where there is nothing, and where there is very much."""
    with pytest.raises(Refused, match=r"^field: there is no 'Tea'; there is: Priority, Team$"):
        field_named("Tea", KNOWN)
    with pytest.raises(Refused, match=r"^Priority: there is no 'Tea'; there is: Priority, Team$"):
        value_named("Priority", "Tea", KNOWN)
    with pytest.raises(Refused, match=r"there is: nothing$"):
        field_named("Tea", {})
    with pytest.raises(Refused, match=r"there is: 0, 1, .*, 29, …$"):
        field_named("Tea", {str(n): n for n in range(31)})


@pytest.mark.parametrize(
    ("text", "parts"), [("a", ("a",)), (" a , b,,a ", ("a", "b")), ("", ()), (" , ", ()), ("a b", ("a b",))]
)
def test_several_stand_between_commas(text: str, parts: tuple[str, ...]) -> None:
    """Each once and in order."""
    assert several(text) == parts


def test_a_kind_of_ticket_is_within_its_project() -> None:
    """Both come back, whatever stands in them; without a kind it is empty."""
    assert parted(kind_within("MOB/1", "Task: iOS")) == ("MOB/1", "Task: iOS")
    assert parted("MOB") == ("MOB", "")
