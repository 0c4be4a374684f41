"""Applies the rules of Block Kit to a value and tells everything that is wrong with it, each with its place."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.slack.block_rules import Flag, Free, Json, Many, Number, Rule, Shape, Str, Text, Typed


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """`pointer` is a JSON pointer (RFC 6901) into the payload; a missing key is pointed at where it should be."""

    pointer: str
    message: str


def check(value: object, rule: Rule, pointer: str) -> Iterator[Problem]:
    """Everything in `value` that breaks `rule`."""
    match rule:
        case Text():
            yield from _text(value, rule, pointer)
        case Str():
            yield from _string(value, rule, pointer)
        case Number():
            yield from _number(value, rule, pointer)
        case Flag() | Free():
            yield from _simple(value, rule, pointer)
        case Many():
            yield from _many(value, rule, pointer)
        case Shape():
            yield from _shape(value, rule, pointer)
        case Typed():
            yield from _typed(value, rule, pointer)


def blocks_of(payload: Json) -> Sequence[object]:
    """What stands under `blocks`, or nothing when that is no list."""
    blocks = payload.get("blocks")
    return blocks if isinstance(blocks, list | tuple) else ()


def _text(value: object, rule: Text, pointer: str) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield Problem(pointer=pointer, message="must be a text object")
        return
    kind = value.get("type")
    if not isinstance(kind, str) or kind not in rule.kinds:
        wanted = " or ".join(sorted(rule.kinds))
        yield Problem(pointer=f"{pointer}/type", message=f"must be {wanted}, not {kind!r}")
    own = "emoji" if kind == "plain_text" else "verbatim"
    for key in value:
        if key not in ("type", "text", own):
            yield Problem(pointer=_below(pointer, key), message="is not a key of a text object")
    if own in value:
        yield from check(value[own], Flag(), f"{pointer}/{own}")
    yield from _string(
        value.get("text"), Str(most=rule.most, least=rule.least, solid=True), f"{pointer}/text"
    )


def _simple(value: object, rule: Flag | Free, pointer: str) -> Iterator[Problem]:
    if isinstance(rule, Flag) and not isinstance(value, bool):
        yield Problem(pointer=pointer, message="must be true or false")
    if isinstance(rule, Free) and not isinstance(value, Mapping | list | tuple):
        yield Problem(pointer=pointer, message="must be an object")


def _string(value: object, rule: Str, pointer: str) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield Problem(pointer=pointer, message="is missing" if value is None else "must be a string")
    elif rule.choices:
        if value not in rule.choices:
            wanted = ", ".join(sorted(rule.choices))
            yield Problem(pointer=pointer, message=f"must be one of {wanted}, not {value!r}")
    elif len(value) < rule.least or (rule.solid and not value.strip()):
        yield Problem(pointer=pointer, message="must not be empty")
    elif rule.most is not None and len(value) > rule.most:
        yield Problem(
            pointer=pointer, message=f"has {len(value)} characters, at most {rule.most} are allowed"
        )
    elif rule.pattern is not None and re.fullmatch(rule.pattern, value) is None:
        yield Problem(pointer=pointer, message=f"has the wrong form: {value[:40]!r}")


def _number(value: object, rule: Number, pointer: str) -> Iterator[Problem]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield Problem(pointer=pointer, message="must be a number")
    elif rule.whole and not isinstance(value, int):
        yield Problem(pointer=pointer, message="must be a whole number")
    elif rule.least is not None and value < rule.least:
        yield Problem(pointer=pointer, message=f"must be at least {rule.least}")
    elif rule.above is not None and value <= rule.above:
        yield Problem(pointer=pointer, message=f"must be greater than {rule.above}")
    elif rule.most is not None and value > rule.most:
        yield Problem(pointer=pointer, message=f"must be at most {rule.most}")


def _many(value: object, rule: Many, pointer: str) -> Iterator[Problem]:
    if not isinstance(value, list | tuple):
        yield Problem(pointer=pointer, message="must be a list")
        return
    if len(value) < rule.least:
        yield Problem(pointer=pointer, message=f"needs at least {rule.least}, has {len(value)}")
    if rule.most is not None and len(value) > rule.most:
        yield Problem(pointer=pointer, message=f"has {len(value)}, at most {rule.most} are allowed")
    for index, item in enumerate(value):
        yield from check(item, rule.of, f"{pointer}/{index}")


def _typed(value: object, rule: Typed, pointer: str) -> Iterator[Problem]:
    kind = value.get("type") if isinstance(value, Mapping) else None
    shape = rule.shapes.get(kind) if isinstance(kind, str) else None
    if shape is not None:
        yield from _shape(value, shape, pointer, typed=True)
    elif rule.text is not None and kind in rule.text.kinds:
        yield from _text(value, rule.text, pointer)
    elif not isinstance(value, Mapping):
        yield Problem(pointer=pointer, message="must be an object")
    elif kind is None:
        yield Problem(pointer=f"{pointer}/type", message="is missing")
    else:
        yield Problem(pointer=f"{pointer}/type", message=f"{kind!r} is unknown here")


def _shape(value: object, shape: Shape, pointer: str, *, typed: bool = False) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield Problem(pointer=pointer, message="must be an object")
        return
    for key, inner in value.items():
        rule = shape.required.get(key) or shape.optional.get(key)
        if rule is not None:
            yield from check(inner, rule, _below(pointer, key))
        elif not (typed and key == "type"):
            yield Problem(pointer=_below(pointer, key), message="is an unknown key")
    for key in shape.required:
        if key not in value:
            yield Problem(pointer=_below(pointer, key), message="is missing")
    yield from _choices(value, shape, pointer)
    for cross in shape.cross:
        for below, message in cross(value):
            yield Problem(pointer=pointer + below, message=message)


def _choices(value: Json, shape: Shape, pointer: str) -> Iterator[Problem]:
    for group in shape.one_of:
        given = sum(key in value for key in group)
        if given != 1:
            names = " and ".join(sorted(group))
            yield Problem(pointer=pointer, message=f"needs exactly one of {names}, has {given}")
    if shape.any_of and not any(key in value for key in shape.any_of):
        yield Problem(pointer=pointer, message=f"needs at least one of {', '.join(sorted(shape.any_of))}")


def _below(pointer: str, key: object) -> str:
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"
