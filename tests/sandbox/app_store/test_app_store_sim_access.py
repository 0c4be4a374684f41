"""The simulated App Store Connect lets in by its own clock, and counts."""

from collections.abc import AsyncIterator
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from tests.integrations.app_store.app_store_rig import START
from tests.sandbox.app_store.app_store_caller import Caller, app_store_caller


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    """An account."""
    async with app_store_caller() as made:
        yield made


async def test_a_good_token_is_let_in(caller: Caller) -> None:
    """Of a team key and of an individual one; every answer has Apple's time and what is left of the hour."""
    for key in caller.simulator.keys:
        reply = await caller.get("/v1/apps", token=caller.token(key))
        assert reply.status == 200
        assert reply.headers["X-Rate-Limit"] == "user-hour-lim:3500;user-hour-rem:3499;"
        assert parsedate_to_datetime(reply.headers["Date"]).timestamp() == START


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "appstoreconnect-v2"},
        {"aud": None},
        {"iss": "00000000-0000-0000-0000-000000000000"},
        {"iss": None},
        {"iss": None, "sub": "user"},
        {"sub": "user"},
        {"exp": START},
        {"exp": START - 1},
        {"exp": None},
        {"exp": START + 1201},
        {"iat": None},
        {"iat": START + 1},
        {"iat": START - 601, "exp": START + 600},
    ],
)
async def test_claims_that_are_not_right_are_refused(caller: Caller, claims: dict[str, Any]) -> None:
    """Audience, issuer, and times by the simulator's clock: at most 20 minutes, not over, not from the future."""
    reply = await caller.get("/v1/apps", token=caller.token(**claims))
    assert (reply.status, reply.error["code"]) == (401, "NOT_AUTHORIZED")


async def test_signatures_are_verified(caller: Caller) -> None:
    """Another key, another algorithm, another key ID, another type, or no token at all."""
    stranger = generate_private_key(SECP256R1())
    tokens = [
        caller.token(secret=stranger),
        caller.token(algorithm="HS256", secret="x" * 32),
        caller.token(headers={"kid": "UNKNOWN123"}),
        caller.token(headers={"typ": "JOSE"}),
        "nonsense",
    ]
    for token in tokens:
        assert (await caller.get("/v1/apps", token=token)).status == 401
    caller.simulator.team_key.revoked = True
    assert (await caller.get("/v1/apps")).status == 401


async def test_the_hour_rolls(caller: Caller) -> None:
    """A request is free again an hour after it was made, and a refused one does not count."""
    caller.simulator.hours[caller.simulator.team_key.id].limit = 2
    await caller.get("/v1/apps")
    caller.clock.now += 1800
    await caller.get("/v1/apps")
    refused = await caller.get("/v1/apps")
    assert (refused.status, refused.error["code"]) == (429, "RATE_LIMIT_EXCEEDED")
    assert refused.headers["X-Rate-Limit"] == "user-hour-lim:2;user-hour-rem:0;"
    caller.clock.now += 1800
    assert (await caller.get("/v1/apps")).status == 200
    assert (await caller.get("/v1/apps")).status == 429
    other = caller.token(caller.simulator.individual_key)
    assert (await caller.get("/v1/apps", token=other)).status == 200


async def test_without_agreements_nothing_goes(caller: Caller) -> None:
    """Not even what there is not."""
    caller.simulator.agreed = False
    for path in ("/v1/apps", "/v1/builds", "/v1/nothing"):
        reply = await caller.get(path)
        assert reply.status == 403
        assert reply.error["code"] == "FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED"


async def test_a_key_that_only_reads_changes_nothing(caller: Caller) -> None:
    """By its role."""
    build = caller.upload()
    caller.simulator.team_key.writes = False
    assert (await caller.submit(build)).error["code"] == "FORBIDDEN_ERROR"
    assert (await caller.get("/v1/builds")).ids == [build.id]


async def test_a_key_sees_its_apps_only(caller: Caller) -> None:
    """Builds and groups of others are not there for it, for reading and for writing."""
    other = caller.simulator.world.add_app("com.example.other", "Other")
    build = caller.simulator.world.upload(other, "1.0", "1")
    group = caller.simulator.world.add_group(other, "Crew", internal=True)
    caller.simulator.team_key.sees = frozenset({"com.example.pixel"})
    assert len((await caller.get("/v1/apps")).ids) == 1
    assert (await caller.get("/v1/builds")).ids == []
    assert group.id not in (await caller.get("/v1/betaGroups")).ids
    assert (await caller.submit(build)).status == 409
    assert (await caller.give(build, group)).status == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/users"), ("DELETE", "/v1/apps"), ("GET", "/v2/apps"), ("PATCH", "/v1/builds/1")],
)
async def test_what_is_not_simulated_is_an_error(caller: Caller, method: str, path: str) -> None:
    """Nothing is taken silently."""
    assert (await caller.send(method, path)).status in (404, 405)
