"""What users read in a store about a new version: one text a pair and language, within the store's limit.

The submission reads it with `texts_of(release.whats_new, pair)`; the acts of people stand in `noting`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from orchestration.domain.pairs import Pair, Target
from orchestration.domain.titles import BREAKING, FEATURES, FIXES, PERFORMANCE, read_title

LIMITS: Mapping[Target, int] = MappingProxyType({Target.PLAY_STORE: 500, Target.APP_STORE: 4_000})
"""Characters that each store takes in one language; a target that is missing here shows no such text."""
FIRST_LANGUAGE = "en-US"
"""The language of a text as long as nobody has named another one."""
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_TOLD = (BREAKING, FEATURES, FIXES, PERFORMANCE)
_BULLET = "• "


@dataclass(frozen=True, kw_only=True, slots=True)
class WhatsNew:
    """A text that somebody wrote for the users of a pair in a language of its store, such as `en-US`."""

    pair: Pair
    language: str
    text: str
    by: str
    at: datetime


def texts_of(known: Sequence[WhatsNew], pair: Pair) -> Mapping[str, str]:
    """The texts of a pair by language, in the order in which the languages came; empty where nobody wrote one."""
    return {each.language: each.text for each in known if each.pair == pair}


def valid_language(language: str) -> bool:
    """Whether it is written as the stores write languages: `de`, `en-US`, `zh-Hans`, `es-419`."""
    return _LANGUAGE.fullmatch(language) is not None


def proposed(titles: Sequence[str], pair: Pair) -> str:
    """A first text from the titles of commits: what users notice, and nothing that is for another platform.

    Cut at whole lines to the store's limit. Empty where no title tells of anything that users notice.
    """
    read = [read_title(title, mark="!" if "(!" in title else "#") for title in titles]
    fitting = [t for t in read if t.platform in {None, pair.platform}]
    lines = [
        _BULLET + t.words[:1].upper() + t.words[1:] for name in _TOLD for t in fitting if t.section == name
    ]
    limit, kept = LIMITS.get(pair.target, 0), ""
    for line in dict.fromkeys(lines):
        longer = f"{kept}\n{line}" if kept else line
        if len(longer) <= limit:
            kept = longer
    return kept
