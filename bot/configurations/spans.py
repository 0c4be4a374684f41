"""Lengths of time as people write them: `30 s`, `1 h 30 min`, `2 d`; and as ISO 8601 in a document."""

import re
from datetime import timedelta
from decimal import Decimal

from pydantic import TypeAdapter, ValidationError

_SPAN = TypeAdapter(timedelta)
_SECONDS = {"d": 86_400, "h": 3_600, "min": 60, "s": 1}
_WORDS = {
    **dict.fromkeys(("d", "day", "days"), "d"),
    **dict.fromkeys(("h", "hour", "hours"), "h"),
    **dict.fromkeys(("m", "min", "minute", "minutes"), "min"),
    **dict.fromkeys(("s", "sec", "second", "seconds"), "s"),
}
_PART = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)\s*([a-z]+)")
_ALL = re.compile(rf"\s*(?:{_PART.pattern}\s*)+")


def in_words(value: object) -> str:
    """A length of time of a document; as it stands where it is none."""
    try:
        left = round(_SPAN.validate_python(value) / timedelta(microseconds=1))
    except ValidationError:
        return str(value)
    sign, left = ("-", -left) if left < 0 else ("", left)
    parts = []
    for unit in ("d", "h", "min"):
        count, left = divmod(left, _SECONDS[unit] * 1_000_000)
        if count:
            parts.append(f"{count} {unit}")
    if left or not parts:
        parts.append(f"{(Decimal(left) / 1_000_000).normalize():f} s")
    return sign + " ".join(parts)


def from_words(text: str) -> str:
    """As ISO 8601; ValueError where it can't be understood."""
    found = _ALL.fullmatch(text.casefold())
    parts = _PART.findall(text.casefold())
    if found is None or any(word not in _WORDS for _, word in parts):
        try:
            span = _SPAN.validate_python(text.strip().upper())
        except ValidationError:
            raise ValueError("Write it as 30 s, 5 min, 3 h or 2 d") from None
    else:
        seconds = sum(Decimal(count) * _SECONDS[_WORDS[word]] for count, word in parts)
        try:
            span = timedelta(microseconds=int(seconds * 1_000_000))
        except OverflowError:
            raise ValueError("This is longer than time itself: write it as 30 s, 5 min, 3 h or 2 d") from None
    dumped: str = _SPAN.dump_python(span, mode="json")
    return dumped
