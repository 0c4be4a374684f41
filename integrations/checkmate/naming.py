"""What a run may be called and which ids it may have."""

import hashlib
from collections.abc import Sequence

from orchestration.ports.errors import Refused

SHORTEST = 5
LONGEST = 50
MARK = 9


def run_name(wanted: str) -> str:
    """The name as Checkmate can hold it; the same for the same wish, and different for different ones.

    Checkmate takes 5 to 50 characters, counted in UTF-16 units. A longer name is cut and gets a mark made of the
    whole name. Raises Refused for a name that is too short.
    """
    name = " ".join(wanted.split())
    if _length(name) < SHORTEST:
        raise Refused(
            f"The name of a run has at least {SHORTEST} characters in Checkmate, and {name!r} has less"
        )
    if _length(name) <= LONGEST:
        return name
    mark = hashlib.sha256(name.encode()).hexdigest()[: MARK - 1]
    kept = name
    while _length(kept) > LONGEST - MARK:
        kept = kept[:-1]
    return f"{kept}~{mark}"


def pattern_for(name: str) -> str:
    """The text to search for. The search is a LIKE of MySQL, in which a backslash would escape."""
    return name.replace("\\", "_")


def number(what: str, text: str) -> int:
    """An id of Checkmate's. Refused where it is none."""
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise Refused(f"{what}: Checkmate's ids are numbers, and {text!r} is none")
    return int(text)


def numbers(what: str, texts: Sequence[str]) -> list[int]:
    """Several ids."""
    return [number(what, text) for text in texts]


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
