"""The part of JQL that this Jira understands; the rest it refuses with Jira's 400.

`project =`, `labels =`, `key =`, each also with `in (…)`; AND; ORDER BY key, created, updated.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sandbox.jira.world import Issue

FIELDS = ("project", "labels", "key", "issuekey", "issue")
ORDERS = ("key", "issuekey", "created", "updated", "id")
RESERVED = frozenset({"and", "by", "empty", "in", "is", "not", "null", "or", "order", "was", "changed"})
TOKEN = re.compile(
    r"""\s*(?:(?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<mark>!=|>=|<=|!~|[=(),<>~])|(?P<word>[^\s"'=!<>~(),]+))"""
)


class BadQuery(Exception):
    """The query is refused; the message is the one for `errorMessages`."""


@dataclass(frozen=True, kw_only=True)
class Clause:
    """One restriction: the field has one of the values."""

    field: str
    values: tuple[str, ...]

    def admits(self, issue: Issue) -> bool:
        """Whether the issue is one of those asked for. JQL compares without regard to case."""
        wanted = {value.casefold() for value in self.values}
        return bool(wanted & {value.casefold() for value in self._of(issue)})

    def _of(self, issue: Issue) -> Iterable[str]:
        if self.field == "project":
            return (issue.project.key, issue.project.id, issue.project.name)
        if self.field == "labels":
            return issue.labels
        return (issue.key, issue.id)


@dataclass(frozen=True, kw_only=True)
class Query:
    """A query that was understood."""

    clauses: tuple[Clause, ...]
    order: tuple[str, bool] | None

    def run(self, issues: Iterable[Issue]) -> list[Issue]:
        """The issues that all clauses admit, in order; as they came when no order is given."""
        found = [issue for issue in issues if all(clause.admits(issue) for clause in self.clauses)]
        if self.order is None:
            return found
        name, descending = self.order
        keys: dict[str, Callable[[Issue], float]] = {
            "created": lambda i: i.created,
            "updated": lambda i: i.updated,
        }
        by = keys.get(name, lambda i: int(i.key.rsplit("-", 1)[1]))
        found.sort(key=lambda i: int(i.id), reverse=descending)
        return sorted(found, key=by, reverse=descending)


def parse(text: str) -> Query:
    """Read a query. BadQuery when it is not in the part that is understood."""
    return _Parser(_tokens(text)).query()


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while text[at:].strip():
        match = TOKEN.match(text, at)
        if match is None:
            raise BadQuery(
                f"Error in the JQL Query: The character '{text[at:].strip()[0]}' is a reserved JQL "
                "character. You must enclose it in a string or use the escape '\\u' instead. "
                f"(line 1, character {at + 1})"
            )
        kind = str(match.lastgroup)
        found.append((kind, match.group(kind)))
        at = match.end()
    return found


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0

    def query(self) -> Query:
        clauses = []
        if not self._next_is("order") and self.at < len(self.tokens):
            clauses.append(self._clause())
            while self._next_is("and"):
                self.at += 1
                clauses.append(self._clause())
        order = self._order() if self._next_is("order") else None
        if self.at < len(self.tokens):
            raise BadQuery(
                f"Error in the JQL Query: Expecting either 'OR' or 'AND' but got '{self.tokens[self.at][1]}'."
            )
        return Query(clauses=tuple(clauses), order=order)

    def _clause(self) -> Clause:
        name = self._value().casefold()
        if name not in FIELDS:
            raise BadQuery(f"Field '{name}' does not exist or you do not have permission to view it.")
        operator = self._take().casefold()
        if operator == "=":
            return Clause(field=name, values=(self._value(),))
        if operator != "in":
            raise BadQuery(f"Error in the JQL Query: Expecting operator but got '{operator}'.")
        self._expect("(")
        values = [self._value()]
        while self._next_is(","):
            self.at += 1
            values.append(self._value())
        self._expect(")")
        return Clause(field=name, values=tuple(values))

    def _order(self) -> tuple[str, bool]:
        self.at += 1
        self._expect("by")
        name = self._value().casefold()
        if name not in ORDERS:
            raise BadQuery(f"Not able to sort using field '{name}'.")
        descending = self._next_is("desc")
        if descending or self._next_is("asc"):
            self.at += 1
        return name, descending

    def _value(self) -> str:
        if self.at >= len(self.tokens):
            raise BadQuery("Error in the JQL Query: Expecting a value but got the end of the query.")
        kind, text = self.tokens[self.at]
        if kind == "mark" or (kind == "word" and text.casefold() in RESERVED):
            raise BadQuery(f"Error in the JQL Query: Expecting a value but got '{text}'.")
        self.at += 1
        return re.sub(r"\\(.)", r"\1", text[1:-1]) if kind == "quoted" else text

    def _take(self) -> str:
        if self.at >= len(self.tokens):
            raise BadQuery("Error in the JQL Query: Expecting operator before the end of the query.")
        self.at += 1
        return self.tokens[self.at - 1][1]

    def _expect(self, text: str) -> None:
        got = self._take()
        if got.casefold() != text:
            raise BadQuery(f"Error in the JQL Query: Expecting '{text}' but got '{got}'.")

    def _next_is(self, text: str) -> bool:
        if self.at >= len(self.tokens):
            return False
        kind, found = self.tokens[self.at]
        return kind != "quoted" and found.casefold() == text
