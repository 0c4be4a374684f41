"""GitHub as a GitHub App: the key signs, tokens live for an hour, and nobody notices when one ends."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from pydantic import ValidationError

from integrations.choices import Asked, Kind
from integrations.github import PROVIDER, GithubSecrets
from integrations.github.app import AppAuth, InstallationToken
from integrations.github.client import Client
from integrations.github.verify import verify
from integrations.github.wire import GitRef
from integrations.registry import Check
from orchestration.ports.errors import NeedsCredentials, TryLater
from sandbox.github.app_routes import AppInstallation, GithubApp
from tests.integrations.github.github_rig import GithubRig, github_rig, judge

PERMISSIONS = {"actions": "write", "contents": "write", "pull_requests": "write", "metadata": "read"}


@cache
def key() -> rsa.RSAPrivateKey:
    """The app's key, made once a process."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    """A private key as GitHub gives it to its owner."""
    return private.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


def installed(rig: GithubRig, **changes: object) -> AppInstallation:
    """Register the app and install it at acme."""
    public = key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    app = GithubApp(
        id=77, client_id="Iv23abc", name="Release captain", slug="release-captain", public_key=public
    )
    held = AppInstallation(id=5, app=app, account="acme", permissions=PERMISSIONS)
    for name, value in changes.items():
        setattr(held, name, value)
    rig.simulator.apps.apps.append(app)
    rig.simulator.apps.installations.append(held)
    return held


def secrets(private: str | None = None) -> GithubSecrets:
    """The secret part of such a connection."""
    return GithubSecrets.model_validate({"private_key": private or pem(key())})


def client(rig: GithubRig, **settings: str) -> Client:
    """A client of the app, by the rig's clock."""
    return Client(rig.settings(app_id="77", **settings), secrets(), rig.edge, clock=rig.clock)


async def head(of: Client) -> str:
    """One reading in the repository."""
    return (await of.run(lambda: of.get(GitRef, "/git/ref/heads/main"))).object.sha


def test_an_end_without_a_zone_is_one_of_utc() -> None:
    """GitHub always tells one; it is compared with our time."""
    token = InstallationToken.model_validate({"token": "t", "expires_at": "2026-11-30T12:00:00"})
    assert token.expires_at == datetime(2026, 11, 30, 12, tzinfo=UTC)


async def test_one_token_serves_until_shortly_before_its_end(tmp_path: Path) -> None:
    """A token is fetched once for many requests, and replaced five minutes before GitHub ends it."""
    async with github_rig(tmp_path) as rig:
        installed(rig)
        app = client(rig)
        assert await head(app) == await head(app)
        assert rig.simulator.apps.given == 1
        rig.clock.now += 3600 - 299
        await head(app)
        assert rig.simulator.apps.given == 2
        app.requester.close()
        assert judge(rig.simulator.record) == 7


async def test_a_token_reaches_its_repository_only(tmp_path: Path) -> None:
    """Least privilege: what is fetched for one repository is asked for by its name."""
    async with github_rig(tmp_path) as rig:
        installed(rig)
        rig.simulator.host("acme", "secret", rig.hosted.git, private=True)
        app = client(rig)
        await head(app)
        (account,) = [a for a in rig.simulator.accounts.values() if a.installation is not None]
        assert account.repositories == frozenset({"acme/app"})
        app.requester.close()


async def test_a_revoked_token_is_replaced_by_the_next_try(tmp_path: Path) -> None:
    """A token that GitHub took back fails once; the try after that fetches another."""
    async with github_rig(tmp_path) as rig:
        installed(rig)
        app = client(rig)
        await head(app)
        for token in [t for t, a in rig.simulator.accounts.items() if a.installation is not None]:
            del rig.simulator.accounts[token]
        with pytest.raises(NeedsCredentials):
            await head(app)
        await head(app)
        assert rig.simulator.apps.given == 2
        app.requester.close()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"account": "elsewhere"}, "not installed in acme/app"),
        ({"suspended_at": 1.0}, "suspended"),
        ({"repositories": frozenset({"acme/other"})}, "not installed in acme/app"),
    ],
)
async def test_where_the_app_may_not_work_it_says_so(
    tmp_path: Path, change: dict[str, object], words: str
) -> None:
    """No installation, a suspended one, or one without this repository: a person must act, and is told how."""
    async with github_rig(tmp_path) as rig:
        installed(rig, **change)
        app = client(rig)
        with pytest.raises(NeedsCredentials) as caught:
            await head(app)
        assert words in caught.value.reason
        app.requester.close()


async def test_a_failed_fetch_of_a_token_had_no_effect(tmp_path: Path) -> None:
    """The request that the token was wanted for was not sent, so nothing may have been done."""
    async with github_rig(tmp_path) as rig:
        installed(rig)
        rig.simulator.fault(path="/access_tokens", status=502, times=9)
        app = client(rig)
        with pytest.raises(TryLater) as caught:
            await app.run(
                lambda: app.send(GitRef, "POST", "/git/refs", {"ref": "refs/heads/x", "sha": "0" * 40})
            )
        assert not caught.value.maybe_done
        app.requester.close()


async def test_an_assertion_is_short_and_begins_in_the_past(tmp_path: Path) -> None:
    """GitHub refuses assertions of over ten minutes, and those from its future: clocks differ."""
    async with github_rig(tmp_path) as rig:
        claims = jwt.decode(
            AppAuth("77", pem(key()), rig.clock).token,
            key().public_key(),
            algorithms=["RS256"],
            options={"verify_exp": False, "verify_iat": False},
        )
        assert claims["exp"] - rig.clock.now <= 600
        assert claims["iat"] < rig.clock.now
        assert claims["iss"] == "77"


async def tried(rig: GithubRig, private: str | None = None) -> Sequence[Check]:
    """Try the connection, with today's clock on both sides."""
    rig.simulator.apps.clock = rig.simulator.clock = time.time
    return await verify(rig.settings(app_id="77"), secrets(private), rig.edge)


async def test_an_app_passes_every_check(tmp_path: Path) -> None:
    """Key, permissions, repository and Actions are told line by line, by requests that GitHub describes."""
    async with github_rig(tmp_path) as rig:
        installed(rig)
        checks = await tried(rig)
        assert [(c.what, c.ok) for c in checks] == [
            ("The app's private key is accepted", True),
            ("The app's permissions suffice", True),
            ("The repository can be read", True),
            ("Actions can be read", True),
        ]
        assert "Release captain" in checks[0].says
        assert judge(rig.simulator.record) == 5


async def test_a_missing_permission_of_the_app_is_named(tmp_path: Path) -> None:
    """The line says which permission, and that the installation must accept the change."""
    async with github_rig(tmp_path) as rig:
        installed(rig, permissions={**PERMISSIONS, "actions": "read"})
        (failed,) = [check for check in await tried(rig) if not check.ok]
        assert failed.what == "The app's permissions suffice"
        assert "actions" in failed.says


async def test_another_apps_key_is_not_accepted(tmp_path: Path) -> None:
    """A key that is not the app's is the first line and the last, and no delay."""
    async with github_rig(tmp_path) as rig:
        installed(rig)
        stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        (check,) = await tried(rig, pem(stranger))
        assert (check.what, check.ok, check.later) == ("The app's private key is accepted", False, False)
        assert "PRIVATE" not in check.says


@pytest.mark.parametrize(
    "text", ["canary-no-key", "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----"]
)
def test_what_is_no_key_is_told_at_its_field(text: str) -> None:
    """A slip while pasting is found when it is entered, and nothing of it is repeated."""
    with pytest.raises(ValidationError) as caught:
        GithubSecrets.model_validate({"private_key": text})
    (problem,) = caught.value.errors(include_input=False)
    assert problem["loc"] == ("private_key",)
    assert "canary" not in problem["msg"]


def test_a_key_of_another_kind_is_told() -> None:
    """GitHub gives RSA keys; one that could never sign is refused at its field."""
    with pytest.raises(ValidationError, match="no RSA key"):
        GithubSecrets.model_validate({"private_key": pem(ec.generate_private_key(ec.SECP256R1()))})


def test_one_secret_is_needed() -> None:
    """Neither token nor key is no connection."""
    with pytest.raises(ValidationError, match="a token is needed"):
        GithubSecrets.model_validate({"webhook_secret": "x"})


@pytest.mark.parametrize(
    ("settings", "given", "words"),
    [({"app_id": "77"}, {"token": "t"}, "private key"), ({}, {"private_key": ""}, "id of its GitHub App")],
)
async def test_secrets_that_do_not_fit_the_settings_are_told(
    tmp_path: Path, settings: dict[str, str], given: dict[str, str], words: str
) -> None:
    """An app without its key, or a key without its app: the first check says what is missing, nothing is sent."""
    async with github_rig(tmp_path) as rig:
        wanted = {name: text or pem(key()) for name, text in given.items()}
        checks = await verify(rig.settings(**settings), GithubSecrets.model_validate(wanted), rig.edge)
        assert [check.ok for check in checks] == [False]
        assert words in checks[0].says
        assert rig.simulator.record == []


async def test_an_app_shows_where_it_is_installed(tmp_path: Path) -> None:
    """Owners are those of its installations, repositories those that an installation reaches."""
    async with github_rig(tmp_path) as rig:
        rig.simulator.clock = rig.simulator.apps.clock = time.time
        installed(rig)
        draft = rig.settings(app_id="77").model_copy(update={"owner": "", "repository": ""})
        owners = await PROVIDER.choices[Kind.WORKSPACES](draft, secrets(), rig.edge, Asked())
        assert [option.value for option in owners.options] == ["acme"]
        found = await PROVIDER.choices[Kind.REPOSITORIES](draft, secrets(), rig.edge, Asked(within="acme"))
        assert [option.value for option in found.options] == ["app"]
        judge(rig.simulator.record)
