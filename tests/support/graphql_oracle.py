"""The conformance oracle for GraphQL: was this exchange allowed by the vendor's own SDL?

Requests are validated as a server does it: document, operation and variables. Answers are held against the types of
the fields that were asked for.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    get_variable_values,
    parse,
    validate,
)

from sandbox.kit import Exchange

SCALARS: Mapping[str, type | tuple[type, ...]] = {
    "Boolean": bool,
    "Float": (int, float),
    "ID": str,
    "Int": int,
    "String": str,
    "DateTime": str,
}


class GraphqlOracle:
    """One schema, ready to check exchanges of `path` against."""

    def __init__(self, schema: GraphQLSchema, *, path: str = "/graphql") -> None:
        self._schema = schema
        self._path = path

    def check_all(self, exchanges: Sequence[Exchange]) -> int:
        """Check each exchange and return how many. AssertionError where one breaks the schema, or there is none."""
        checked = [exchange for exchange in exchanges if exchange.path == self._path]
        if not checked:
            raise AssertionError("There is no exchange to check: nothing was shown")
        for exchange in checked:
            problems = self.problems(exchange)
            if problems:
                lines = "\n".join(f"  - {problem}" for problem in problems)
                raise AssertionError(f"An exchange breaks the schema:\n{lines}\n{exchange.request_body!r}")
        return len(checked)

    def problems(self, exchange: Exchange) -> list[str]:
        """What is wrong with an exchange, request first. A spoiled answer is not judged."""
        body = json.loads(exchange.request_body)
        document = parse(body["query"])
        found = self.request_problems(document, body.get("variables") or {})
        if found or exchange.spoiled:
            return found
        answered = json.loads(exchange.response_body)
        errors, data = answered.get("errors"), answered.get("data")
        if errors is not None and not (errors and all(isinstance(e.get("message"), str) for e in errors)):
            return ["errors must not be empty, and each has a message"]
        if errors:
            return []
        operation = _operation(document)
        root = self._schema.get_root_type(operation.operation)
        if root is None:
            return [f"the schema has no {operation.operation.value}"]
        return _object_problems(root, operation.selection_set, data, "data")

    def request_problems(self, document: DocumentNode, variables: Mapping[str, Any]) -> list[str]:
        """What is wrong with a document and its variables."""
        found = [error.message for error in validate(self._schema, document)]
        if found:
            return found
        declared = _operation(document).variable_definitions or ()
        unknown = set(variables) - {v.variable.name.value for v in declared}
        found = [f"variable {name} is not declared" for name in sorted(unknown)]
        values = get_variable_values(self._schema, declared, dict(variables))
        return found + ([error.message for error in values] if isinstance(values, list) else [])


def _operation(document: DocumentNode) -> OperationDefinitionNode:
    """The one operation. Fragments are not read: our documents have none."""
    (operation,) = document.definitions
    if not isinstance(operation, OperationDefinitionNode):
        raise TypeError("a document of one operation was expected")
    return operation


def _object_problems(
    kind: GraphQLObjectType | GraphQLInterfaceType, wanted: SelectionSetNode, value: Any, place: str
) -> list[str]:
    """Of an interface, the fields that all its types have."""
    if not isinstance(value, dict):
        return [f"{place} is no object"]
    fields = {(n.alias or n.name).value: n for n in wanted.selections if isinstance(n, FieldNode)}
    fragments = len(fields) < len(wanted.selections)  # they may add fields, or not
    if value.keys() != fields.keys() and not (fragments and value.keys() >= fields.keys()):
        return [f"{place} has {sorted(value)} where {sorted(fields)} was asked for"]
    found = []
    for name, node in fields.items():
        if node.name.value == "__typename":
            continue
        declared = kind.fields[node.name.value].type
        found += _value_problems(declared, node.selection_set, value[name], f"{place}.{name}")
    return found


def _value_problems(
    kind: GraphQLOutputType, wanted: SelectionSetNode | None, value: Any, place: str
) -> list[str]:
    if isinstance(kind, GraphQLNonNull):
        return [f"{place} is null"] if value is None else _value_problems(kind.of_type, wanted, value, place)
    if value is None:
        return []
    if isinstance(kind, GraphQLList):
        if not isinstance(value, list):
            return [f"{place} is no list"]
        parts = (_value_problems(kind.of_type, wanted, v, f"{place}[{i}]") for i, v in enumerate(value))
        return [problem for part in parts for problem in part]
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and wanted is not None:
        return _object_problems(kind, wanted, value, place)
    return _leaf_problems(kind, value, place)


def _leaf_problems(kind: GraphQLOutputType, value: Any, place: str) -> list[str]:
    fits = True
    if isinstance(kind, GraphQLScalarType):
        fits = isinstance(value, SCALARS.get(kind.name, object))
        fits = fits and (kind.name == "Boolean" or kind.name not in SCALARS or not isinstance(value, bool))
    if isinstance(kind, GraphQLEnumType):
        fits = value in kind.values
    return [] if fits else [f"{place} is no {kind}"]
