"""Where secrets go: a setting that is an address decides it.

So it may only be an address that we connect to, and kept or lent secrets follow no changed one.
"""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from integrations.egress import Egress
from orchestration.ports.errors import Refused

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


def unreachable(
    model: type[BaseModel], given: Mapping[str, Any] | BaseModel, egress: Egress
) -> dict[str, str]:
    """The addresses that we don't connect to, by field, and why not.

    No I/O: names are judged when they are resolved.
    """
    found: dict[str, str] = {}
    values = _values(model, given)
    for name, field in model.model_fields.items():
        address = values.get(name)
        if is_address(name, field) and isinstance(address, str) and address:
            try:
                egress.check_url(address)
            except Refused as error:
                found[name] = error.reason
    return found


def _values(model: type[BaseModel], given: Mapping[str, Any] | BaseModel) -> dict[str, Any]:
    if isinstance(given, BaseModel):
        return given.model_dump(mode="json")
    defaults = {
        name: field.get_default(call_default_factory=True)
        for name, field in model.model_fields.items()
        if not field.is_required()
    }
    return {**defaults, **given}
