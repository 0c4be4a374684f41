"""What holds for tickets at every vendor: what may be asked for, and how a person's words name a ticket."""

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from orchestration.ports.errors import Refused
from orchestration.ports.pm import TicketRequest

T = TypeVar("T")
_MOST = 30
_THERE = "there is: "
LABEL = re.compile(r"[A-Za-z0-9._-]{1,60}")
CODED = re.compile(r"\b[A-Za-z][A-Za-z0-9_]*-[1-9][0-9]*\b")
"""`MOB-12`: a project's code and a number, as Jira and Linear write keys."""


def check_request(request: TicketRequest, *, longest: int | None = None) -> None:
    """Raise Refused with all that is wrong, by the names of the fields; `longest` is that of a summary."""
    wrong = []
    if not request.summary.strip():
        wrong.append("summary: must not be empty")
    if longest is not None and len(request.summary) > longest:
        wrong.append(f"summary: has more than {longest} characters")
    if LABEL.fullmatch(request.label) is None:
        wrong.append(f"label: {request.label!r} is not one")
    if wrong:
        raise Refused("; ".join(wrong))


def several(text: str) -> tuple[str, ...]:
    """What stands between commas, each once and in order; nothing where nothing stands there."""
    return tuple(dict.fromkeys(part for each in text.split(",") if (part := each.strip())))


def field_named(name: str, known: Mapping[str, T]) -> T:
    """The field of this name, in any case. Refused with those that there are."""
    return _named(name, known, f"field: there is no {name!r}; {_THERE}")


def value_named(field: str, value: str, known: Mapping[str, T]) -> T:
    """What a field can hold, by its name in any case. Refused with what it can hold."""
    return _named(value, known, f"{field}: there is no {value!r}; {_THERE}")


def _named(name: str, known: Mapping[str, T], refusal: str) -> T:
    wanted = name.strip().casefold()
    found = [each for known_name, each in known.items() if known_name.casefold() == wanted]
    if not found:
        names = ", ".join(list(known)[:_MOST])
        raise Refused(refusal + (names or "nothing") + (", …" if len(known) > _MOST else ""))
    return found[0]


def found_keys(pattern: re.Pattern[str], text: str) -> Sequence[str]:
    """What fits the pattern, each once and in order; its first group where it has one."""
    return tuple(dict.fromkeys(pattern.findall(text)))
