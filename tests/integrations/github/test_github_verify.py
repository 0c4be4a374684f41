"""A connection to GitHub is tried by reading, before it is saved."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from integrations.github import GithubSecrets
from integrations.github.verify import verify
from integrations.registry import Check
from sandbox.github.hosting import Account
from tests.integrations.github.github_rig import GithubRig, github_rig, judge

MADE_UP = "canary"
TITLES = [
    "The token is accepted",
    "The repository can be read",
    "The account may push",
    "Actions can be read",
]


async def tried(rig: GithubRig, token: str = MADE_UP, **settings: str) -> Sequence[Check]:
    """Try a connection with this token."""
    secrets = GithubSecrets.model_validate({"token": token})
    return await verify(rig.settings(**settings), secrets, rig.edge)


@pytest.mark.parametrize("version", ["2022-11-28", "2026-03-10"])
async def test_a_good_token_passes_every_check(tmp_path: Path, version: str) -> None:
    """Identity, repository, rights and Actions are told line by line, by requests that GitHub describes."""
    async with github_rig(tmp_path) as rig:
        rig.simulator.accounts["canary"] = Account(login="ann", expires="2027-01-31 10:00:00 UTC")
        checks = await tried(rig, api_version=version)
        assert [check.what for check in checks] == TITLES
        assert all(check.ok for check in checks)
        assert [check.says for check in checks] == [
            "it belongs to ann and expires 2027-01-31 10:00:00 UTC",
            "acme/app, public",
            "it has write access to the repository",
            "workflows on the default branch: 3",
        ]
        assert judge(rig.simulator.record) == 3


async def test_trying_makes_nothing(tmp_path: Path) -> None:
    """Only readings are sent: a try may be repeated as often as one likes."""
    async with github_rig(tmp_path) as rig:
        rig.simulator.accounts["canary"] = Account()
        await tried(rig)
        assert {exchange.method for exchange in rig.simulator.record} == {"GET"}
        assert not rig.hosted.made


@pytest.mark.parametrize(
    ("scopes", "private", "ok", "says"),
    [
        (("repo",), True, True, "repo"),
        (("public_repo", "workflow"), False, True, "public_repo, workflow"),
        (("read:user",), False, False, "it has read:user; it needs public_repo or repo"),
        ((), False, False, "it has none; it needs public_repo or repo"),
    ],
)
async def test_scopes_are_checked_where_the_token_shows_them(
    tmp_path: Path, scopes: tuple[str, ...], private: bool, ok: bool, says: str
) -> None:
    """A classic token tells its scopes in a header, and they must reach this kind of repository."""
    async with github_rig(tmp_path) as rig:
        rig.hosted.private = private
        rig.simulator.accounts["canary"] = Account(scopes=scopes)
        (scoped,) = [check for check in await tried(rig) if check.what == "The token's scopes suffice"]
        assert (scoped.ok, scoped.says) == (ok, says)
        judge(rig.simulator.record)


@pytest.mark.parametrize(
    ("account", "failing", "says"),
    [
        (Account(pushes=False), "The account may push", "only read"),
        (Account(reads_actions=False), "Actions can be read", "not accessible by personal access token"),
    ],
    ids=["push", "actions"],
)
async def test_a_missing_right_is_named(tmp_path: Path, account: Account, failing: str, says: str) -> None:
    """The line of the right that is missing fails, the others do not, and it says what to do."""
    async with github_rig(tmp_path) as rig:
        rig.simulator.accounts["canary"] = account
        checks = await tried(rig)
        assert [check.what for check in checks if not check.ok] == [failing]
        assert says in next(check.says for check in checks if not check.ok)


async def test_an_archived_repository_does_not_pass(tmp_path: Path) -> None:
    """It can be read, but nothing could ever be written to it."""
    async with github_rig(tmp_path) as rig:
        rig.hosted.archived = True
        rig.simulator.accounts["canary"] = Account()
        (failed,) = [check for check in await tried(rig) if not check.ok]
        assert (failed.what, failed.later) == ("The repository can be read", False)
        assert "archived" in failed.says


@pytest.mark.parametrize(
    ("token", "settings", "last"),
    [
        ("unknown", {}, "The token is accepted"),
        ("canary", {"repository": "other"}, "The repository can be read"),
    ],
    ids=["token", "repository"],
)
async def test_what_can_not_be_read_ends_the_checks(
    tmp_path: Path, token: str, settings: dict[str, str], last: str
) -> None:
    """A token that is not accepted, or a repository that is not there, is the last line, and it is no delay."""
    async with github_rig(tmp_path) as rig:
        rig.simulator.accounts["canary"] = Account()
        checks = await tried(rig, token, **settings)
        assert (checks[-1].what, checks[-1].ok, checks[-1].later) == (last, False, False)
        assert all(check.ok for check in checks[:-1])


@pytest.mark.parametrize("path", ["/user$", "/repos/acme/app$", "/workflows"])
async def test_trouble_on_the_way_says_nothing_of_the_credentials(tmp_path: Path, path: str) -> None:
    """A server error is told as such: `later`, so that nobody takes the connection for a bad one."""
    async with github_rig(tmp_path) as rig:
        rig.simulator.accounts["canary"] = Account()
        rig.simulator.fault(path=rf"{path}", status=503, times=9)
        checks = await tried(rig)
        assert (checks[-1].ok, checks[-1].later) == (False, True)


@pytest.mark.parametrize("body", ["[]", "{}", "null", "<html>", '{"login": 7}'])
async def test_an_odd_answer_is_no_success(tmp_path: Path, body: str) -> None:
    """An answer of another shape fails the check instead of raising."""
    async with github_rig(tmp_path) as rig:
        rig.simulator.accounts["canary"] = Account()
        kind = {"Content-Type": "application/json"}
        rig.simulator.fault(path="/user$", status=200, body=body, headers=kind)
        (check,) = await tried(rig)
        assert not check.ok


async def test_no_check_holds_the_token(tmp_path: Path) -> None:
    """What is told of a connection never shows its secrets, whatever the provider answers."""
    async with github_rig(tmp_path) as rig:
        rig.simulator.accounts["canary-4711"] = Account()
        for status in (400, 401, 403, 404, 500):
            rig.simulator.fault(path="/repos", status=status)
            assert "canary-4711" not in repr(await tried(rig, "canary-4711"))
