"""A connection to GitLab is tried by reading, before it is saved."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from pydantic import ValidationError

from integrations.gitlab import GitlabSettings
from integrations.gitlab.verify import verify
from integrations.registry import Check
from sandbox.gitlab.hosting import Account
from tests.integrations.gitlab.gitlab_judge import judge
from tests.integrations.gitlab.gitlab_rig import GitlabRig, gitlab_rig, secrets

MADE_UP = "canary"
TITLES = [
    "The token is accepted",
    "The token's scopes suffice",
    "The project can be read",
    "The account may push and run pipelines",
    "Pipelines may be started with variables",
    "Pipelines can be read",
]


async def tried(rig: GitlabRig, account: Account | None = None, **settings: str) -> Sequence[Check]:
    """Try a connection with a token of this account."""
    if account is not None:
        rig.simulator.accounts[MADE_UP] = account
    return await verify(rig.settings(**settings), secrets(MADE_UP), rig.edge)


async def test_a_good_token_passes_every_check(tmp_path: Path) -> None:
    """Identity with its end, scopes, project, role and pipelines, line by line, and only by readings."""
    async with gitlab_rig(tmp_path) as rig:
        checks = await tried(rig, Account(token_name="release bot", expires="2027-03-01"))
        assert [check.what for check in checks] == TITLES
        assert all(check.ok for check in checks)
        assert [check.says for check in checks[:4]] == [
            "its name is release bot, and it expires on 2027-03-01",
            "api",
            "acme/mobile/app, private",
            "its role is Developer or higher",
        ]
        assert {exchange.method for exchange in rig.simulator.record} == {"GET"}
        assert judge(rig.simulator.record) == 3


async def test_a_token_without_an_end_says_so(tmp_path: Path) -> None:
    """Self-managed servers may allow that."""
    async with gitlab_rig(tmp_path) as rig:
        checks = await tried(rig, Account(expires=None))
        assert "does not expire" in checks[0].says


@pytest.mark.parametrize(
    ("account", "failing"),
    [
        (Account(scopes=("read_api",)), TITLES[1]),
        (Account(level=20), TITLES[3]),
        (Account(level=None), TITLES[2]),
        (Account(gone="expired"), TITLES[0]),
        (None, TITLES[0]),
    ],
)
async def test_what_is_missing_is_named(tmp_path: Path, account: Account | None, failing: str) -> None:
    """A weak scope, a low role, a hidden project, an expired and an unknown token: each at its own line."""
    async with gitlab_rig(tmp_path) as rig:
        checks = await tried(rig, account)
        assert next(check.what for check in checks if not check.ok) == failing
        assert not any(check.later for check in checks)
        assert not any(MADE_UP in check.says for check in checks)


async def test_an_archived_project_and_forbidden_variables_are_told(tmp_path: Path) -> None:
    """Both would only show when a release is under way."""
    async with gitlab_rig(tmp_path) as rig:
        rig.hosted.archived, rig.hosted.variables_role = True, "no_one_allowed"
        checks = await tried(rig, Account())
        assert [check.what for check in checks if not check.ok] == [TITLES[2], TITLES[4]]


async def test_a_server_that_cannot_be_asked_says_nothing_of_the_token(tmp_path: Path) -> None:
    """The check is to be done later; nobody has to enter a token again."""
    async with gitlab_rig(tmp_path) as rig:
        rig.simulator.fault(status=503)
        checks = await tried(rig, Account())
        assert [(check.ok, check.later) for check in checks] == [(False, True)]


async def test_a_project_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A mistyped path."""
    async with gitlab_rig(tmp_path) as rig:
        checks = await tried(rig, Account(), project="acme/none")
        assert (checks[-1].what, checks[-1].ok) == (TITLES[2], False)


@pytest.mark.parametrize(
    ("wrong", "value"),
    [
        ("base_url", "ftp://gitlab.example.com"),
        ("base_url", "https://gitlab.example.com/api/v4"),
        ("base_url", "https://gitlab.example.com?x=1"),
        ("project", "app"),
        ("project", "acme/../app"),
        ("project", "acme//app"),
        ("correlation_variable", "with-dash"),
        ("run_delay", "-1"),
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: str, value: str) -> None:
    """Told at the field, before anything is sent."""
    with pytest.raises(ValidationError):
        GitlabSettings.model_validate({"project": "acme/app", wrong: value})


def test_a_server_below_a_path_keeps_it() -> None:
    """Self-managed servers may live at https://HOST/gitlab."""
    settings = GitlabSettings(base_url="https://example.com/gitlab/", project="acme/app")
    assert settings.web_url == "https://example.com/gitlab/acme/app"
