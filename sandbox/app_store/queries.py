"""Queries of lists: filters, order, pages. What a list does not have, or is not simulated, is refused."""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from sandbox.app_store.answers import Json, bad_parameter, unknown_parameter

DEFAULT, LARGEST = 50, 200

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Listing(Generic[T]):
    """What may be asked of a list. A filter gives the texts of a row of which one must be among those asked for.

    `values` are those that a filter takes, where they are known; `orders` give what rows are sorted by.
    """

    filters: Mapping[str, Callable[[T], Sequence[str]]]
    orders: Mapping[str, Callable[[T], Any]]
    values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    include: frozenset[str] = frozenset()
    fields: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Found(Generic[T]):
    """A page of rows. `links` and `meta` are the document's; `fields` by type, where they were chosen."""

    rows: list[T]
    links: Json
    meta: Json
    include: frozenset[str]
    fields: Mapping[str, frozenset[str]]


def find(
    listing: Listing[T], rows: Sequence[T], query: Mapping[str, str], address: str, *, heeds: bool = True
) -> Found[T]:
    """The page that a query asks for. Raises a Refusal (400) at the parameter. `heeds`: filters leave something out."""
    left = dict(query)
    limit, start = _limit(left), _start(left)
    include = frozenset(_listed(left.pop("include", ""), "include", listing.include))
    found = list(rows)
    _sort(listing, found, left.pop("sort", ""))
    fields: dict[str, frozenset[str]] = {}
    for name, text in left.items():
        word, _, of = name.removesuffix("]").partition("[")
        if word == "filter" and of in listing.filters:
            wanted = _listed(text, name, listing.values.get(of))
            found = [row for row in found if not heeds or set(wanted) & set(listing.filters[of](row))]
        elif word == "fields" and of in listing.fields:
            fields[of] = frozenset(_listed(text, name, listing.fields[of]))
        else:
            raise unknown_parameter(name)
    end = start + limit
    links = {"self": f"{address}?{urlencode(query)}"}
    paging: Json = {"total": len(found), "limit": limit}
    if end < len(found):
        paging["nextCursor"] = _cursor(end)
        links["next"] = f"{address}?{urlencode({**query, 'cursor': _cursor(end)})}"
    return Found(rows=found[start:end], links=links, meta={"paging": paging}, include=include, fields=fields)


def _listed(text: str, name: str, known: frozenset[str] | None) -> list[str]:
    """A value is a list, whose parts a comma divides: there is no way to write one within a part."""
    parts = [part for part in text.split(",") if part]
    for part in parts:
        if known is not None and part not in known:
            raise bad_parameter(name, f"'{part}' is not a valid value for the parameter '{name}'")
    return parts


def _sort(listing: Listing[T], rows: list[T], order: str) -> None:
    if not order:
        return
    name = order.removeprefix("-")
    if name not in listing.orders:
        raise bad_parameter("sort", f"'{order}' is not a valid order")
    rows.sort(key=listing.orders[name], reverse=order.startswith("-"))


def _limit(left: dict[str, str]) -> int:
    text = left.pop("limit", str(DEFAULT))
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= LARGEST):
        raise bad_parameter("limit", f"The limit must be from 1 to {LARGEST}")
    return int(text)


def _cursor(start: int) -> str:
    return base64.urlsafe_b64encode(f"from {start}".encode()).decode()


def _start(left: dict[str, str]) -> int:
    text = left.pop("cursor", None)
    if text is None:
        return 0
    try:
        word, _, number = base64.urlsafe_b64decode(text).decode().partition(" ")
    except ValueError:
        word, number = "", ""
    if word != "from" or not number.isdigit():
        raise bad_parameter("cursor", "The cursor is not valid")
    return int(number)
