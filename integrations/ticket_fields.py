"""How people write what is to stand in a field of a ticket, the same at every vendor. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from integrations.tickets import value_named
from orchestration.ports.errors import Refused

T = TypeVar("T")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Person(Generic[T]):
    """Somebody who can be named by e-mail (empty where it is hidden), or by one of the names; the first is shown."""

    id: T
    names: tuple[str, ...]
    email: str = ""


def given(fields: Mapping[str, str]) -> Mapping[str, str]:
    """Names and texts without the blanks around them; what has no text is left out."""
    return {name.strip(): text.strip() for name, text in fields.items() if text.strip()}


def check_once(names: Iterable[str]) -> None:
    """Refused where a field comes a second time; the names are the vendor's own by now."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise Refused(f"{name}: is filled in twice")
        seen.add(name)


def the_one(field: str, name: str, named: Iterable[tuple[str, T]], *, cure: str) -> T:
    """What bears this name, in any case. Refused where nothing does, or where several do: `cure` says what helps."""
    spelt: dict[str, str] = {}
    found: dict[str, list[T]] = {}
    for each, thing in named:
        bearers = found.setdefault(spelt.setdefault(each.strip().casefold(), each.strip()), [])
        if thing not in bearers:
            bearers.append(thing)
    bearers = value_named(field, name, found)
    if len(bearers) > 1:
        raise Refused(f"{field}: there are {len(bearers)} called {name!r}; {cure}")
    return bearers[0]


def person(field: str, text: str, people: Iterable[Person[T]]) -> T:
    """Who has this e-mail, else who has this name. Refused as by `the_one`."""
    there, wanted = list(people), text.strip().casefold()
    for each in there:
        if each.email and each.email.casefold() == wanted:
            return each.id
    named = [(text, each.id) for each in there if wanted in {name.strip().casefold() for name in each.names}]
    shown = [(each.names[0], each.id) for each in there]
    return the_one(field, text, named or shown, cure="write the e-mail")


def number(field: str, text: str, *, places: int) -> int | float:
    """A number of at most 15 digits, and so many places behind the point; Refused."""
    if re.fullmatch(rf"[+-]?[0-9]{{1,15}}(\.[0-9]{{1,{places}}})?", text) is None:
        raise Refused(f"{field}: {text!r} is not a number")
    return float(text) if "." in text else int(text)


def day(field: str, text: str) -> date:
    """A day of the calendar, such as 2026-11-30; Refused. No other form: some vendors take spans as well."""
    try:
        if _DAY.fullmatch(text.strip()):
            return date.fromisoformat(text.strip())
    except ValueError:
        pass  # a day that never comes is told like what is none
    raise Refused(f"{field}: {text!r} is not a day such as 2026-11-30")
