"""What App Store Connect refuses, and how it says so: agreements, roles, limits, errors of every form."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from integrations.app_store.errors import budget
from orchestration.ports.errors import NeedsCredentials, PortError, Refused, TryLater
from sandbox.kit import FaultKind, Moment
from tests.integrations.app_store.app_store_rig import AppStoreRig, app_store_rig, errors

HOUR = 3600.0


@pytest.fixture
async def rig() -> AsyncIterator[AppStoreRig]:
    """An account; at the end all that was said is held against the description."""
    async with app_store_rig() as made:
        yield made


def _find(rig: AppStoreRig) -> Awaitable[object]:
    return rig.store.find_build(version="1.2.0", number="41", not_before=None)


async def _share(rig: AppStoreRig) -> object:
    return await rig.store.share_with_testers(await rig.found(), group="Team")


both = pytest.mark.parametrize("verb", [_find, _share])
Verb = Callable[[AppStoreRig], Awaitable[object]]


@both
async def test_a_missing_agreement_says_who_can_accept_it(rig: AppStoreRig, verb: Verb) -> None:
    """Every call is blocked. No key helps, so that it is no matter of credentials, and the page is linked."""
    rig.simulator.agreed = False
    with pytest.raises(Refused) as caught:
        await verb(rig)
    assert "Account Holder" in caught.value.reason
    assert "no other key" in caught.value.reason
    assert caught.value.link == "https://developer.apple.com/account"
    rig.simulator.agreed = True
    assert await _find(rig) is None


async def test_the_older_words_for_a_missing_agreement_are_known(rig: AppStoreRig) -> None:
    """Plain FORBIDDEN, where only the text tells."""
    detail = "To resolve this issue, the Account Holder must agree to the latest Program License Agreement."
    rig.simulator.fault(**errors(403, "FORBIDDEN", detail=detail))
    with pytest.raises(Refused) as caught:
        await _find(rig)
    assert "Account Holder" in caught.value.reason


async def test_a_role_that_is_too_small_is_a_matter_of_the_key(rig: AppStoreRig) -> None:
    """403 without an agreement in question: the key needs a role, and nothing was changed."""
    rig.upload("1.2.0", "41")
    rig.simulator.team_key.writes = False
    with pytest.raises(NeedsCredentials) as caught:
        await _share(rig)
    assert "role" in caught.value.reason
    assert rig.tellings() == 0


async def test_a_used_up_hour_is_waited_for(rig: AppStoreRig) -> None:
    """429 RATE_LIMIT_EXCEEDED tells no reset: the hour rolls, so that something is free again bit by bit."""
    hour = rig.simulator.hours[rig.simulator.team_key.id]
    hour.limit = 4
    rig.upload("1.2.0", "41")
    for _ in range(3):
        await rig.found()
    with pytest.raises(TryLater) as caught:
        await _find(rig)
    assert (caught.value.after, caught.value.maybe_done) == (timedelta(minutes=5), False)
    assert rig.simulator.record[-1].response_headers["X-Rate-Limit"] == "user-hour-lim:4;user-hour-rem:0;"
    rig.clock.now += HOUR
    await rig.found()


@pytest.mark.parametrize(
    ("headers", "after"),
    [
        ({"X-Rate-Limit": "user-hour-lim:3500;user-hour-rem:0;"}, timedelta(minutes=5)),
        ({"X-Rate-Limit": "user-hour-lim:3500;user-hour-rem:2999"}, timedelta(minutes=1)),
        ({"X-Rate-Limit": "user-hour-lim:3500;user-hour-rem:0;", "Retry-After": "7"}, timedelta(seconds=7)),
        ({"X-Rate-Limit": "user-hour-lim:many"}, None),
        ({}, None),
    ],
)
async def test_the_limits_header_decides_how_long(
    rig: AppStoreRig, headers: dict[str, str], after: timedelta | None
) -> None:
    """Requests are left though it is 429: we were too fast, which is soon over. A wish of Apple's goes before."""
    fault = errors(429, "RATE_LIMIT_EXCEEDED")
    rig.simulator.fault(**{**fault, "headers": {**fault["headers"], **headers}})
    with pytest.raises(TryLater) as caught:
        await _find(rig)
    assert caught.value.after == after


async def test_what_is_left_of_the_hour_is_read(rig: AppStoreRig) -> None:
    """Limit and rest, in whatever order, and nothing where one is missing."""
    for text, wanted in (
        ("user-hour-lim:3500;user-hour-rem:500;", (3500, 500)),
        ("user-hour-rem:0; user-hour-lim:3600", (3600, 0)),
        ("user-hour-rem:0", None),
        ("", None),
    ):
        fault = rig.simulator.fault(status=404, headers={"X-Rate-Limit": text} if text else {})
        answer = await rig.http.request("GET", f"{rig.simulator.url}/x", provider="x", tenant="T1")
        assert (budget(answer), fault.times) == (wanted, 0)
    rig.simulator.record.clear()


async def test_errors_tell_detail_and_place(rig: AppStoreRig) -> None:
    """JSON:API: each error with its detail, else its title, and where in the request it is; causes too."""
    cause = {"status": "409", "code": "STATE_ERROR.X", "title": "T", "detail": "The cause."}
    listed = [
        {
            "status": "409",
            "code": "ENTITY_ERROR",
            "title": "Bad entity",
            "source": {"pointer": "/data/relationships/build"},
            "meta": {"associatedErrors": {"/v1/builds/1": [cause]}},
        },
        {
            "status": "400",
            "code": "P",
            "title": "T",
            "detail": "Odd value.",
            "source": {"parameter": "limit"},
        },
    ]
    headers = {"Content-Type": "application/json"}
    rig.simulator.fault(status=409, headers=headers, body=json.dumps({"errors": listed}))
    with pytest.raises(Refused) as caught:
        await _find(rig)
    reason = caught.value.reason
    assert "Bad entity (at /data/relationships/build); The cause; Odd value (at limit)" in reason
    assert "look for the build 41 1.2.0" in reason


ODD: tuple[Any, ...] = (
    {},
    {"errors": None},
    {"errors": [None, 7]},
    {"errors": [{"meta": {"associatedErrors": 1}}]},
    {"errors": [{"meta": {"associatedErrors": {"/v1/builds/1": 1, "/v1/builds/2": None}}}]},
    [],
)


@pytest.mark.parametrize("body", [*ODD, {"errors": [{"source": "x", "detail": None}]}])
async def test_errors_of_an_odd_form_are_errors_still(rig: AppStoreRig, body: Any) -> None:
    """The status decides; what can't be read is not said."""
    headers = {"Content-Type": "application/json"}
    rig.simulator.fault(status=403, headers=headers, body=json.dumps(body))
    with pytest.raises(NeedsCredentials):
        await _find(rig)


@both
async def test_no_token_gets_into_an_error(rig: AppStoreRig, verb: Verb) -> None:
    """An answer that echoes the request does not make us print what it was signed with."""
    rig.upload("1.2.0", "41")
    await rig.found()
    token = rig.simulator.record[-1].request_headers["Authorization"]
    rig.simulator.fault(**{**errors(400, "X", detail=f"bad header Authorization: {token}"), "times": 9})
    with pytest.raises(PortError) as caught:
        await verb(rig)
    assert token.removeprefix("Bearer ") not in str(caught.value)


async def test_a_gateway_that_gives_up_after_the_effect_is_in_doubt(rig: AppStoreRig) -> None:
    """Submissions are known to answer 504 and be made: the repeat finds it, and there is one."""
    rig.upload("1.2.0", "41")
    build = await rig.found()

    async def spoil(moment: Moment, asked: web.Request) -> None:
        if moment is Moment.ARRIVED and asked.path == "/v1/betaAppReviewSubmissions":
            rig.simulator.hooks.clear()
            rig.simulator.fault(kind=FaultKind.ANSWER_AFTER, status=504)

    rig.simulator.hooks.append(spoil)
    with pytest.raises(TryLater) as caught:
        await rig.store.share_with_testers(build, group="Friends")
    assert caught.value.maybe_done
    await rig.store.share_with_testers(build, group="Friends")
    assert rig.sent().count("/v1/betaAppReviewSubmissions") == 1
    assert rig.tellings() == 1
