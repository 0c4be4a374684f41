"""Webhooks on the command line: listed without secrets, given a new one that is printed once."""

from functools import partial

import pytest

from bot.administration import CLI
from bot.opening import open_use_cases, open_vault
from bot.settings import Settings
from bot.webhooks import opened_with, sealed_with
from orchestration.services import webhooks
from tests.unit.bot.cli_rig import TENANT, Typed


async def test_a_webhook_gets_a_new_secret(
    settings: Settings, typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    """The secret alone goes to standard output; the former one signs for as long as was said."""
    vault = open_vault(settings)
    async with open_use_cases(settings) as engine:
        made = await webhooks.create(
            engine,
            TENANT,
            url="https://hooks.example/in",
            events=["*"],
            seal=partial(sealed_with, vault),
            actor=CLI,
        )
    assert await typed("webhook", "list", "--tenant", TENANT) == 0
    assert f"{made.webhook.id}\thttps://hooks.example/in\ton" in capsys.readouterr().out
    words = ("webhook", "rotate", made.webhook.id, "--tenant")
    assert await typed(*words, "T0002") == 1
    assert "no such webhook" in capsys.readouterr().err
    assert await typed(*words, TENANT, "--overlap-hours", "1000") == 2
    assert await typed(*words, TENANT, "--overlap-hours", "2") == 0
    told = capsys.readouterr()
    assert "signs too until" in told.err
    async with open_use_cases(settings) as engine, engine.look() as work:
        webhook = await work.webhooks.find(TENANT, made.webhook.id)
        assert webhook is not None
        kept = opened_with(vault, webhook, await work.webhooks.sealed(webhook))
    assert (kept.current, kept.former) == (told.out.strip(), made.secret)
    assert await typed(*words, TENANT, "--overlap-hours", "0") == 0
    assert "signs no more" in capsys.readouterr().err
