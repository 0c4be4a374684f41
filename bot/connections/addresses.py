"""Where secrets go: a setting that is an address decides it, so kept or lent secrets follow no changed one."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

_NAME = re.compile(r"(^|_)(url|host|address|site|server|endpoint)$")


def is_address(name: str, field: FieldInfo) -> bool:
    """Whether a field of the settings says to which server requests go."""
    default = field.default
    return _NAME.search(name) is not None or (isinstance(default, str) and "://" in default)


def moved(
    model: type[BaseModel], before: Mapping[str, Any] | BaseModel, after: Mapping[str, Any] | BaseModel
) -> tuple[str, ...]:
    """The titles of the addresses that differ: secrets of the one place are not for the other."""
    one, other = _values(model, before), _values(model, after)
    return tuple(
        field.title or name
        for name, field in model.model_fields.items()
        if is_address(name, field) and one.get(name) != other.get(name)
    )


def _values(model: type[BaseModel], given: Mapping[str, Any] | BaseModel) -> dict[str, Any]:
    if isinstance(given, BaseModel):
        return given.model_dump(mode="json")
    defaults = {
        name: field.get_default(call_default_factory=True)
        for name, field in model.model_fields.items()
        if not field.is_required()
    }
    return {**defaults, **given}
