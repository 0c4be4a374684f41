"""The oracle itself: a check that can't fail is worth nothing."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from sandbox.kit import Exchange
from tests.support import contracts
from tests.support.oracle import Oracle, oracle

REF = {
    "ref": "refs/heads/release/1.0",
    "node_id": "MDM6UmVm",
    "url": "https://api.github.com/repos/o/r/git/refs/heads/release/1.0",
    "object": {"type": "commit", "sha": "a" * 40, "url": "https://api.github.com/repos/o/r/git/commits/a"},
}
TINY: dict[str, Any] = {
    "openapi": "3.1.0",
    "servers": [{"url": "https://example.com/api"}],
    "paths": {
        "/things/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "get": {
                "parameters": [
                    {"name": "size", "in": "query", "schema": {"type": "integer", "maximum": 100}},
                    {
                        "name": "kind",
                        "in": "query",
                        "schema": {"type": "array", "items": {"enum": ["a", "b"]}},
                    },
                    {"name": "X-Version", "in": "header", "required": True, "schema": {"const": "7"}},
                ],
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/T"}}}},
                    "404": {"content": {"application/json": {}}},
                },
            },
        },
        "/things/list": {"get": {"responses": {"2XX": {}}}},
        "/files/{path}": {"get": {"responses": {"default": {}}}},
    },
    "components": {
        "schemas": {
            "T": {
                "type": "object",
                "required": ["id"],
                "additionalProperties": False,
                "properties": {"id": {"type": ["integer", "null"]}},
            }
        }
    },
}


def exchange(
    method: str,
    path: str,
    *,
    query: str = "",
    sent: object = None,
    status: int = 200,
    answer: object = None,
    headers: Mapping[str, str] | None = None,
    kind: str = "application/json; charset=utf-8",
    spoiled: bool = False,
) -> Exchange:
    """An exchange with JSON on both sides."""
    return Exchange(
        method=method,
        path=path,
        query=query,
        request_headers={"Content-Type": "application/json", **(headers or {})},
        request_body=b"" if sent is None else json.dumps(sent).encode(),
        status=status,
        response_headers={"Content-Type": kind},
        response_body=b"" if answer is None else json.dumps(answer).encode(),
        spoiled=spoiled,
    )


def get_thing(path: str = "/api/things/1", **options: Any) -> Exchange:
    """A good exchange of the tiny description, changed by the options."""
    return exchange("GET", path, **{"answer": {"id": 1}, "headers": {"x-version": "7"}, **options})


@pytest.mark.parametrize("path", ["git/ref/heads/release/1.0", "git/ref/heads%2Frelease%2F1.0"])
def test_slashes_in_parameters_find_their_operation(path: str) -> None:
    """GitHub's refs are found with their slashes as they are, and encoded."""
    oracle("github.json").check(exchange("GET", f"/repos/o/r/{path}", answer=REF))


@pytest.mark.parametrize("path", ["a...release/1.1", "a...release%2F1.1", "release/1.0...release/1.1"])
def test_comparisons_find_their_operation(path: str) -> None:
    """A comparison of branches with slashes is the compare operation: its answer is judged by its schema."""
    with pytest.raises(AssertionError, match="is a required property"):
        oracle("github.json").check(exchange("GET", f"/repos/o/r/compare/{path}", answer={}))


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (
            exchange("POST", "/repos/o/r/git/refs", sent={"ref": "refs/heads/x"}, status=201, answer=REF),
            "sha",
        ),
        (
            exchange("POST", "/repos/o/r/git/refs", sent={"ref": 5, "sha": "a"}, status=201, answer=REF),
            "string",
        ),
        (exchange("POST", "/repos/o/r/git/refs", status=201, answer=REF), "body is missing"),
        (exchange("GET", "/repos/o/r/git/ref/heads/x", answer={**REF, "object": {}}), "required"),
        (exchange("GET", "/repos/o/r/git/ref/heads/x", answer=[REF]), "object"),
        (exchange("GET", "/repos/o/r/git/ref/heads/x", status=418, answer={}), "418 is not described"),
        (exchange("GET", "/repos/o/r/git/ref/heads/x", answer=REF, kind="text/html"), "content type"),
        (exchange("GET", "/repos/o/r/git/ref/heads/x"), "answer: the body is missing"),
        (exchange("GET", "/repos/o/r/git/ref/heads/x", answer=REF, query="verbose=1"), "unknown query"),
        (exchange("GET", "/repos/o/r/nothing/like/this", answer=REF), "no such path"),
        (exchange("PATCH", "/repos/o/r/git/ref/heads/x", answer=REF), "no operation PATCH"),
        (exchange("GET", "/repos/o/r/releases", query="per_page=many", answer=[]), "per_page"),
    ],
)
def test_breaches_of_githubs_description_are_caught(bad: Exchange, says: str) -> None:
    """Wrong requests, wrong answers and unknown operations fail, each with a readable reason."""
    with pytest.raises(AssertionError, match=says):
        oracle("github.json").check(bad)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (get_thing("/api/things/one"), "path parameter id"),
        (get_thing(query="size=101"), "size"),
        (get_thing(query="kind=a&kind=c"), "kind"),
        (get_thing(headers={"x-version": "8"}), "X-Version"),
        (get_thing(headers={}), "X-Version is missing"),
        (get_thing(answer={"id": "1"}), "id"),
        (get_thing(answer={"id": 1, "more": 1}), "more"),
        (get_thing(sent={"a": 1}), "body was sent"),
        (exchange("GET", "/things/list", answer={"a": 1}), "body where none"),
    ],
)
def test_every_part_of_an_exchange_is_judged(bad: Exchange, says: str) -> None:
    """Path, query, header, body and answer each have a breach that is found."""
    with pytest.raises(AssertionError, match=says):
        Oracle(TINY).check(bad)


@pytest.mark.parametrize(
    "good",
    [
        get_thing(),
        get_thing("/things/1"),
        get_thing(query="size=100&kind=a&kind=b"),
        get_thing(query="kind=a,b"),
        get_thing(answer={"id": None}),
        get_thing(status=404, answer={"error": "x"}),
        get_thing(status=429),
        get_thing(status=500, answer="nonsense", spoiled=True),
        exchange("GET", "/things/list"),
        exchange("GET", "/files/a/b/c.txt", status=204),
    ],
)
def test_what_the_description_allows_passes(good: Exchange) -> None:
    """Good exchanges pass, with the server's path in front or without; spoiled answers are not judged."""
    assert Oracle(TINY).problems(good) == []


def test_options_widen_the_check() -> None:
    """Prefixes, skipped bodies, skipped paths, extra parameters and statuses do what they say and no more."""
    moved = get_thing("/v2/things/1", answer={"id": "text"}, query="x=1")
    assert Oracle(TINY).problems(moved) == ["no such path in the description"]
    wide = Oracle(TINY, prefixes={"/v2": "/api"}, skip_bodies=["/v2"], extra_query=["x"], undescribed=[418])
    assert wide.problems(moved) == []
    assert wide.problems(get_thing("/v2/things/1", status=418)) == []
    assert len(wide.problems(get_thing("/v2/things/one"))) == 1
    assert wide.problems(get_thing("/things/1", answer={"id": "text"})) != []
    assert Oracle(TINY, skip=["^/v2/"]).problems(moved) == []


@pytest.mark.parametrize("word", ["anyOf", "oneOf", "allOf"])
def test_nullable_holds_beside_choices(word: str) -> None:
    """In 3.0 descriptions null is allowed where `nullable` stands beside a choice, and nowhere else."""
    choice = {word: [{"type": "object", "required": ["id"]}]}
    media = {"application/json": {"schema": {**choice, "nullable": True}}}
    strict = {"application/json": {"schema": choice}}
    paths = {
        "/loose": {"get": {"responses": {"200": {"content": media}}}},
        "/strict": {"get": {"responses": {"200": {"content": strict}}}},
    }
    judge = Oracle({"openapi": "3.0.3", "paths": paths})
    null = exchange("GET", "/loose")
    assert judge.problems(replace(null, response_body=b"null")) == []
    assert judge.problems(replace(null, response_body=b"{}")) != []
    assert judge.problems(replace(null, path="/strict", response_body=b"null")) != []


def test_an_empty_record_shows_nothing() -> None:
    """A conformance test whose adapter sent nothing must fail, not pass."""
    with pytest.raises(AssertionError, match="no exchange"):
        Oracle(TINY).check_all([])
    with pytest.raises(AssertionError, match="no exchange"):
        Oracle(TINY, skip=["^/"]).check_all([get_thing()])
    assert Oracle(TINY).check_all([get_thing(), get_thing()]) == 2


def test_missing_contracts_fail_where_they_must(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Without descriptions the tests skip and say so; in continuous integration they fail."""
    monkeypatch.setenv("STATIONMASTER_CONTRACTS", str(tmp_path))
    monkeypatch.setenv("CI", "false")
    with pytest.raises(pytest.skip.Exception, match="NOT CHECKED"):
        contracts.contract("github.json")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="NOT CHECKED"):
        contracts.contract("github.json")
