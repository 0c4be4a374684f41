"""A release configuration as a file: YAML in, a checked configuration out, every problem named at its place."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import yaml
from pydantic import TypeAdapter, ValidationError

from orchestration.domain.configuring import (
    NO_PAIRS,
    id_problems,
    pair_problems,
    problems_of,
    text_problems,
)
from orchestration.domain.errors import Invalid, Problem
from orchestration.domain.pairs import Pair
from orchestration.domain.places import problem
from orchestration.domain.snapshot import Snapshot
from orchestration.ports.runtime import Configuration

CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?$"
"""A time on a clock on the wall, which has no zone."""
_TYPES = get_type_hints(Snapshot)
_OWN = ("config_id", "pairs")
_REQUIRED = [f.name for f in fields(Snapshot) if f.default is MISSING and f.default_factory is MISSING]
_TOP = [*(name for name in _TYPES if name != "config_id"), "id", "default", "active"]


@cache
def _readers() -> Mapping[str, TypeAdapter[Any]]:
    """Made when the first configuration is read: a start has no time for them."""
    return {name: TypeAdapter(kind) for name, kind in _TYPES.items() if name not in _OWN}


@cache
def _writer() -> TypeAdapter[Snapshot]:
    return TypeAdapter(Snapshot)


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
    except (yaml.YAMLError, ValueError, RecursionError):  # such as a date that there is not
        raise Invalid([Problem(field=str(path), message="is no YAML")]) from None
    if not isinstance(found, dict):
        raise Invalid([Problem(field=str(path), message="must hold a mapping")])
    return parse_configuration(found, tenant_id)


def parse_configuration(found: Mapping[str, Any], tenant_id: str) -> Configuration:
    """The configuration of a mapping; Invalid with every problem, each at its place, such as `workflows.2.kind`.

    Pairs are written `ANDROID-PLAY_STORE`; times in seconds or as ISO 8601 durations.
    """
    configuration, problems = read_partly(found, tenant_id)
    if problems:
        raise Invalid(problems)
    return configuration


def read_partly(found: Mapping[str, Any], tenant_id: str) -> tuple[Configuration, list[Problem]]:
    """As far as it can be read, what is missing or wrong left empty or at its default; and every problem."""
    problems = [*_unknown(found)]
    values: dict[str, Any] = {"config_id": _identity(found, problems), "pairs": _pairs(found, problems)}
    default = _switch(found, "default", otherwise=False, problems=problems)
    active = _switch(found, "active", otherwise=True, problems=problems)
    for name, reader in _readers().items():
        if name in found:
            try:
                values[name] = reader.validate_python(found[name])
            except ValidationError as error:
                problems += [problem((name, *e["loc"]), _said(e["type"], e["msg"])) for e in error.errors()]
        elif name in _REQUIRED:
            problems.append(Problem(field=name, message="is missing"))
    problems += [*text_problems(found), *_clocks(found.get("office"), values), *problems_of(values)]
    snapshot = Snapshot(**{**dict.fromkeys(_REQUIRED, ""), **values})
    configuration = Configuration(
        id=snapshot.config_id,
        tenant_id=tenant_id,
        name=snapshot.name,
        snapshot=snapshot,
        active=active,
        default=default,
    )
    return configuration, problems


def written(configuration: Configuration) -> dict[str, Any]:
    """The mapping of a configuration, as JSON: what `parse_configuration` reads, with every field in it."""
    snapshot = configuration.snapshot
    values: dict[str, Any] = _writer().dump_python(snapshot, mode="json", exclude={"config_id", "pairs"})
    return {
        "id": configuration.id,
        "default": configuration.default,
        "active": configuration.active,
        "pairs": [pair.key for pair in snapshot.pairs],
        **values,
    }


def _said(kind: str, message: str) -> str:
    """What is wrong, in the words of who writes the file."""
    if kind.startswith("time_delta"):
        return "must be seconds, or a length of time such as PT30S, PT5M, PT3H or P2D"
    return message


def _clocks(office: object, values: dict[str, Any]) -> Iterator[Problem]:
    """YAML reads 17:00 without quotes as a number, and a clock on the wall has no zone: such an office is left out."""
    given = office if isinstance(office, Mapping) else {}
    for name in ("opens", "closes"):
        written_so = given.get(name, "00:00")
        if not isinstance(written_so, str) or re.match(CLOCK, written_so) is None:
            values.pop("office", None)
            yield Problem(field=f"office.{name}", message='must be a time in quotes, as "17:00"')


def _identity(found: Mapping[str, Any], problems: list[Problem]) -> str:
    given = found.get("id", "")
    text = str(given).strip() if isinstance(given, str | int) and not isinstance(given, bool) else ""
    problems += id_problems(text)
    return text


def _switch(found: Mapping[str, Any], name: str, *, otherwise: bool, problems: list[Problem]) -> bool:
    given = found.get(name, otherwise)
    if not isinstance(given, bool):
        problems.append(Problem(field=name, message="must be true or false"))
    return given is True


def _pairs(found: Mapping[str, Any], problems: list[Problem]) -> tuple[Pair, ...]:
    given = found.get("pairs", [])
    if not isinstance(given, list) or not given:
        problems.append(NO_PAIRS)
        return ()
    read: dict[int, Pair] = {}
    for number, key in enumerate(given):
        try:
            read[number] = Pair.parse(str(key))
        except ValueError:
            problems.append(problem(("pairs", number), f"{key!r} is no platform and target"))
    problems += pair_problems(read)
    return tuple(read.values())


def _unknown(found: Mapping[str, Any]) -> Iterator[Problem]:
    """Fields that nobody reads: a slip of the pen would otherwise be left aside without a word."""
    for name, value in found.items():
        if name not in _TOP:
            yield _stray((name,), _TOP)
        elif name in _TYPES and name not in _OWN:
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
    return problem(place, "is not known here" + (f"; did you mean {near[0]}?" if near else ""))


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
