"""GraphQL answers are read in one place: data and errors, of whatever status."""

import json
from typing import Any

import pytest

from integrations.answers import Answer
from integrations.graphql import read
from orchestration.ports.errors import NeedsCredentials, PortError, Refused, TryLater


def answer(body: Any, status: int = 200, *, making: bool = False, kind: str = "application/json") -> Answer:
    """An answer with a body: text as it is, anything else as JSON."""
    text = body if isinstance(body, str) else json.dumps(body)
    return Answer(
        status=status, headers={"Content-Type": kind}, body=text.encode(), provider="Vendor", making=making
    )


def test_data_is_read() -> None:
    """An answer with data has no problems."""
    reply = read(answer({"data": {"viewer": {"id": "1"}}, "extensions": {"cost": 1}}))
    assert reply.data == {"viewer": {"id": "1"}}
    assert (reply.problems, reply.partial) == ((), False)


def test_null_is_as_good_as_nothing() -> None:
    """Servers write null for what they leave out: a success with `errors: null` is one, an error stays an error."""
    assert read(answer({"data": {"a": 1}, "errors": None}, making=True)).problems == ()
    told = {"message": None, "path": None, "extensions": None}
    (problem,) = read(answer({"data": None, "errors": [told]}, 400)).problems
    assert (problem.message, problem.extensions) == ("", {})


@pytest.mark.parametrize("status", [200, 400, 401, 429, 500])
def test_errors_are_read_whatever_the_status(status: int) -> None:
    """Errors are the vendor's words, and mean what the vendor says: no status hides them."""
    body = {"errors": [{"message": "no", "path": ["issue", 0], "extensions": {"code": "X"}, "locations": []}]}
    (problem,) = read(answer(body, status)).problems
    assert (problem.message, problem.path, problem.extensions) == ("no", ["issue", 0], {"code": "X"})


@pytest.mark.parametrize(
    ("data", "partial"), [(None, False), ({"a": None}, False), ({"a": {"b": None}}, True), ({}, False)]
)
def test_errors_beside_data_are_partial(data: Any, *, partial: bool) -> None:
    """Where some field of the operation has a value, some of it ran."""
    assert read(answer({"data": data, "errors": [{"message": "no"}]})).partial is partial


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, NeedsCredentials), (403, NeedsCredentials), (404, Refused), (429, TryLater), (502, TryLater)],
)
@pytest.mark.parametrize("body", ["", "<h1>no</h1>", "[]", {"error": "other"}, {"errors": "text"}])
def test_what_is_no_graphql_is_told_by_its_status(status: int, error: type[PortError], body: Any) -> None:
    """A proxy in between does not speak GraphQL."""
    with pytest.raises(error):
        read(answer(body, status))


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "null", {}, {"data": None}, {"data": None, "errors": []}, {"data": 1}]
)
@pytest.mark.parametrize("making", [True, False])
def test_a_success_without_meaning_is_in_doubt(body: Any, *, making: bool) -> None:
    """Nothing can be said of what it was about: a mutation may have had its effect."""
    with pytest.raises(TryLater) as caught:
        read(answer(body, making=making))
    assert caught.value.maybe_done is making


def test_another_content_type_is_no_answer() -> None:
    """JSON in a page is a page."""
    with pytest.raises(TryLater):
        read(answer({"data": {"a": 1}}, kind="text/html"))
