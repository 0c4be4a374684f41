"""Canaries in whatever is kept and whatever is read: files, rows, evidence, every reading route of REST, the log."""

import json
import logging
from pathlib import Path

import pytest

from bot.api.v1.routes import ROUTES
from tests.rest.rest_rig import CANARY, TENANT, rest_on
from tests.rest.test_rest_access import ask, furnish
from tests.support.databases import open_store, sqlite_url

__all__ = ["sqlite_url"]


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def test_no_file_and_no_route_has_a_secret(
    sqlite_url: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of connections and webhooks, and the secret half of tokens: in no byte of the database, answer, event or log."""
    store = open_store(sqlite_url)
    with caplog.at_level(logging.DEBUG):
        async with rest_on(store) as rest:
            theirs, ids, _there = await furnish(rest)
            made = [each for each in rest.record if each.path.endswith("/webhooks")]
            hooks = [json.loads(each.response_body)["secret"] for each in made]
            assert hooks
            planted = [CANARY, *hooks, *(text.rpartition("_")[2] for text in (rest.token, theirs))]
            assert len(planted) >= 4
            assert all(len(each) >= 16 for each in planted)
            read = [(await ask(rest, route, None, ids)).text for route in ROUTES if route.method == "GET"]
            told = str(await rest.told(TENANT))
            kept = _files(Path(sqlite_url.removeprefix("sqlite:///")).parent)
    await store.close()
    out = capsys.readouterr()
    assert kept
    assert len(read) > 20
    for secret in planted:
        for name, content in kept.items():
            assert secret.encode() not in content, name
        for text in (*read, told, out.out, out.err, caplog.text):
            assert secret not in text
