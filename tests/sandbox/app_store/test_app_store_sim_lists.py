"""Lists of the simulated App Store Connect: filters, order, pages, and what belongs to what."""

from collections.abc import AsyncIterator

import pytest

from tests.sandbox.app_store.app_store_caller import Caller, app_store_caller


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    """An account."""
    async with app_store_caller() as made:
        yield made


async def test_pages_follow_each_other(caller: Caller) -> None:
    """`links.next` leads through a list, each row once; the last page has none."""
    builds = [caller.upload(str(number)).id for number in range(7)]
    seen: list[str] = []
    reply = await caller.get("/v1/builds", limit="3", sort="uploadedDate")
    while True:
        seen += reply.ids
        assert reply.document["meta"]["paging"]["total"] == 7
        following = reply.document["links"].get("next")
        if following is None:
            break
        reply = await caller.send("GET", following)
    assert seen == builds


async def test_filters_narrow_together_and_take_lists(caller: Caller) -> None:
    """Each filter takes one of several values; all must fit."""
    one, two = caller.upload("41"), caller.upload("42")
    caller.upload("41", "1.3.0")
    app = caller.simulator.app_record.id
    assert (await caller.get("/v1/builds", filter__version="41,42", filter__app=app)).ids[:2] == [
        one.id,
        two.id,
    ]
    found = await caller.get(
        "/v1/builds", filter__version="41", filter__preReleaseVersion__version="1.2.0", filter__app=app
    )
    assert found.ids == [one.id]
    assert (await caller.get("/v1/builds", filter__app="com.example.pixel")).ids == []


async def test_order_is_by_text_or_by_time(caller: Caller) -> None:
    """A build's number is a text, also for sorting."""
    for number in ("9", "10"):
        caller.upload(number)
        caller.clock.now += 1
    by_number = await caller.get("/v1/builds", sort="-version")
    by_time = await caller.get("/v1/builds", sort="-uploadedDate")
    assert [row["attributes"]["version"] for row in by_number.document["data"]] == ["9", "10"]
    assert [row["attributes"]["version"] for row in by_time.document["data"]] == ["10", "9"]


async def test_relations_are_there_where_they_are_included(caller: Caller) -> None:
    """Keys in the row, things in `included`, each once; without `include` only links."""
    caller.upload("41")
    caller.upload("42")
    plain = await caller.get("/v1/builds")
    assert "included" not in plain.document
    assert "data" not in plain.document["data"][0]["relationships"]["preReleaseVersion"]
    full = await caller.get("/v1/builds", include="preReleaseVersion,buildBetaDetail")
    kinds = sorted(row["type"] for row in full.document["included"])
    assert kinds == ["buildBetaDetails", "buildBetaDetails", "preReleaseVersions"]
    key = full.document["data"][0]["relationships"]["preReleaseVersion"]["data"]
    assert key in [{"type": row["type"], "id": row["id"]} for row in full.document["included"]]


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        ("/v1/builds", {"filter__bundleId": "x"}, "ILLEGAL"),
        ("/v1/builds", {"page": "2"}, "ILLEGAL"),
        ("/v1/builds", {"fields__builds": "version"}, "ILLEGAL"),
        ("/v1/builds", {"limit": "201"}, "INVALID"),
        ("/v1/builds", {"limit": "0"}, "INVALID"),
        ("/v1/builds", {"limit": "ten"}, "INVALID"),
        ("/v1/builds", {"sort": "number"}, "INVALID"),
        ("/v1/builds", {"include": "betaGroups"}, "INVALID"),
        ("/v1/builds", {"filter__processingState": "READY"}, "INVALID"),
        ("/v1/builds", {"cursor": "!"}, "INVALID"),
        ("/v1/builds", {"cursor": "ZnJvbSB4"}, "INVALID"),
        ("/v1/apps", {"fields__apps": "color"}, "INVALID"),
        ("/v1/betaGroups", {"filter__isInternalGroup": "true"}, "ILLEGAL"),
    ],
)
async def test_a_query_that_is_not_known_is_refused_at_its_parameter(
    caller: Caller, path: str, query: dict[str, str], code: str
) -> None:
    """Also what the real one has and this one does not simulate: never taken silently."""
    reply = await caller.get(path, **query)
    assert (reply.status, reply.error["code"]) == (400, f"PARAMETER_ERROR.{code}")
    (name,) = query
    assert reply.error["source"]["parameter"].startswith(name.partition("__")[0])


async def test_a_public_link_is_of_outside_groups_only(caller: Caller) -> None:
    """And access to every build is of inside ones."""
    rows = (await caller.get("/v1/betaGroups", sort="name")).document["data"]
    friends, team = (row["attributes"] for row in rows)
    assert friends["publicLink"].startswith("https://testflight.apple.com/join/")
    assert "hasAccessToAllBuilds" not in friends
    assert "publicLink" not in team
    assert team["hasAccessToAllBuilds"] is False


async def test_only_the_fields_that_were_asked_for_come(caller: Caller) -> None:
    """Sparse fields of an app."""
    (row,) = (await caller.get("/v1/apps", fields__apps="name")).document["data"]
    assert row["attributes"] == {"name": "Pixel"}
