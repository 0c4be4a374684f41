"""Canaries: secrets that are planted everywhere are searched in everything that people, logs and databases get."""

import logging
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from bot.accounts.fields import problems
from bot.connections import plain, tried, without_values
from integrations import PROVIDERS
from integrations.edge import Edge
from integrations.registry import Check, Provider, unmet
from orchestration.ports.errors import Refused
from sandbox.slack.screen import text_on
from tests.scenarios.test_http_metrics import page_of
from tests.support.connecting import (
    browser_of,
    command,
    library_office,
    link_on,
    list_of,
    rows_of,
    shown,
)
from tests.support.library import CANARY, Library, ShelfSettings, library_book
from tests.support.prepared import TEAM

TABLES = (
    "connection_drafts",
    "integrations",
    "events",
    "inbox",
    "outbox",
    "messages",
    "tenants",
    "configurations",
)
OTHER = "canary-other-0815"


async def test_a_whole_life_of_a_connection_shows_no_secret(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Asked for, wrong, right, listed, refused: no log, row, message, view, page or metric has it."""
    library = Library()
    pages: list[str] = []
    with caplog.at_level(logging.DEBUG):
        async with library_office(tmp_path, library) as o:
            await o.ann.submits(await command(o, o.ann, "box"), {"Label": "red"})
            link = link_on(await shown(o, o.ann, "Enter the secrets"))
            browser = browser_of(o)
            pages += [(await browser.enters(link, token=OTHER, private_key=OTHER)).text]
            pages += [(await browser.enters(link, token=CANARY, private_key=CANARY)).text]
            await o.ann.closes(await shown(o, o.ann, "is connected as"))
            library.tokens = set()
            await o.says(o.ann, "/release connect")
            seen = list_of(o.ann)
            assert seen is not None
            await o.bot._book.verify(TEAM, "box", o.bot._edge(TEAM), now=o.bot._clock.now())
            assert "[hidden]" in str((await o.store.integrations.get(TEAM, "box")).checks)
            told = [await o.says(o.ann, "/release connect"), text_on(seen)]
            rows = [await rows_of(o, f"SELECT * FROM {table}") for table in TABLES]  # noqa: S608 - our own names
            sent = [str(entry) for entry in o.slack.record]
            status, figures = await page_of(o)
            events = [str(await o.events())]
    out = capsys.readouterr()
    assert status == 200
    assert "stationmaster_connections" in figures
    everything = [*pages, figures, *told, *sent, *events, str(rows), out.out, out.err, caplog.text]
    assert any("Revoked" in text for text in told)
    for text in everything:
        assert CANARY not in text
        assert OTHER not in text


@pytest.mark.parametrize("key", sorted(PROVIDERS))
async def test_no_provider_gets_a_secret_into_a_check(key: str, tmp_path: Path) -> None:
    """Whatever a provider repeats is taken out, of each of its secrets; models print none."""
    provider = PROVIDERS[key]
    secrets = _planted(provider.secrets)
    values = plain(secrets)
    assert set(values) == set(provider.secrets.model_fields)
    assert not any(value in repr(secrets) + str(secrets) for value in values.values())

    async def repeating(_settings: BaseModel, _secrets: BaseModel, _edge: Edge) -> list[Check]:
        return [unmet(f"With {value}", Refused(f"it was {value}, was it?")) for value in values.values()]

    loud = Provider(
        key=key, title=key, settings=provider.settings, secrets=provider.secrets, verify=repeating
    )
    async with library_book(Library(), tmp_path) as (_store, _book, edge):
        checks = await tried(loud, ShelfSettings(room="a", shelf="b"), secrets, edge)
    assert len(checks) == len(values)
    assert not any(value in str(checks) for value in values.values())


def _planted(model: type[BaseModel]) -> BaseModel:
    """Secrets with a canary in each field; no vendor's own rules about their form are asked."""
    planted: dict[str, Any] = {name: SecretStr(f"canary-{name}-4711") for name in model.model_fields}
    return model.model_construct(None, **planted)


@pytest.mark.parametrize("key", sorted(PROVIDERS))
def test_wrong_secrets_are_told_by_their_field_only(key: str) -> None:
    """An error of any provider's model names the place, and repeats nothing of what was given."""
    model = PROVIDERS[key].secrets
    given = {name: {"nested": f"canary-{name}"} for name in model.model_fields} | {"extra": "canary-extra"}
    with pytest.raises(ValueError, match=r".*") as raised:
        model.model_validate(given)
    told = [*without_values(raised.value), *problems(raised.value).values()]  # type: ignore[arg-type]  # pydantic's
    assert told
    assert "canary" not in str(told)
