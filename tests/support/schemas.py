"""Checks values against the schemas of an OpenAPI description, each where it stands.

Schemas are reached by reference, so only what an exchange touches is compiled. (openapi-core compiles a whole
description first, which takes seconds for the larger ones.)
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from jsonschema.exceptions import best_match
from jsonschema.validators import extend
from openapi_schema_validator import (
    OAS30ReadValidator,
    OAS30WriteValidator,
    OAS31Validator,
    oas30_format_checker,
    oas31_format_checker,
)
from referencing import Registry, Resource
from referencing.jsonschema import EMPTY_REGISTRY

_HERE = "urn:description"


def _or_null(keyword: str, kind: Any) -> Any:
    """`nullable` beside `anyOf` and the like.

    OpenAPI 3.0.3 lets it count beside `type` only, but GitHub and others write it here and mean what it says.
    """
    check = kind.VALIDATORS[keyword]

    def checked(validator: Any, value: Any, instance: Any, schema: Any) -> Any:
        if instance is None and schema.get("nullable") is True:
            return iter(())
        return check(validator, value, instance, schema) or iter(())

    return checked


def _lenient(kind: Any) -> Any:
    words = {word: _or_null(word, kind) for word in ("anyOf", "oneOf", "allOf", "enum")}
    return extend(kind, words)  # type: ignore[no-untyped-call] # the stubs of jsonschema lack its types


_READ, _WRITE = _lenient(OAS30ReadValidator), _lenient(OAS30WriteValidator)


class Schemas:
    """The schemas of one description, OpenAPI 3.0 or 3.1."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._modern = str(document.get("openapi", "")).startswith("3.1")
        # Opaque: a property that happens to be called `id` or `$id` names no schema here.
        resource: Resource[Any] = Resource.opaque(document)
        self._registry: Registry[Any] = EMPTY_REGISTRY.with_resource(_HERE, resource)

    def follow(self, value: Any, spot: str) -> tuple[Any, str]:
        """Follow references of the description; also where the value stands in it (a JSON pointer)."""
        while "$ref" in value:
            spot = unquote(str(value["$ref"]).removeprefix("#"))
            value = self._document
            for step in spot.strip("/").split("/"):
                value = value[step.replace("~1", "/").replace("~0", "~")]
        return value, spot

    def problems(self, spot: str, value: Any, *, write: bool) -> list[str]:
        """What is wrong with a value by the schema at `spot`; `write`: it is sent to the vendor."""
        schema = {"$ref": f"{_HERE}#{_quoted(spot)}"}
        if self._modern:
            kind, formats = OAS31Validator, oas31_format_checker
        else:
            kind, formats = (_WRITE if write else _READ), oas30_format_checker
        validator = kind(schema, registry=self._registry, format_checker=formats)
        return [_problem(error) for error in validator.iter_errors(value)]


def pointer(*steps: str) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)


def readings(values: list[str]) -> list[Any]:
    """What texts on the wire may mean: text, number, truth value, or lists of these."""
    found: list[Any] = []
    if len(values) == 1:
        found += [values[0], *_scalars(values[0])]
    for items in (values, [part for value in values for part in value.split(",")]):
        found.append(items)
        parsed = [_scalars(item) for item in items]
        if all(parsed):
            found.append([options[0] for options in parsed])
    return found


def _scalars(text: str) -> list[Any]:
    if text in {"true", "false"}:
        return [text == "true"]
    if re.fullmatch(r"-?(0|[1-9]\d*)", text):
        return [int(text)]
    return [float(text)] if re.fullmatch(r"-?\d+\.\d+", text) else []


def _quoted(spot: str) -> str:
    return spot.replace("%", "%25").replace("{", "%7B").replace("}", "%7D").replace(" ", "%20")


def _problem(error: Any) -> str:
    deepest = best_match([error]) or error
    message = deepest.message
    if len(message) > 300:
        message = f"{message[:150]} … {message[-150:]}"
    return f"{deepest.json_path}: {message}"
