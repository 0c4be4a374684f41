"""A configuration that is being edited, as a document in the format of the configuration file. Pure: new documents."""

import copy
from collections.abc import Collection, Mapping
from itertools import pairwise
from typing import Any

from bot.views.configurations import Path

Document = Mapping[str, Any]

_EMPTY: tuple[object, ...] = (None, "", [], (), {})
PLANS = ("tickets", "test_plans", "stores")
_RULE = ("integration", "project", "app")
SIGN_OFFS = ("sign_offs", "store_sign_offs")
NULL = object()
"""Says to `put` that a null is to stand there."""
BLANK: Document = {"active": True, "default": False, "pairs": []}
"""A new one."""


def look(document: Document, path: Path, otherwise: object = None) -> Any:  # noqa: ANN401 - JSON of any kind
    """What stands at a path."""
    found: Any = document
    for part in path:
        within = (
            found.keys()
            if isinstance(found, Mapping)
            else range(len(found) if isinstance(found, list) else 0)
        )
        if part not in within:
            return otherwise
        found = found[part]
    return otherwise if found is None else found


def is_null(document: Document, path: Path) -> bool:
    """Whether it stands there that nothing does, which is not the same as nothing standing there."""
    holder = look(document, path[:-1], {})
    return isinstance(holder, Mapping) and path[-1] in holder and holder[path[-1]] is None


def put(document: Document, path: Path, value: object) -> dict[str, Any]:
    """The document with a value at a path; None and an empty text leave nothing there, NULL a null."""
    made = copy.deepcopy(dict(document))
    place: Any = made
    for part, following in pairwise(path):
        if isinstance(place, list):
            place += [{} for _ in range(int(part) + 1 - len(place))]
        elif not place.get(part):
            place[part] = [] if isinstance(following, int) else {}
        place = place[part]
    if value is None or value == "":
        place.pop(path[-1], None)
    else:
        place[path[-1]] = None if value is NULL else list(value) if isinstance(value, tuple) else value
    return made


def without_item(document: Document, path: Path, number: int) -> dict[str, Any]:
    """The document without one of the things in a list."""
    kept = [each for n, each in enumerate(look(document, path, [])) if n != number]
    return put(document, path, kept)


def tidy(document: Document, names: Collection[str]) -> dict[str, Any]:
    """Without what is wholly empty below these names: plans and sign-offs in which nothing was filled in.

    Where the pairs are among the names, no plan of another pair is left.
    """
    made = copy.deepcopy(dict(document))
    pairs = {str(key) for key in made.get("pairs") or ()}
    for name in PLANS:
        plans = made.get(name) or {}
        if "pairs" in names:
            plans = {key: plan for key, plan in plans.items() if key in pairs}
        if name in names:
            plans = {key: _without_rule(plan) for key, plan in plans.items() if not _empty(plan)}
        if name in made:
            made[name] = plans
    for name in SIGN_OFFS if "gate" in names else ():
        if signed := look(made, ("gate", name)):
            made["gate"][name] = [each for each in signed if each.get("area") or each.get("people")]
    return made


def _without_rule(plan: Mapping[str, Any]) -> Mapping[str, Any]:
    """A rule that names nothing that it judges is none."""
    rule = plan.get("health")
    named = isinstance(rule, Mapping) and any(rule.get(name) not in _EMPTY for name in _RULE)
    return plan if named else {name: each for name, each in plan.items() if name != "health" or each is None}


def _empty(plan: Mapping[str, Any]) -> bool:
    """What tells whether and how a store lets a version out, and who judges it, is nothing without the store."""
    return all(each in _EMPTY for name, each in plan.items() if name not in {"rollout", "health", "submit"})
