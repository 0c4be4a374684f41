"""Finds the operation of a description that a request belongs to, by method and path.

Several vendors write a parameter that may hold slashes like any other (GitHub: `git/ref/{ref}` with
`heads/release/1.0`), and clients send the slashes as they are. So a few parameters, known by name, may span
segments.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
FOLDED = frozenset({"ref", "basehead", "path", "branch", "tag", "spec", "revspec"})
_PARAMETER = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """An operation, and the values of the path's parameters, decoded."""

    template: str
    method: str
    operation: Mapping[str, Any]
    parameters: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Pattern:
    template: str
    names: tuple[str, ...]
    plain: re.Pattern[str]
    folded: re.Pattern[str]
    literal: int


class NoRoute(LookupError):
    """The description has no such operation."""


class Router:
    """The paths of one description. `fold` names the parameters whose value may hold slashes."""

    def __init__(self, description: Mapping[str, Any], *, fold: Iterable[str] = ()) -> None:
        self._paths: Mapping[str, Mapping[str, Any]] = description.get("paths", {})
        folded = FOLDED | set(fold)
        self._patterns = [_pattern(template, folded) for template in self._paths]
        servers = [urlsplit(str(s.get("url", ""))).path for s in description.get("servers", [])]
        self._bases = sorted({base.rstrip("/") for base in servers} - {""}, key=len, reverse=True)

    def find(self, method: str, path: str) -> Route:
        """The operation of a request. `path` is as on the wire. NoRoute says what is missing."""
        candidates = [path, *(path.removeprefix(b) for b in self._bases if path.startswith(f"{b}/"))]
        templates = []
        for kind in ("plain", "folded"):
            for candidate in reversed(candidates):
                matches = self._matches(candidate, kind)
                templates += [pattern.template for pattern, _ in matches]
                for pattern, found in matches:
                    if method.lower() in self._paths[pattern.template]:
                        return self._route(pattern, method, found)
        if templates:
            raise NoRoute(f"no operation {method} on {templates[0]}")
        raise NoRoute("no such path in the description")

    def _matches(self, path: str, kind: str) -> list[tuple[_Pattern, re.Match[str]]]:
        """All templates that fit, those with the most fixed text first."""
        found = [(p, getattr(p, kind).fullmatch(path)) for p in self._patterns]
        return sorted(((p, m) for p, m in found if m is not None), key=lambda pair: -pair[0].literal)

    def _route(self, pattern: _Pattern, method: str, match: re.Match[str]) -> Route:
        values = [unquote(value) for value in match.groups()]
        return Route(
            template=pattern.template,
            method=method.lower(),
            operation=self._paths[pattern.template][method.lower()],
            parameters=dict(zip(pattern.names, values, strict=True)),
        )


def _pattern(template: str, folded: set[str] | frozenset[str]) -> _Pattern:
    parts = _PARAMETER.split(template)
    names = tuple(parts[1::2])
    texts = [re.escape(text) for text in parts[::2]]
    plain = "".join(t + ("([^/]+)" if i < len(names) else "") for i, t in enumerate(texts))
    wide = "".join(
        t + (("(.+)" if names[i] in folded else "([^/]+)") if i < len(names) else "")
        for i, t in enumerate(texts)
    )
    return _Pattern(
        template=template,
        names=names,
        plain=re.compile(plain),
        folded=re.compile(wide),
        literal=sum(len(text) for text in parts[::2]),
    )
