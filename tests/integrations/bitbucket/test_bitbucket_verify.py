"""A connection to Bitbucket is tried by reading, before it is saved."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from integrations.bitbucket import BitbucketSettings
from integrations.bitbucket.settings import Access
from integrations.bitbucket.verify import verify
from integrations.registry import Check
from sandbox.bitbucket.hosting import CLASSIC, FINE, Account, Kind
from sandbox.bitbucket.server import EMAIL
from sandbox.gitrepo import GitRepo
from tests.integrations.bitbucket.bitbucket_judge import judge
from tests.integrations.bitbucket.bitbucket_rig import BitbucketRig, bitbucket_rig, secrets

MADE_UP = "canary"
ACCEPTED, REPOSITORY, SCOPES, PULLS, PIPELINES = TITLES = [
    "The token is accepted",
    "The repository can be read",
    "The token's scopes suffice",
    "Pull requests can be read",
    "Pipelines can be read",
]


async def tried(rig: BitbucketRig, account: Account | None = None, **settings: Any) -> Sequence[Check]:
    """Try a connection with a token of this account."""
    if account is not None:
        rig.simulator.accounts[MADE_UP] = account
        if account.kind is Kind.API_TOKEN:
            settings = {"access": Access.API_TOKEN, "email": EMAIL, **settings}
    return await verify(rig.settings(**settings), secrets(MADE_UP), rig.edge)


def _personal(**changes: Any) -> Account:
    return Account(
        **{"display_name": "Ada", "kind": Kind.API_TOKEN, "email": EMAIL, "scopes": FINE, **changes}
    )


@pytest.mark.parametrize(
    ("account", "says", "asked"), [(Account(), "it shows acme/app", 3), (_personal(), "it belongs to Ada", 4)]
)
async def test_a_good_token_of_either_kind_passes_every_check(
    tmp_path: Path, account: Account, says: str, asked: int
) -> None:
    """Identity, repository, scopes and lists, line by line, and only by readings."""
    async with bitbucket_rig(tmp_path) as rig:
        checks = await tried(rig, account)
        assert [check.what for check in checks] == TITLES
        assert all(check.ok for check in checks)
        assert (checks[0].says, checks[1].says) == (says, "acme/app, private, main")
        assert {exchange.method for exchange in rig.simulator.record} == {"GET"}
        assert judge(rig.simulator.record) == asked


@pytest.mark.parametrize(
    ("account", "failing", "words"),
    [
        (None, ACCEPTED, "expired"),
        (Account(gone=True), ACCEPTED, "expired"),
        (Account(sees=frozenset()), ACCEPTED, "no such repository"),
        (_personal(sees=frozenset()), REPOSITORY, "no such repository"),
        (Account(scopes=("repository", "pullrequest", "pipeline")), SCOPES, "it lacks pipeline:write"),
        (Account(scopes=("repository:write", "pullrequest:write")), SCOPES, "it lacks pipeline:write"),
        (Account(scopes=("repository:write", "pipeline:write")), SCOPES, "it lacks pullrequest:write"),
        (
            _personal(scopes=tuple(scope for scope in FINE if scope != "read:pipeline:bitbucket")),
            SCOPES,
            "it lacks read:pipeline:bitbucket",
        ),
        (
            _personal(scopes=tuple(scope for scope in FINE if scope != "read:user:bitbucket")),
            ACCEPTED,
            "it needs account",
        ),
    ],
)
async def test_what_is_missing_is_named(
    tmp_path: Path, account: Account | None, failing: str, words: str
) -> None:
    """An unknown and an ended token, a repository out of sight, and each scope: at its own line, in words."""
    async with bitbucket_rig(tmp_path) as rig:
        checks = await tried(rig, account)
        first = next(check for check in checks if not check.ok)
        assert first.what == failing
        assert words in first.says
        assert not any(check.later for check in checks)
        assert not any(MADE_UP in check.says for check in checks)


async def test_what_the_header_leaves_out_the_lists_show(tmp_path: Path) -> None:
    """A list that cannot be read is told at its own line, and is the last."""
    async with bitbucket_rig(tmp_path) as rig:
        checks = await tried(rig, Account(scopes=("repository:write", "pullrequest:write")))
        assert [(check.what, check.ok) for check in checks[-2:]] == [(PULLS, True), (PIPELINES, False)]


async def test_an_empty_repository_is_told(tmp_path: Path) -> None:
    """Nothing can be released from it."""
    async with bitbucket_rig(tmp_path) as rig:
        empty = tmp_path / "empty.git"
        empty.mkdir()
        GitRepo(empty).run("init", "--quiet", "--bare", "--initial-branch=main", ".")
        rig.simulator.host("acme", "empty", GitRepo(empty))
        checks = await tried(rig, Account(), repository="empty")
        assert (
            next(check.says for check in checks if not check.ok) == "acme/empty is empty: push a branch to it"
        )


async def test_a_bitbucket_that_cannot_be_asked_says_nothing_of_the_token(tmp_path: Path) -> None:
    """The check is to be done later; nobody has to enter a token again."""
    async with bitbucket_rig(tmp_path) as rig:
        rig.simulator.fault(status=503, times=9)
        checks = await tried(rig, Account(scopes=CLASSIC))
        assert [(check.ok, check.later) for check in checks] == [(False, True)]


@pytest.mark.parametrize(
    ("wrong", "value"),
    [
        ("base_url", "ftp://api.bitbucket.org"),
        ("base_url", "https://api.bitbucket.org/2.0"),
        ("base_url", "https://api.bitbucket.org?x=1"),
        ("workspace", "acme/app"),
        ("workspace", ".."),
        ("repository", "."),
        ("repository", "a b"),
        ("email", "somebody"),
        ("email", "a:b@example.com"),
        ("access", "app_password"),
        ("correlation_variable", "with-dash"),
        ("run_delay", "-1"),
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: str, value: str) -> None:
    """Told at the field, before anything is sent."""
    with pytest.raises(ValidationError):
        BitbucketSettings.model_validate({"workspace": "acme", "repository": "app", wrong: value})


def test_the_page_for_people_is_not_the_apis(tmp_path: Path) -> None:
    """bitbucket.org, where the API is at api.bitbucket.org."""
    settings = BitbucketSettings(workspace="acme", repository="app")
    assert settings.web_url == "https://bitbucket.org/acme/app"
    assert not list(tmp_path.iterdir())
