"""The schemas of the description: made from the shapes, the configuration's own types and the providers' models."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from functools import cache
from typing import Any, Literal, get_type_hints

from pydantic import BaseModel, create_model
from pydantic import Field as ModelField
from pydantic.json_schema import models_json_schema

from bot.api.v1.routes import CONFIGURATION, CONFIGURATION_PATCH, INTEGRATION_CREATE, ROUTES
from bot.api.v1.shapes import IntegrationCreate, ProblemShape, Sent, Shape
from bot.configure import CLOCK
from integrations.registry import Provider
from orchestration.domain.configuring import LONGEST_ID
from orchestration.domain.pairs import LEGAL_TARGETS, Pair
from orchestration.domain.snapshot import Snapshot

Mode = Literal["validation", "serialization"]
REF = "#/components/schemas/{model}"
_PAIRS = tuple(
    Pair(platform=platform, target=target).key
    for platform, targets in LEGAL_TARGETS.items()
    for target in targets
)


def ref(name: str) -> dict[str, str]:
    """A reference to a schema."""
    return {"$ref": REF.format(model=name)}


def schema_of(shape: type[BaseModel] | str) -> dict[str, str]:
    """A reference to the schema of a route's body or answer."""
    return ref(shape if isinstance(shape, str) else shape.__name__)


@cache
def configuration_model() -> type[BaseModel]:
    """A release configuration as it is sent and shown: the fields of the file."""
    hints = get_type_hints(Snapshot)
    own: dict[str, Any] = {
        "id": (str, ModelField(min_length=1, max_length=LONGEST_ID)),
        "default": (bool, False),
        "active": (bool, True),
        "pairs": (list[Literal[_PAIRS]], ModelField(min_length=1)),  # type: ignore[valid-type]  # made above
    }
    rest = {
        each.name: (hints[each.name], _default(each))
        for each in fields(Snapshot)
        if each.name not in {"config_id", "pairs"}
    }
    return create_model(CONFIGURATION, __doc__="A release configuration.", **{**own, **rest})


def _default(field: "Field[Any]") -> Any:  # noqa: ANN401 - a value of any type
    if field.default_factory is not MISSING:
        return ModelField(default_factory=field.default_factory)
    return ... if field.default is MISSING else field.default


def schemas(providers: Mapping[str, Provider]) -> dict[str, Any]:
    """All of them, by name."""
    wanted: list[tuple[type[BaseModel], Mode]] = [
        *((model, "validation") for model in _subclasses(Sent)),
        *((model, "serialization") for model in _subclasses(Shape)),
        (ProblemShape, "validation"),
        (configuration_model(), "validation"),
        *((model, "validation") for each in providers.values() for model in (each.settings, each.secrets)),
    ]
    places, found = models_json_schema(wanted, ref_template=REF)
    made: dict[str, Any] = found["$defs"]
    made[CONFIGURATION_PATCH] = {
        "type": "object",
        "description": f"A merge patch (RFC 7396) of a {CONFIGURATION}: what is absent stays, null removes.",
    }
    made[INTEGRATION_CREATE] = _create(providers, made, places)
    return {name: _on_the_wall(schema) for name, schema in made.items()}


def _on_the_wall(schema: Any) -> Any:  # noqa: ANN401 - JSON of any kind
    """A `time` of JSON Schema has a zone (RFC 3339); ours are those of a clock on the wall."""
    if isinstance(schema, list):
        return [_on_the_wall(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: _on_the_wall(each) for name, each in schema.items()}
    if made.get("type") == "string" and made.get("format") == "time":
        del made["format"]
        made["pattern"] = CLOCK
    return made


def _subclasses(of: type[BaseModel]) -> list[type[BaseModel]]:
    used = {model for route in ROUTES for model in (route.body, route.answer) if isinstance(model, type)}
    return [model for model in sorted(used, key=lambda model: model.__name__) if issubclass(model, of)]


def _create(
    providers: Mapping[str, Provider],
    made: dict[str, Any],
    places: Mapping[tuple[Any, Mode], Mapping[str, Any]],
) -> dict[str, Any]:
    """One order for each provider, with its own settings and secrets."""
    plain = IntegrationCreate.model_json_schema(ref_template=REF)
    mapping = {}
    for key, provider in providers.items():
        name = f"{INTEGRATION_CREATE}_{key}"
        properties = {
            **plain["properties"],
            "provider": {"type": "string", "const": key},
            "settings": places[provider.settings, "validation"],
            "secrets": places[provider.secrets, "validation"],
        }
        made[name] = {**plain, "title": f"Connect {provider.title}", "properties": properties}
        mapping[key] = ref(name)["$ref"]
    return {
        "oneOf": [{"$ref": target} for target in mapping.values()],
        "discriminator": {"propertyName": "provider", "mapping": mapping},
    }
