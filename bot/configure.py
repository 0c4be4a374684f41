"""A release configuration as a file: YAML in, a checked configuration out, every problem named at its place."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import yaml
from pydantic import TypeAdapter, ValidationError

from orchestration.domain.errors import Invalid, Problem
from orchestration.domain.gates import SignOff
from orchestration.domain.pairs import Pair
from orchestration.domain.snapshot import Bucket, GateSettings, Snapshot, Timing, Workflow
from orchestration.ports.runtime import Configuration

_TYPES = get_type_hints(Snapshot)
_OWN = ("config_id", "pairs")
_READERS = {name: TypeAdapter(kind) for name, kind in _TYPES.items() if name not in _OWN}
_REQUIRED = [f.name for f in fields(Snapshot) if f.default is MISSING and f.default_factory is MISSING]
_TOP = [*(name for name in _TYPES if name != "config_id"), "id", "default", "active"]
_LONGEST_ID = 64


def read_configuration(path: Path, tenant_id: str) -> Configuration:
    """The configuration of a file; Invalid with every problem."""
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - it is a safe loader
    except OSError as error:
        raise Invalid([Problem(field=str(path), message=f"can't be read: {error.strerror}")]) from None
    except UnicodeDecodeError:
        raise Invalid([Problem(field=str(path), message="is no text in UTF-8")]) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"{path}, line {mark.line + 1}" if mark else str(path)
        raise Invalid([Problem(field=place, message=f"is no YAML: {error.problem}")]) from None
    except yaml.YAMLError:
        raise Invalid([Problem(field=str(path), message="is no YAML")]) from None
    if not isinstance(found, dict):
        raise Invalid([Problem(field=str(path), message="must hold a mapping")])
    return parse_configuration(found, tenant_id)


def parse_configuration(found: Mapping[str, Any], tenant_id: str) -> Configuration:
    """The configuration of a mapping; Invalid with every problem, each at its place, such as `workflows.2.kind`.

    Pairs are written `ANDROID-PLAY_STORE`; times in seconds or as ISO 8601 durations.
    """
    problems = [*_unknown(found)]
    values: dict[str, Any] = {"config_id": _identity(found, problems), "pairs": _pairs(found, problems)}
    default = _switch(found, "default", otherwise=False, problems=problems)
    active = _switch(found, "active", otherwise=True, problems=problems)
    for name, reader in _READERS.items():
        if name in found:
            try:
                values[name] = reader.validate_python(found[name])
            except ValidationError as error:
                problems += [_problem((name, *e["loc"]), e["msg"]) for e in error.errors()]
        elif name in _REQUIRED:
            problems.append(Problem(field=name, message="is missing"))
    for name, rule in _RULES:
        if name in values:
            problems += rule(values)
    if problems:
        raise Invalid(problems)
    snapshot = Snapshot(**values)
    return Configuration(
        id=snapshot.config_id,
        tenant_id=tenant_id,
        name=snapshot.name,
        snapshot=snapshot,
        active=active,
        default=default,
    )


def _identity(found: Mapping[str, Any], problems: list[Problem]) -> str:
    given = found.get("id", "")
    text = str(given).strip() if isinstance(given, str | int) and not isinstance(given, bool) else ""
    if not text:
        problems.append(Problem(field="id", message="Give the configuration an id"))
    elif len(text) > _LONGEST_ID:
        problems.append(Problem(field="id", message=f"is longer than {_LONGEST_ID} characters"))
    return text


def _switch(found: Mapping[str, Any], name: str, *, otherwise: bool, problems: list[Problem]) -> bool:
    given = found.get(name, otherwise)
    if not isinstance(given, bool):
        problems.append(Problem(field=name, message="must be true or false"))
    return given is True


def _pairs(found: Mapping[str, Any], problems: list[Problem]) -> tuple[Pair, ...]:
    given = found.get("pairs", [])
    if not isinstance(given, list) or not given:
        problems.append(Problem(field="pairs", message="Name at least one platform and target, as a list"))
        return ()
    pairs: list[Pair] = []
    for number, key in enumerate(given):
        place = f"pairs.{number}"
        try:
            pair = Pair.parse(str(key))
        except ValueError:
            problems.append(Problem(field=place, message=f"{key!r} is no platform and target"))
            continue
        if not pair.legal:
            problems.append(Problem(field=place, message=f"{pair.platform} can't go to {pair.target}"))
        elif pair in pairs:
            problems.append(Problem(field=place, message=f"{pair.key} stands there twice"))
        pairs.append(pair)
    return tuple(pairs)


def _unknown(found: Mapping[str, Any]) -> Iterator[Problem]:
    """Fields that nobody reads: a slip of the pen would otherwise be left aside without a word."""
    for name, value in found.items():
        if name not in _TOP:
            yield _stray((name,), _TOP)
        elif name in _READERS:
            yield from _strays(_TYPES[name], value, (name,))


def _strays(kind: object, value: object, place: tuple[object, ...]) -> Iterator[Problem]:
    parts = get_args(kind)
    if isinstance(kind, type) and is_dataclass(kind) and isinstance(value, dict):
        known = get_type_hints(kind)
        for name, inner in value.items():
            if name in known:
                yield from _strays(known[name], inner, (*place, name))
            else:
                yield _stray((*place, name), known)
    elif get_origin(kind) is tuple and isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _strays(parts[0], inner, (*place, number))
    elif parts and isinstance(value, dict):
        for name, inner in value.items():
            yield from _strays(parts[-1], inner, (*place, name))


def _stray(place: tuple[object, ...], known: Sequence[str] | Mapping[str, object]) -> Problem:
    near = get_close_matches(str(place[-1]), list(known), n=1)
    return _problem(place, "is not known here" + (f"; did you mean {near[0]}?" if near else ""))


def _problem(place: tuple[object, ...], message: str) -> Problem:
    return Problem(field=".".join(str(part) for part in place), message=message)


# What must hold between values. Each rule is asked where its first value could be read.


def _texts(values: Mapping[str, Any]) -> Iterator[Problem]:
    for name in ("name", "app", "base_branch", "home", "scm"):
        if name in values and not values[name].strip():
            yield Problem(field=name, message="must not be empty")


def _branch(values: Mapping[str, Any]) -> Iterator[Problem]:
    if "{version}" not in values["branch_pattern"]:
        yield Problem(
            field="branch_pattern", message="must hold {version}, or two releases would share a branch"
        )


def _workflows(values: Mapping[str, Any]) -> Iterator[Problem]:
    seen: set[str] = set()
    workflows: tuple[Workflow, ...] = values["workflows"]
    for number, workflow in enumerate(workflows):
        if workflow.key in seen:
            yield _problem(("workflows", number, "key"), f"{workflow.key} stands there twice")
        seen.add(workflow.key)


def _planned(name: str, integration: str) -> Callable[[Mapping[str, Any]], Iterator[Problem]]:
    """Plans are for pairs of the configuration, and need something to carry them out."""

    def rule(values: Mapping[str, Any]) -> Iterator[Problem]:
        known = {pair.key for pair in values["pairs"]}
        for key in values[name]:
            if key not in known:
                yield _problem((name, key), "is no pair of this configuration")
        if values[name] and values.get(integration) is None:
            yield Problem(field=integration, message=f"must name a connection, because there are {name}")

    return rule


def _channels(values: Mapping[str, Any]) -> Iterator[Problem]:
    buckets = [bucket.value for bucket in Bucket]
    for name in values["channels"]:
        if name not in buckets:
            yield _problem(("channels", name), f"is none of {', '.join(buckets)}")


def _gate(values: Mapping[str, Any]) -> Iterator[Problem]:
    gate: GateSettings = values["gate"]
    if not 0 <= gate.pass_percent <= 100:  # noqa: PLR2004 - per cent
        yield Problem(field="gate.pass_percent", message="must be from 0 to 100")
    areas: set[str] = set()
    for number, sign_off in enumerate(gate.sign_offs):
        place = ("gate", "sign_offs", number)
        yield from _sign_off(sign_off, place)
        if sign_off.area in areas:
            yield _problem((*place, "area"), f"{sign_off.area} stands there twice")
        areas.add(sign_off.area)


def _sign_off(sign_off: SignOff, place: tuple[object, ...]) -> Iterator[Problem]:
    if not sign_off.area.strip():
        yield _problem((*place, "area"), "must not be empty")
    if sign_off.needed < 1:
        yield _problem((*place, "needed"), "must be at least 1")
    elif sign_off.needed > len(set(sign_off.people)):
        yield _problem((*place, "people"), f"are fewer than the {sign_off.needed} that are needed")


def _timing(values: Mapping[str, Any]) -> Iterator[Problem]:
    timing: Timing = values["timing"]
    for each in fields(timing):
        if getattr(timing, each.name) <= timedelta(0):
            yield _problem(("timing", each.name), "must be longer than nothing")


_RULES: tuple[tuple[str, Callable[[Mapping[str, Any]], Iterator[Problem]]], ...] = (
    ("pairs", _texts),
    ("branch_pattern", _branch),
    ("workflows", _workflows),
    ("tickets", _planned("tickets", "pm")),
    ("test_plans", _planned("test_plans", "test_platform")),
    ("channels", _channels),
    ("gate", _gate),
    ("timing", _timing),
)


class _Loader(yaml.SafeLoader):
    """YAML in which a key that stands twice is a mistake: the later one would win without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Refuses a second key of one name."""
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag == "tag:yaml.org,2002:merge":
                continue
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    problem=f"the key {key.value} stands there twice", problem_mark=key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)
