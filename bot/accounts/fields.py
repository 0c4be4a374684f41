"""A provider's settings as the questions of a form, and the answers as settings: made from its model alone."""

from collections.abc import Mapping, Sequence
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt, MaxLen
from pydantic import BaseModel, ValidationError, create_model
from pydantic.fields import FieldInfo

from bot.views.accounts import Field, Kind
from bot.views.modals.connect_form import ON
from integrations.choices import kind_of, within_of

_KINDS: Sequence[tuple[type, Kind]] = ((bool, Kind.FLAG), (int, Kind.NUMBER), (float, Kind.DECIMAL))
_SEVERAL_LINES = ("private_key", "service_account", "_json", "_pem")


def fields_of(model: type[BaseModel], values: Mapping[str, Any]) -> tuple[Field, ...]:
    """Every setting in the model's order, filled with `values`, else with its default."""
    return tuple(_field(name, about, values) for name, about in model.model_fields.items())


def _field(name: str, about: FieldInfo, values: Mapping[str, Any]) -> Field:
    kind, options = _kind(about)
    default = None if about.is_required() else about.get_default(call_default_factory=True)
    value = values.get(name, default)
    return Field(
        name=name,
        title=about.title or name,
        hint=about.description or "",
        kind=kind,
        needed=about.is_required(),
        value=value.value if isinstance(value, Enum) else value,
        options=options,
        least=_bound(about, Ge, "ge") or _bound(about, Gt, "gt"),
        most=_bound(about, Le, "le") or _bound(about, Lt, "lt"),
        longest=_longest(about),
        within=within_of(about),
    )


def _bound(about: FieldInfo, mark: type, name: str) -> float | None:
    found = next((getattr(m, name) for m in about.metadata if isinstance(m, mark)), None)
    return float(found) if isinstance(found, int | float) else None


def _longest(about: FieldInfo) -> int | None:
    return next((m.max_length for m in about.metadata if isinstance(m, MaxLen)), None)


def _kind(about: FieldInfo) -> tuple[Kind, tuple[str, ...]]:
    given = _without_none(about.annotation)
    many = get_origin(given) in {tuple, list, frozenset, set}
    if kind_of(about) is not None:
        return (Kind.LIVE_MANY if many else Kind.LIVE), ()
    if many:
        return Kind.LINES, ()
    if get_origin(given) is Literal:
        return Kind.CHOICE, tuple(str(option) for option in get_args(given))
    if isinstance(given, type) and issubclass(given, Enum):
        return Kind.CHOICE, tuple(str(option.value) for option in given)
    found = [kind for cls, kind in _KINDS if isinstance(given, type) and issubclass(given, cls)]
    return (found[0] if found else Kind.TEXT), ()


def _without_none(annotation: Any) -> Any:  # noqa: ANN401 - any type at all
    if get_origin(annotation) in {Union, UnionType}:
        rest = [each for each in get_args(annotation) if each is not NoneType]
        return rest[0] if len(rest) == 1 else annotation
    return annotation


def live_fields(model: type[BaseModel]) -> tuple[str, ...]:
    """The settings that are chosen from what the provider has."""
    return tuple(name for name, about in model.model_fields.items() if kind_of(about) is not None)


def given_values(model: type[BaseModel], filled: Mapping[str, object]) -> dict[str, Any]:
    """What a form says, as the model takes it: an emptied text is empty, an emptied number is its default."""
    found: dict[str, Any] = {}
    for name, about in model.model_fields.items():
        if name not in filled:
            continue
        kind, value = _kind(about)[0], filled[name]
        if kind is Kind.FLAG:
            found[name] = value == (ON,)
        elif kind is Kind.LINES:
            found[name] = [line.strip() for line in str(value or "").splitlines() if line.strip()]
        elif kind is Kind.LIVE_MANY:
            found[name] = list(value) if isinstance(value, tuple) else []
        elif value is not None:
            found[name] = value.strip() if isinstance(value, str) else value
        elif kind in {Kind.TEXT, Kind.LIVE} and isinstance(about.default, str):
            found[name] = ""
    return found


@cache
def partial_model(model: type[BaseModel]) -> type[BaseModel]:
    """The same settings, but what is chosen live may still be missing; it is an empty text then."""
    later = {name: (Any, "") for name in live_fields(model) if model.model_fields[name].is_required()}
    return create_model(f"Draft{model.__name__}", __base__=model, **later)  # type: ignore[call-overload, no-any-return]  # fields by name


def read_settings(
    model: type[BaseModel], values: Mapping[str, Any], *, partly: bool = False
) -> tuple[BaseModel | None, dict[str, str]]:
    """The settings, or what is wrong, by field (empty for what belongs to none), all at once.

    `partly`: what is chosen live may still be missing.
    """
    try:
        return (partial_model(model) if partly else model).model_validate(dict(values)), {}
    except ValidationError as error:
        return None, problems(error)


def problems(error: ValidationError) -> dict[str, str]:
    """What is wrong, by field, in words for people and without what was given."""
    found: dict[str, str] = {}
    for each in error.errors(include_input=False, include_url=False):
        name = str(each["loc"][0]) if each["loc"] else ""
        found.setdefault(name, _words(each["type"], each["msg"], each.get("ctx") or {}))
    return found


def _words(kind: str, says: str, about: Mapping[str, Any]) -> str:
    """The library's words where they are for people; its patterns are not."""
    if kind == "missing":
        return "Fill this in"
    if kind == "string_pattern_mismatch":
        return "This does not have the form that is needed: see the hint below the field"
    if kind == "string_too_short":
        return (
            "Fill this in"
            if about.get("min_length") == 1
            else f"At least {about.get('min_length')} characters"
        )
    return (
        says.removeprefix("Value error, ").strip()[:1].upper()
        + says.removeprefix("Value error, ").strip()[1:]
    )


def several_lines(name: str, about: FieldInfo) -> bool:
    """Whether a secret is a file of several lines, such as a key in PEM or a service account's JSON."""
    extra = about.json_schema_extra
    said = isinstance(extra, dict) and extra.get("lines") is True
    return said or name.endswith(_SEVERAL_LINES)
