"""Webhooks on the command line: listed without secrets, given a new one that is printed once."""

import base64
from functools import partial

import pytest
from pydantic import SecretStr

from bot.administration import CLI
from bot.opening import open_use_cases, open_vault
from bot.settings import Settings
from bot.webhooks import opened_with, sealed_with
from integrations.vault import Vault, parse_ring
from orchestration.services import webhooks
from tests.unit.bot.cli_rig import TENANT, Typed


async def test_a_change_of_keys_seals_webhooks_too(
    settings: Settings, typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    """Afterwards the old key may leave the ring; one that does not open is named, and stays as it is."""
    old, new = (f"{name}:{base64.b64encode(bytes([n]) * 32).decode()}" for n, name in enumerate("ab", 1))
    vaults = {ring: Vault(parse_ring(ring)) for ring in (old, new)}
    async with open_use_cases(settings) as engine:
        made = await webhooks.create(
            engine,
            TENANT,
            url="https://hooks.example/in",
            events=["*"],
            seal=partial(sealed_with, vaults[old]),
            actor=CLI,
        )
    assert await typed("rotate-keys", changed=settings.model_copy(update={"key": SecretStr(new)})) == 1
    assert made.webhook.id in capsys.readouterr().err
    assert (
        await typed("rotate-keys", changed=settings.model_copy(update={"key": SecretStr(f"{new},{old}")}))
        == 0
    )
    assert "Webhooks sealed with it: 1." in capsys.readouterr().out
    async with open_use_cases(settings) as engine, engine.look() as work:
        (webhook,) = await work.webhooks.of_tenant(TENANT)
        kept = opened_with(vaults[new], webhook, await work.webhooks.sealed(webhook))
    assert kept.current == made.secret


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
