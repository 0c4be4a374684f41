"""What holds for tickets at every vendor: what may be asked for, and how a person's words name a ticket."""

import re
from collections.abc import Sequence

from orchestration.ports.errors import Refused
from orchestration.ports.pm import TicketRequest

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


def found_keys(pattern: re.Pattern[str], text: str) -> Sequence[str]:
    """What fits the pattern, each once and in order; its first group where it has one."""
    return tuple(dict.fromkeys(pattern.findall(text)))
