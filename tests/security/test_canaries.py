"""Canaries in whatever is kept and whatever is read: files, rows, evidence, every reading route of REST, the log,
backups."""

import json
import logging
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from bot.api.v1.routes import ROUTES
from bot.backups.archive import pack
from integrations.vault import VaultError
from tests.rest.rest_rig import CANARY, KEY, TENANT, rest_on
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


async def test_a_backup_has_secrets_under_their_seal_only(sqlite_url: str, tmp_path: Path) -> None:
    """They are in it, and only the key ring opens them: no byte of what is packed has one as it is, nor a token's
    secret half, nor the key; a seal that was moved to another workspace does not open."""
    store, backup = open_store(sqlite_url), tmp_path / "kept.zip"
    async with rest_on(store) as rest:
        theirs, _ids, _there = await furnish(rest)
        made = [each for each in rest.record if each.path.endswith("/webhooks")]
        hooks = [json.loads(each.response_body)["secret"] for each in made]
        manifest = pack(Path(sqlite_url.removeprefix("sqlite:///")), backup, now=rest.clock.now())
        vault = rest.book.vault
    await store.close()
    planted = [CANARY, KEY.decode("latin-1"), *hooks]
    planted += [text.rpartition("_")[2] for text in (rest.token, theirs)]
    with zipfile.ZipFile(backup) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
        archive.extract("stationmaster.db", tmp_path)
    for secret in planted:
        for name, content in {**held, "file": backup.read_bytes()}.items():
            assert secret.encode("latin-1") not in content, name
    with closing(sqlite3.connect(tmp_path / "stationmaster.db")) as there:
        sealed = there.execute("SELECT tenant_id, id, key_id, secrets FROM integrations").fetchall()
        sealed += there.execute("SELECT tenant_id, id, key_id, secret FROM webhooks").fetchall()
    opened = [str(vault.open(*row)) for row in sealed]
    assert {row[2] for row in sealed} == set(manifest.keys)
    assert len([text for text in opened if CANARY in text]) == manifest.counts["integrations"]
    assert all(any(secret in text for text in opened) for secret in hooks)
    for _tenant, name, key_id, secret in sealed:
        with pytest.raises(VaultError):
            vault.open("T0MOVED", name, key_id, secret)
