"""How fields of tickets and what they hold are named: as people write them."""

from datetime import date

import pytest

from integrations.choices import kind_within, parted
from integrations.ticket_fields import Person, check_once, day, given, number, person, the_one
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


def test_what_has_no_text_is_left_out() -> None:
    """Of the rest the blanks around go, around names too."""
    assert given({" Team ": " Core ", "Labels": " ", "Priority": ""}) == {"Team": "Core"}


def test_a_field_is_filled_in_once() -> None:
    """The second is told by its name."""
    check_once(["Team", "Labels"])
    with pytest.raises(Refused, match=r"^Team: is filled in twice$"):
        check_once(["Team", "Labels", "Team"])


def test_of_several_of_one_name_none_is_taken() -> None:
    """Names that differ in case only are one name; the same thing twice is one thing."""
    named = [("Core", 1), ("Growth", 2), ("core", 1)]
    assert the_one("Team", "CORE", named, cure="rename one") == 1
    with pytest.raises(Refused, match=r"^Team: there are 2 called 'CORE'; rename one$"):
        the_one("Team", "CORE", [*named, (" Core", 3)], cure="rename one")
    with pytest.raises(Refused, match=r"^Team: there is no 'Web'; there is: Core, Growth$"):
        the_one("Team", "Web", named, cure="rename one")


def test_a_person_is_found_by_e_mail_before_names() -> None:
    """An e-mail tells two of one name apart, also where somebody else is called like it; hidden ones are no e-mails."""
    people = [
        Person(id=1, names=("Ann Archer", "ann"), email="ann@example.com"),
        Person(id=2, names=("Ann Archer", "archer"), email=""),
        Person(id=3, names=("ann@example.com",), email="other@example.com"),
    ]
    assert person("Owner", " ANN@example.com ", people) == 1
    assert person("Owner", "archer", people) == 2
    with pytest.raises(Refused, match=r"^Owner: there are 2 called 'ann archer'; write the e-mail$"):
        person("Owner", "ann archer", people)
    with pytest.raises(Refused, match=r"^Owner: there is no 'Bo'; there is: Ann Archer, ann@example.com$"):
        person("Owner", "Bo", people)


@pytest.mark.parametrize("text", ["soon", "20261130", "2026-W49-1", "2026-02-30", "2026-11-30T10:00", ""])
def test_a_day_is_written_one_way(text: str) -> None:
    """Vendors take spans and other forms as well, which would mean another day each time."""
    assert day("Due", " 2026-11-30 ") == date(2026, 11, 30)
    with pytest.raises(Refused, match=r"^Due: '.*' is not a day such as 2026-11-30$"):
        day("Due", text)


@pytest.mark.parametrize(
    ("text", "found"), [("8", 8), ("-0.25", -0.25), ("+1.5", 1.5), ("9" * 15, 10**15 - 1)]
)
def test_a_number_stays_what_it_is(text: str, found: float) -> None:
    """With as many digits as JSON keeps."""
    assert number("Points", text, places=2) == found


@pytest.mark.parametrize("text", ["", "many", "nan", "1e3", "1.", "1.125", "9" * 16, "٣"])
def test_what_is_no_number_is_refused(text: str) -> None:
    """Nor one with more places than the vendor keeps."""
    with pytest.raises(Refused, match=r"^Points: '.*' is not a number$"):
        number("Points", text, places=2)
