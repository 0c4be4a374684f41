"""What must hold for a release configuration, whoever writes it: a file, a form or a program.

A rule is asked where its first value could be read, so that one value that is wrong hides no other.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, fields
from datetime import timedelta
from typing import Any

from orchestration.domain.branches import pattern_problem
from orchestration.domain.errors import Problem
from orchestration.domain.gates import ANY_APPROVER, SignOff
from orchestration.domain.pairs import Pair, Target
from orchestration.domain.people import APPROVER_PREFIX, valid_role
from orchestration.domain.places import problem
from orchestration.domain.rollout_rules import health_problems, office_problems, rollout_problems
from orchestration.domain.rooms import room_name
from orchestration.domain.snapshot import (
    Bucket,
    GateSettings,
    Snapshot,
    StorePlan,
    Timing,
    Workflow,
)
from orchestration.domain.version import ReleaseType

LONGEST_ID = 64
NO_PAIRS = Problem(field="pairs", message="Name at least one platform and target, as a list")
_LONGEST_TIME = timedelta(days=366)
_STORES = (Target.APP_STORE, Target.PLAY_STORE)
_INVITED = re.compile(r"[UWS][A-Z0-9]+")
# Controls, and halves of characters: no database and no terminal keeps them as they are. What turns the direction of
# a line would make a name look like another.
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def problems_of(values: Mapping[str, Any]) -> Iterator[Problem]:
    """Everything that does not hold, each at its place, such as `workflows.2.key`; `values` by field of a Snapshot."""
    for name, rule in _RULES:
        if name in values:
            yield from rule(values)


def problems_in(snapshot: Snapshot) -> Iterator[Problem]:
    """As `problems_of`, of a whole configuration."""
    yield from id_problems(snapshot.config_id)
    if not snapshot.pairs:
        yield NO_PAIRS
    yield from pair_problems(dict(enumerate(snapshot.pairs)))
    yield from text_problems(asdict(snapshot))
    yield from problems_of({each.name: getattr(snapshot, each.name) for each in fields(snapshot)})


def id_problems(text: str) -> Iterator[Problem]:
    """An id names the configuration in commands and addresses."""
    if not text.strip():
        yield Problem(field="id", message="Give the configuration an id")
    elif text != text.strip():
        yield Problem(field="id", message="must not begin or end with a space")
    elif text in {".", ".."}:
        yield Problem(field="id", message="must be more than dots, which mean something else in addresses")
    elif len(text) > LONGEST_ID:
        yield Problem(field="id", message=f"is longer than {LONGEST_ID} characters")


def pair_problems(pairs: Mapping[int, Pair]) -> Iterator[Problem]:
    """Each legal, and there once; by their places in the list."""
    seen: set[Pair] = set()
    for number, pair in pairs.items():
        if not pair.legal:
            yield problem(("pairs", number), f"{pair.platform} can't go to {pair.target}")
        elif pair in seen:
            yield problem(("pairs", number), f"{pair.key} stands there twice")
        seen.add(pair)


def text_problems(value: object, place: tuple[object, ...] = ()) -> Iterator[Problem]:
    """Texts that can't be kept or shown, at any depth."""
    if isinstance(value, str):
        if _NO_TEXT.search(value):
            yield problem(place, "holds a character that is no text")
    elif isinstance(value, Mapping):
        for number, (key, inner) in enumerate(value.items()):
            if isinstance(key, str) and _NO_TEXT.search(key):
                yield problem((*place, number), "has a name that is no text")
            else:
                yield from text_problems(inner, (*place, key))
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from text_problems(inner, (*place, number))


def _texts(values: Mapping[str, Any]) -> Iterator[Problem]:
    for name in ("name", "app", "base_branch", "home", "scm"):
        if name in values and not values[name].strip():
            yield Problem(field=name, message="must not be empty")


def _branch(values: Mapping[str, Any]) -> Iterator[Problem]:
    says = pattern_problem(values["branch_pattern"])
    if says is not None:
        yield Problem(field="branch_pattern", message=says)


def _branches(values: Mapping[str, Any]) -> Iterator[Problem]:
    kinds = [kind.lower() for kind in ReleaseType]
    for name, pattern in values["branch_patterns"].items():
        says = pattern_problem(pattern)
        if name not in kinds:
            yield problem(("branch_patterns", name), f"is none of {', '.join(kinds)}")
        elif says is not None:
            yield problem(("branch_patterns", name), says)


def _room(values: Mapping[str, Any]) -> Iterator[Problem]:
    if "{version}" not in values["channel_pattern"]:
        yield Problem(
            field="channel_pattern", message="must hold {version}, or two releases would share a channel"
        )
    elif not room_name(values["channel_pattern"], {"app": "", "version": "1.0.0"}):
        yield Problem(field="channel_pattern", message="leaves nothing that a channel could be called")


def _invites(values: Mapping[str, Any]) -> Iterator[Problem]:
    for number, invited in enumerate(values["channel_invites"]):
        if _INVITED.fullmatch(invited) is None:
            yield problem(
                ("channel_invites", number), "is no id of a person (U…, W…) or a user group (S…) in Slack"
            )


def _workflows(values: Mapping[str, Any]) -> Iterator[Problem]:
    seen: set[str] = set()
    workflows: tuple[Workflow, ...] = values["workflows"]
    for number, workflow in enumerate(workflows):
        if workflow.key in seen:
            yield problem(("workflows", number, "key"), f"{workflow.key} stands there twice")
        seen.add(workflow.key)


def _planned(name: str, integration: str) -> Callable[[Mapping[str, Any]], Iterator[Problem]]:
    """Plans are for pairs of the configuration, and need something to carry them out."""

    def rule(values: Mapping[str, Any]) -> Iterator[Problem]:
        known = {pair.key for pair in values["pairs"]}
        for key in values[name]:
            if key not in known:
                yield problem((name, key), "is no pair of this configuration")
        if values[name] and values.get(integration) is None:
            yield Problem(field=integration, message=f"must name a connection, because there are {name}")

    return rule


def _tickets(values: Mapping[str, Any]) -> Iterator[Problem]:
    """Providers' names are understood in any case, so two that differ in nothing else are one field."""
    yield from _planned("tickets", "pm")(values)
    for key, plan in values["tickets"].items():
        seen: set[str] = set()
        for name in plan.fields:
            folded = name.strip().casefold()
            if not folded:
                yield problem(("tickets", key, "fields", name), "must have a name")
            elif folded in seen:
                yield problem(("tickets", key, "fields", name), "stands there twice, in whatever case")
            seen.add(folded)


def _stores(values: Mapping[str, Any]) -> Iterator[Problem]:
    known = {pair.key: pair for pair in values["pairs"]}
    plans: Mapping[str, StorePlan] = values["stores"]
    for key in plans:
        if key not in known:
            yield problem(("stores", key), "is no pair of this configuration")
        elif known[key].target not in _STORES:
            yield problem(("stores", key), "goes to no store")
        else:
            yield from rollout_problems(plans[key].rollout, ("stores", key, "rollout"))
            health = plans[key].health
            if health is not None:
                yield from health_problems(health, ("stores", key, "health"))


def _channels(values: Mapping[str, Any]) -> Iterator[Problem]:
    buckets = [bucket.value for bucket in Bucket]
    for name in values["channels"]:
        if name not in buckets:
            yield problem(("channels", name), f"is none of {', '.join(buckets)}")


def _gate(values: Mapping[str, Any]) -> Iterator[Problem]:
    gate: GateSettings = values["gate"]
    if not 0 <= gate.pass_percent <= 100:  # noqa: PLR2004 - per cent
        yield Problem(field="gate.pass_percent", message="must be from 0 to 100")
    for name in ("sign_offs", "store_sign_offs"):
        areas: set[str] = set()
        for number, sign_off in enumerate(getattr(gate, name)):
            place = ("gate", name, number)
            yield from _sign_off(sign_off, place)
            if sign_off.area in areas:
                yield problem((*place, "area"), f"{sign_off.area} stands there twice")
            areas.add(sign_off.area)


def _sign_off(sign_off: SignOff, place: tuple[object, ...]) -> Iterator[Problem]:
    if not sign_off.area.strip():
        yield problem((*place, "area"), "must not be empty")
    if sign_off.needed < 1:
        yield problem((*place, "needed"), "must be at least 1")
    elif not sign_off.people:
        yield from _signed_by_role(sign_off.area, place)
    elif sign_off.needed > len(set(sign_off.people)):
        yield problem((*place, "people"), f"are fewer than the {sign_off.needed} that are needed")


def _signed_by_role(area: str, place: tuple[object, ...]) -> Iterator[Problem]:
    """Where nobody is named, who has the role of the area signs: it must be one that can be granted by every way."""
    if area == ANY_APPROVER.area:
        yield problem(
            (*place, "people"), f"must be named: without, {area} is what anybody who may approve signs"
        )
    elif area.strip() and not (area == area.lower() and valid_role(f"{APPROVER_PREFIX}{area}")):
        words = (
            "must be small letters, digits, - and _ where nobody is named: the role approver:<area> signs it"
        )
        yield problem((*place, "area"), words)


def _timing(values: Mapping[str, Any]) -> Iterator[Problem]:
    timing: Timing = values["timing"]
    for each in fields(timing):
        if getattr(timing, each.name) <= timedelta(0):
            yield problem(("timing", each.name), "must be longer than nothing")
        elif getattr(timing, each.name) > _LONGEST_TIME:
            yield problem(("timing", each.name), "must be at most a year")


_RULES: tuple[tuple[str, Callable[[Mapping[str, Any]], Iterator[Problem]]], ...] = (
    ("pairs", _texts),
    ("branch_pattern", _branch),
    ("channel_pattern", _room),
    ("channel_invites", _invites),
    ("branch_patterns", _branches),
    ("workflows", _workflows),
    ("tickets", _tickets),
    ("test_plans", _planned("test_plans", "test_platform")),
    ("stores", _stores),
    ("channels", _channels),
    ("gate", _gate),
    ("timing", _timing),
    ("office", lambda values: office_problems(values["office"])),
)
