"""Which form of an answer a client takes, by its `Accept` (RFC 9110, 12.5.1)."""

import re

from aiohttp import web

from bot.api.v1.reading import HTML, JSON, listed

_WEIGHT = re.compile(r"(?:^|;)\s*q=(0?\.\d{1,3}|0\.?|1(?:\.0{0,3})?)\s*(?:;|$)", re.IGNORECASE)
_ANY_JSON = (JSON, "application/*", "*/*", "*")
"""The ranges that JSON is in, the one that says most of it first; `*` is what old clients of Java write."""
_PROBLEM = "application/problem+json"


def acceptable(request: web.Request) -> bool:
    """Whether the client takes JSON at all: the range that says most of it decides, wherever it stands."""
    liked = _liked(request)
    if not liked:
        return True
    weight = next((liked[kind] for kind in _ANY_JSON if kind in liked), 0.0)
    return weight > 0 or liked.get(_PROBLEM, 0.0) > 0


def wants_page(request: web.Request) -> bool:
    """Whether the client names HTML, and likes JSON no better, as a browser does."""
    liked = _liked(request)
    json_ = next((liked[kind] for kind in _ANY_JSON[:2] if kind in liked), 0.0)
    return liked.get(HTML, 0.0) > 0 and liked[HTML] >= json_


def _liked(request: web.Request) -> dict[str, float]:
    """The weight of each range."""
    liked: dict[str, float] = {}
    for part in (listed(request, "Accept") or "").split(","):
        kind, _, rest = part.partition(";")
        if kind.strip():
            weight = _WEIGHT.search(rest)
            liked[kind.strip().lower()] = float(weight[1]) if weight else 1.0
    return liked
