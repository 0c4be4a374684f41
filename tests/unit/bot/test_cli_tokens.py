"""Tokens on the command line: printed once, listed without their secrets, revoked for good."""

import pytest

from bot.settings import Settings
from bot.surroundings import SystemClock
from orchestration.domain.tokens import presented
from orchestration.store.database import open_engine
from orchestration.store.tables import tokens
from tests.unit.bot.cli_rig import TENANT, Typed


async def test_a_token_is_made_listed_and_revoked(
    settings: Settings, typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its text alone goes to standard output; the list tells everything else."""
    words = ("token", "create", "--tenant", TENANT, "--name", "ci of pixel", "--scopes", "read, build:report")
    assert await typed(*words, "--days", "7") == 0
    told = capsys.readouterr()
    shown = presented(told.out.strip())
    assert shown is not None
    assert shown.secret not in told.err
    assert "ci of pixel is good until" in told.err
    assert await typed("token", "list", "--tenant", TENANT) == 0
    listed = capsys.readouterr().out
    assert f"{shown.id}\tci of pixel\tread build:report\tgood until " in listed
    assert shown.secret not in listed
    assert await typed("token", "revoke", shown.id, "--tenant", "T0002") == 1
    assert "no such token" in capsys.readouterr().err
    assert await typed("token", "revoke", shown.id, "--tenant", TENANT) == 0
    assert await typed("token", "list", "--tenant", TENANT) == 0
    assert "\trevoked\tnever" in capsys.readouterr().out
    engine = open_engine(settings.database)
    async with engine.connect() as connection:
        row = (await connection.execute(tokens.select())).mappings().one()
    await engine.dispose()
    assert shown.secret not in str(dict(row))
    assert row["created_by"] == "cli"
    assert row["expires_ms"] / 1000 - SystemClock().now().timestamp() < 7 * 86400


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--name", "ci", "--scopes", "root"), "--scopes: is none of"),
        (("--name", "ci", "--scopes", ","), "--scopes: Name at least one"),
        (("--name", " ", "--scopes", "read"), "--name: Give it a name"),
        (("--name", "ci", "--scopes", "read", "--days", "0"), "--days: must be from 1"),
        (("--name", "ci", "--scopes", "read", "--days", "9999999999"), "--days: must be from 1"),
    ],
)
async def test_an_order_that_makes_no_sense_is_told(
    typed: Typed, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], says: str
) -> None:
    """Exit 2, and nothing on standard output."""
    assert await typed("token", "create", "--tenant", TENANT, *words) == 2
    told = capsys.readouterr()
    assert says in told.err
    assert told.out == ""
