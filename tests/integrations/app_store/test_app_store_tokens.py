"""Tokens and the key that signs them: what Apple takes, when a new one is made, and what a bad key is told."""

import json
from collections.abc import AsyncIterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jwt.types import Options
from pydantic import ValidationError

from bot.connections import without_values
from integrations.app_store.settings import AppStoreSecrets, AppStoreSettings
from integrations.app_store.signer import Signer
from orchestration.ports.errors import NeedsCredentials
from sandbox.app_store import BUNDLE, ApiKey
from tests.integrations.app_store.app_store_rig import START, AppStoreRig, Clock, app_store_rig

KEY = ApiKey(id="2X9R4HXF34")
MINUTE = 60.0


@pytest.fixture
async def rig() -> AsyncIterator[AppStoreRig]:
    """An account."""
    async with app_store_rig() as made:
        yield made


def signer(clock: Clock, key: ApiKey = KEY) -> Signer:
    """A signer for the key."""
    settings = AppStoreSettings(issuer_id=key.issuer or "", key_id=key.id, app=BUNDLE)
    return Signer(settings=settings, secrets=secrets(key.pem), clock=clock)


def secrets(text: str) -> AppStoreSecrets:
    """A secret part, validated."""
    return AppStoreSecrets.model_validate({"private_key": text})


def read(token: str, key: ApiKey = KEY) -> dict[str, Any]:
    """The claims, after the signature was verified; their times are not judged here."""
    unjudged: Options = {"verify_exp": False, "verify_iat": False}
    claims: dict[str, Any] = jwt.decode(
        token, key.secret.public_key(), algorithms=["ES256"], audience="appstoreconnect-v1", options=unjudged
    )
    return claims


def pem(key: Any) -> str:
    """A private key as text."""
    text: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return text.decode()


def test_a_token_is_signed_by_es256_for_at_most_twenty_minutes() -> None:
    """Algorithm, key ID, audience and issuer are as Apple wants them; from issue to end are less than 20 minutes."""
    token = signer(Clock()).token()
    assert jwt.get_unverified_header(token) == {"alg": "ES256", "kid": KEY.id, "typ": "JWT"}
    claims = read(token)
    assert claims == {"iss": KEY.issuer, "aud": "appstoreconnect-v1", "iat": START - 240, "exp": START + 900}
    assert claims["exp"] - claims["iat"] < 20 * MINUTE


def test_an_individual_key_has_no_issuer() -> None:
    """Its tokens speak for its user."""
    key = ApiKey(id="7K3M8PQR21", issuer=None)
    claims = read(signer(Clock(), key).token(), key)
    assert "iss" not in claims
    assert claims["sub"] == "user"


def test_a_token_is_used_again_and_renewed_early() -> None:
    """One token serves ten minutes, and what is sent has five minutes left at least; also when a clock is put back."""
    clock = Clock()
    signs = signer(clock)
    first = signs.token()
    clock.now += 10 * MINUTE - 1
    assert signs.token() == first
    clock.now += 1
    second = signs.token()
    assert read(second)["exp"] == clock.now + 15 * MINUTE
    clock.now = START - 3600
    assert read(signs.token())["exp"] == clock.now + 15 * MINUTE


async def test_a_long_day_needs_no_person(rig: AppStoreRig) -> None:
    """Apple judges every token by its own clock; ours are renewed before they end."""
    rig.upload("1.2.0", "41")
    for _ in range(12):
        await rig.found()
        rig.clock.now += 7 * MINUTE
    tokens = {exchange.request_headers["Authorization"] for exchange in rig.simulator.record}
    assert 5 <= len(tokens) <= 7


@pytest.mark.parametrize("ahead", [-4 * MINUTE, 4 * MINUTE])
async def test_a_clock_that_is_a_little_wrong_does_no_harm(rig: AppStoreRig, ahead: float) -> None:
    """Four minutes either way are left to what Apple takes, also at the end of a token's service."""
    rig.ours.ahead = ahead
    rig.upload("1.2.0", "41")
    await rig.found()
    rig.clock.now += 10 * MINUTE - 1
    await rig.found()
    assert len({exchange.request_headers["Authorization"] for exchange in rig.simulator.record}) == 1


@pytest.mark.parametrize(
    ("ahead", "way"), [(10 * MINUTE, "600 s ahead of Apple's"), (-20 * MINUTE, "1200 s behind Apple's")]
)
async def test_clock_skew_is_told_with_401(rig: AppStoreRig, ahead: float, way: str) -> None:
    """Apple says only that a token is not good. Where the clocks differ, that is named, not the key."""
    rig.ours.ahead = ahead
    with pytest.raises(NeedsCredentials) as caught:
        await rig.found()
    assert way in caught.value.reason
    assert "clock" in caught.value.reason


async def test_a_wrong_key_is_not_blamed_on_the_clock(rig: AppStoreRig) -> None:
    """401 with equal clocks: the key, its ID or the issuer; the page of the keys is linked."""
    store = rig.another(key=ApiKey(id=rig.simulator.team_key.id))
    with pytest.raises(NeedsCredentials) as caught:
        await store.find_build(version="1.2.0", number=None, not_before=None)
    assert "key ID" in caught.value.reason
    assert "clock" not in caught.value.reason
    assert caught.value.link is not None


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_good_token_that_is_refused_once_is_no_bad_key(rig: AppStoreRig, method: str) -> None:
    """Apple refuses good tokens now and then, and takes them the next time: nothing was done, so it is asked again."""
    rig.upload("1.2.0", "41")
    rig.simulator.fault(method=method, status=401)
    await rig.store.share_with_testers(await rig.found(), group="Team")
    assert [exchange.spoiled for exchange in rig.simulator.record].count(True) == 1
    assert rig.tellings() == 1


async def test_a_revoked_key_asks_for_another(rig: AppStoreRig) -> None:
    """A person has to connect again."""
    rig.simulator.team_key.revoked = True
    with pytest.raises(NeedsCredentials):
        await rig.found()


@pytest.mark.parametrize("change", ["as it is", "spaces", "escaped", "windows", "around"])
def test_a_pasted_key_may_have_lost_its_lines(change: str) -> None:
    """A form or a variable turns line ends into spaces or \\n: the key is the same."""
    text = {
        "as it is": KEY.pem,
        "spaces": KEY.pem.replace("\n", " "),
        "escaped": KEY.pem.replace("\n", "\\n"),
        "windows": KEY.pem.replace("\n", "\r\n"),
        "around": f"\n  {KEY.pem}\n\n",
    }[change]
    assert secrets(text).private_key.get_secret_value() == KEY.pem


BROKEN = {
    "no PEM": "canary-4711",
    "half of it": KEY.pem[:120],
    "body cut": KEY.pem.replace(KEY.pem[60:90], ""),
    "not base64": "-----BEGIN PRIVATE KEY-----\ncanary4711\n-----END PRIVATE KEY-----",
    "RSA": pem(rsa.generate_private_key(public_exponent=65537, key_size=2048)),
    "another curve": pem(ec.generate_private_key(ec.SECP384R1())),
    "public": KEY.pem.replace("PRIVATE", "PUBLIC"),
    "empty": "",
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_bad_key_is_told_at_its_field_and_not_repeated(what: str) -> None:
    """What is wrong is said at `private_key`; neither the words nor the error itself hold any part of the text."""
    with pytest.raises(ValidationError) as caught:
        secrets(BROKEN[what])
    (problem,) = without_values(caught.value)
    assert problem.startswith("private_key: ")
    shown = f"{problem} {caught.value} {caught.value!r}"
    parts = [line[:20] for line in BROKEN[what].split("\n") if line and "-----" not in line]
    assert not any(part in shown for part in parts)


def test_a_good_key_is_never_shown() -> None:
    """Neither by the model nor as JSON."""
    made = secrets(KEY.pem)
    assert "PRIVATE" not in f"{made!r} {made} {json.dumps(made.model_dump(mode='json'))}"


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer_id": "not-a-uuid"},
        {"key_id": "AuthKey_2X9R4HXF34.p8"},
        {"app": "My App"},
        {"base_url": "apple.com"},
    ],
)
def test_settings_that_can_not_be_are_refused_at_once(wrong: dict[str, Any]) -> None:
    """What people put into the wrong field is told there."""
    with pytest.raises(ValidationError) as caught:
        AppStoreSettings(**{"key_id": KEY.id, "app": BUNDLE, **wrong})
    assert [error["loc"] for error in caught.value.errors()] == [tuple(wrong)]
