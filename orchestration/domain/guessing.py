"""What somebody probably meant by a name that nothing has. Pure."""

from collections.abc import Iterable
from difflib import get_close_matches

_BEST = 3
_NEAR = 0.5


def did_you_mean(words: str, known: Iterable[tuple[str, str]]) -> str:
    """` Did you mean `pixel`?`, from ids and names; empty where nothing is near."""
    ids = {written.casefold(): each for each, name in known for written in (name, each)}
    close = get_close_matches(words.strip().casefold(), list(ids), n=_BEST, cutoff=_NEAR)
    meant = list(dict.fromkeys(ids[written] for written in close))
    return f" Did you mean {' or '.join(f'`{each}`' for each in meant)}?" if meant else ""
