"""The key of a service account, and the sign-in with it."""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import ValidationError

from bot.connections import without_values
from integrations.google_play.settings import GooglePlaySecrets
from orchestration.ports.app_store import StoreBuild
from orchestration.ports.errors import NeedsCredentials, Refused, TryLater
from tests.integrations.google_play.google_play_rig import GooglePlayRig, build, judged_rig

CANARY = "canary4711"


@pytest.fixture
async def rig() -> AsyncIterator[GooglePlayRig]:
    """An app. At the end, all that was said is judged."""
    async with judged_rig() as made:
        made.app.upload(42, "1.2.0", track="beta")
        yield made


async def look(rig: GooglePlayRig, **changes: Any) -> StoreBuild | None:
    """Look for a build, with the usual adapter or another."""
    store = rig.another(**changes) if changes else rig.store
    return await store.find_build(version="1.2.0", number="42", not_before=None)


def edited(rig: GooglePlayRig, **changes: Any) -> GooglePlaySecrets:
    """The usual key with changes."""
    key = rig.simulator.captain.key_file(rig.simulator.token_uri)
    return GooglePlaySecrets.model_validate({"service_account": {**key, **changes}})


async def test_one_token_serves_many_requests(rig: GooglePlayRig) -> None:
    """It is had once, kept until shortly before its end, and then had anew."""
    await look(rig)
    await look(rig)
    assert rig.simulator.sign_in.issued == 1
    rig.clock.now += 3500
    await look(rig)
    assert rig.simulator.sign_in.issued == 2


async def test_a_token_that_ended_early_is_renewed_once(rig: GooglePlayRig) -> None:
    """Also for the commit: a 401 comes before any effect."""
    await look(rig)
    rig.simulator.sign_in.revoke()
    await rig.store.share_with_testers(build(), group="internal")
    rig.simulator.fault(path=":commit", status=401)
    rig.app.upload(43, "1.2.0")
    await rig.store.share_with_testers(build("43"), group="internal")
    assert rig.simulator.sign_in.issued == 3
    assert (rig.on("internal"), rig.app.commits) == ([43], 2)


async def test_a_renewed_token_that_is_not_taken_ends_it(rig: GooglePlayRig) -> None:
    """Once is enough: a person must connect again."""
    rig.simulator.fault(path="/releases", status=401, times=9)
    with pytest.raises(NeedsCredentials, match="new key"):
        await look(rig)
    assert len(rig.asked("/releases")) == 2


async def test_the_address_of_the_sign_in_passes_the_guard(rig: GooglePlayRig) -> None:
    """It stands in the key file, which anybody may have written: it leads to no host that is not allowed."""
    for address in ("http://169.254.169.254/token", "https://10.0.0.1/token", "http://localhost:1/token"):
        with pytest.raises(Refused):
            await look(rig, secrets=edited(rig, token_uri=address))
    assert rig.simulator.record == []


async def test_a_sign_in_elsewhere_gives_no_token(rig: GooglePlayRig) -> None:
    """Whoever answers there must answer as a sign-in: the audience is the address itself."""
    with pytest.raises(Refused):
        await look(rig, secrets=edited(rig, token_uri=f"{rig.simulator.url}/elsewhere"))
    assert rig.simulator.sign_in.issued == 0


async def test_a_key_that_was_deleted_needs_another(rig: GooglePlayRig) -> None:
    """Google says invalid_grant: a person makes a new key."""
    with pytest.raises(NeedsCredentials, match="invalid_grant"):
        await look(rig, secrets=edited(rig, private_key_id="gone"))
    rig.simulator.captain.deleted = True
    with pytest.raises(NeedsCredentials, match="account not found"):
        await look(rig)


@pytest.mark.parametrize("ahead", [-7200, 7200])
async def test_a_clock_that_goes_wrong_is_named(rig: GooglePlayRig, ahead: int) -> None:
    """The assertion tells our time: with a wrong one no key is taken, and a new key would not help."""
    store = rig.another()
    rig.simulator.sign_in.clock = lambda: rig.clock.now - ahead
    with pytest.raises(Refused, match="clock"):
        await store.find_build(version="1.2.0", number="42", not_before=None)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 401, "body": '{"error": "invalid_client"}'}, NeedsCredentials),
        ({"status": 403}, NeedsCredentials),
        ({"status": 404, "body": "<h1>404</h1>"}, Refused),
        ({"status": 429, "body": '{"error": "rate_limit_exceeded"}'}, TryLater),
        ({"status": 500, "body": '{"error": "internal_failure"}'}, TryLater),
        ({"status": 503}, TryLater),
        ({"status": 200, "body": "{}", "headers": {"Content-Type": "application/json"}}, TryLater),
        ({"status": 200, "body": "<html>Log in</html>"}, TryLater),
        ({"status": 302, "headers": {"Location": "https://example.com/"}}, Refused),
    ],
)
async def test_trouble_at_the_sign_in_is_surely_without_effect(
    rig: GooglePlayRig, fault: dict[str, Any], error: type[Exception]
) -> None:
    """Nothing was asked of Google Play yet, whatever was wanted; the next try signs in again."""
    rig.simulator.fault(path="^/token", **fault)
    with pytest.raises(error) as caught:
        await rig.store.share_with_testers(build(), group="internal")
    assert not getattr(caught.value, "maybe_done", False)
    rig.rest()
    await rig.store.share_with_testers(build(), group="internal")
    assert rig.tellings() == 1


async def test_errors_hold_neither_token_nor_assertion(rig: GooglePlayRig) -> None:
    """An answer that echoes what was sent does not make us print it."""
    await look(rig)
    token = rig.asked("/releases")[0].request_headers["Authorization"].removeprefix("Bearer ")
    body = json.dumps({"error": {"code": 400, "message": f"bad header {token} {CANARY}"}})
    rig.simulator.fault(path="/releases", status=400, body=body)
    with pytest.raises(Refused, match=CANARY) as caught:
        await look(rig)
    assert token not in str(caught.value)
    assertion = rig.asked("/token")[0].request_body.decode().rpartition("assertion=")[2]
    echoed = json.dumps({"error": "invalid_grant", "error_description": f"{CANARY} {assertion}"})
    rig.simulator.fault(path="/token", status=400, body=echoed)
    with pytest.raises(NeedsCredentials, match=CANARY) as denied:
        await look(rig, track="internal")
    assert assertion not in str(denied.value)


def _ec_key() -> str:
    key = generate_private_key(SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


WRONG: Mapping[str, tuple[Any, str]] = {
    "no JSON": (CANARY, "whole JSON file"),
    "a list": (f'["{CANARY}"]', "whole JSON file"),
    "another kind": ({"type": "authorized_user", "refresh_token": CANARY}, "type is not service_account"),
    "no e-mail": ({"client_email": ""}, "client_email is missing"),
    "no key": ({"private_key": None}, "private_key is missing"),
    "a broken key": ({"private_key": f"-----BEGIN PRIVATE KEY-----\n{CANARY}"}, "can't be read"),
    "a key that can't sign so": ({"private_key": _ec_key()}, "can't be read"),
    "no address": ({"token_uri": f"javascript:{CANARY}"}, "no plain address"),
    "an address with a password": (
        {"token_uri": f"https://a:{CANARY}@example.com/token"},
        "no plain address",
    ),
}


@pytest.mark.parametrize("name", WRONG)
async def test_a_wrong_key_is_told_at_its_field_and_not_repeated(rig: GooglePlayRig, name: str) -> None:
    """What is wrong is said in words of ours; no part of the file is in them."""
    given, words = WRONG[name]
    key = rig.simulator.captain.key_file(rig.simulator.token_uri)
    value = given if isinstance(given, str) else json.dumps({**key, **given})
    with pytest.raises(ValidationError) as caught:
        GooglePlaySecrets.model_validate({"service_account": value})
    (problem,) = without_values(caught.value)
    assert problem.startswith("service_account: ")
    assert words in problem
    for text in (str(caught.value), problem):
        assert CANARY not in text
        assert "PRIVATE KEY" not in text


async def test_a_key_is_a_text_or_the_object_itself_and_is_never_shown(rig: GooglePlayRig) -> None:
    """A file of secrets may hold the object as it is; no repr gives anything of it away."""
    key = rig.simulator.captain.key_file(rig.simulator.token_uri)
    as_text = GooglePlaySecrets.model_validate({"service_account": json.dumps(key)})
    as_object = GooglePlaySecrets.model_validate({"service_account": key})
    assert as_text == as_object
    assert "PRIVATE" not in repr(as_text) + str(as_text.model_dump())
