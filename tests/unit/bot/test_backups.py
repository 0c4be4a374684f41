"""Backups of a SQLite database: whole, of one moment, without a key in them, and put back with care."""

import asyncio
import json
import logging
import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.backups.archive import Manifest, pack, read_manifest, unpack
from bot.occupying import Occupied, alone, at_work
from bot.opening import open_store
from bot.settings import Settings
from orchestration.store.migrate import at_head
from orchestration.store.snapshots import Damaged, sqlite_file
from tests.unit.bot.cli_rig import CANARY, TENANT, Typed, with_github

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OTHER = "T0002"


def file_of(settings: Settings) -> Path:
    """The database."""
    found = sqlite_file(settings.database)
    assert found is not None
    return found


async def granted(settings: Settings, person: str) -> set[str]:
    """The roles of somebody."""
    store = await open_store(settings, owner="test")
    try:
        async with store.look() as work:
            return set(await work.directory.roles(TENANT, person))
    finally:
        await store.close()


def names(folder: Path) -> list[str]:
    """What lies in it."""
    return sorted(path.name for path in folder.iterdir())


def rewritten(source: Path, target: Path, **changes: object) -> Path:
    """The backup with another manifest, or another database where `database` is given."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        manifest = json.loads(old.read("manifest.json"))
        database = changes.pop("database", None) or old.read("stationmaster.db")
        assert isinstance(database, bytes)
        new.writestr("manifest.json", json.dumps({**manifest, **changes}))
        new.writestr("stationmaster.db", database)
    return target


async def test_a_backup_brings_back_what_was(settings: Settings, typed: Typed, tmp_path: Path) -> None:
    """What was stored before it is there again, what came after it is not; the database of after is moved aside."""
    backup = tmp_path / "kept.zip"
    await typed("grant", "U1", "editor", "--tenant", TENANT)
    assert await typed("backup", str(backup)) == 0
    await typed("grant", "U2", "editor", "--tenant", TENANT)
    assert await typed("restore", str(backup)) == 2
    assert await granted(settings, "U2") == {"editor"}
    assert await typed("restore", str(backup), "--force") == 0
    assert await granted(settings, "U1") == {"editor"}
    assert await granted(settings, "U2") == set()
    file = file_of(settings)
    (aside,) = (p for p in file.parent.glob(f"{file.name}.before-*Z"))
    with closing(sqlite3.connect(aside)) as there:
        assert there.execute("SELECT count(*) FROM roles").fetchone() == (2,)


async def test_neither_a_secret_nor_a_key_is_in_it(
    settings: Settings,
    typed: Typed,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Secrets stay sealed, the ring stays where it is; the file, what is printed and the log name keys only."""
    caplog.set_level(logging.DEBUG)
    await with_github(settings)
    ring = (settings.data / "keys").read_text()
    backup = tmp_path / "kept.zip"
    assert await typed("backup", str(backup)) == 0
    told = capsys.readouterr()
    assert "THE KEYS ARE NOT IN IT" in told.err
    with zipfile.ZipFile(backup) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    assert set(held) == {"manifest.json", "stationmaster.db"}
    manifest = read_manifest(backup)
    assert len(manifest.keys) == 1
    assert manifest.counts["integrations"] == 1
    parts = [part for line in ring.split() for part in line.split(":")[1:]]
    assert parts
    for secret in (CANARY, *parts):
        for content in (*held.values(), told.out.encode(), told.err.encode(), caplog.text.encode()):
            assert secret.encode() not in content
    assert backup.stat().st_mode & 0o077 == 0


async def test_without_its_keys_a_restore_says_so(
    settings: Settings, typed: Typed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """On another machine, before a new ring is made that opens nothing."""
    await with_github(settings)
    backup = tmp_path / "kept.zip"
    await typed("backup", str(backup))
    elsewhere = Settings(data=tmp_path / "elsewhere")
    assert await typed("restore", str(backup), changed=elsewhere) == 0
    assert "THE KEYS ARE MISSING" in capsys.readouterr().err
    assert not (elsewhere.data / "keys").exists()
    assert file_of(elsewhere).stat().st_mode & 0o077 == 0


async def test_a_backup_replaces_nothing(typed: Typed, tmp_path: Path) -> None:
    """A file that is there stays."""
    backup = tmp_path / "kept.zip"
    backup.write_text("mine")
    assert await typed("backup", str(backup)) == 2
    assert backup.read_text() == "mine"
    assert [name for name in names(tmp_path) if name.endswith((".part", ".copy"))] == []


async def test_what_cannot_be_written_or_read_is_told(typed: Typed, tmp_path: Path) -> None:
    """A folder that is not there, a file that is not there, a file that is none of ours."""
    assert await typed("backup", str(tmp_path / "nowhere" / "kept.zip")) == 2
    assert await typed("restore", str(tmp_path / "nothing.zip")) == 2
    (tmp_path / "text.zip").write_text("no backup")
    assert await typed("restore", str(tmp_path / "text.zip")) == 1


async def test_there_must_be_a_database_and_it_must_be_sqlite(tmp_path: Path, typed: Typed) -> None:
    """PostgreSQL has tools of its own."""
    nothing = Settings(data=tmp_path / "nothing")
    assert await typed("backup", str(tmp_path / "kept.zip"), changed=nothing) == 2
    postgres = Settings(data=tmp_path, database_url="postgresql://nobody@127.0.0.1:1/none")
    for word in ("backup", "restore"):
        assert await typed(word, str(tmp_path / "kept.zip"), changed=postgres) == 2
    assert not (tmp_path / "kept.zip").exists()


async def test_a_backup_is_of_one_moment_while_others_write(settings: Settings, tmp_path: Path) -> None:
    """Both rows of a transaction are in it, or none; the writer waits for nothing."""
    file, going = file_of(settings), True

    def write() -> int:
        with closing(sqlite3.connect(file, timeout=30, isolation_level=None)) as connection:
            connection.execute("CREATE TABLE pairs_of_rows (number INTEGER)")
            number = 0
            while going:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("INSERT INTO pairs_of_rows VALUES (?)", (number,))
                connection.execute("INSERT INTO pairs_of_rows VALUES (?)", (number,))
                connection.execute("COMMIT")
                number += 1
            return number

    writing = asyncio.create_task(asyncio.to_thread(write))
    try:
        counts = []
        for number in range(5):
            manifest = await asyncio.to_thread(pack, file, tmp_path / f"{number}.zip", now=NOW)
            counts.append(manifest.counts.get("pairs_of_rows", 0))
    finally:
        going = False
        written = await writing
    assert written > 0
    assert [n % 2 for n in counts] == [0] * 5


@pytest.mark.parametrize(
    "changes",
    [
        {"sha256": "0" * 64},
        {"size": 1},
        {"revision": "0001"},
        {"format": 2},
        {"more": "than it has"},
        {"taken_at": "2026-03-02T09:00:00"},
        {"database": b"no database"},
    ],
    ids=lambda changes: next(iter(changes)),
)
async def test_what_is_not_as_it_says_is_refused(
    settings: Settings, typed: Typed, tmp_path: Path, changes: dict[str, object]
) -> None:
    """Nothing is changed, and nothing is left beside the database."""
    backup = tmp_path / "kept.zip"
    await typed("backup", str(backup))
    before = names(tmp_path)
    wrong = rewritten(backup, tmp_path / "wrong.zip", **changes)
    assert await typed("restore", str(wrong), "--force") == 1
    wrong.unlink()
    file = file_of(settings)
    assert [name for name in names(tmp_path) if name != f"{file.name}.lock"] == before


async def test_a_cut_file_is_refused(typed: Typed, tmp_path: Path) -> None:
    """Half a backup is none."""
    backup = tmp_path / "kept.zip"
    await typed("backup", str(backup))
    half = tmp_path / "half.zip"
    half.write_bytes(backup.read_bytes()[: backup.stat().st_size // 2])
    assert await typed("restore", str(half), "--force") == 1


async def test_a_backup_of_a_newer_version_is_refused(typed: Typed, tmp_path: Path) -> None:
    """Its schema is not known here: the version that wrote it must be installed."""
    backup = tmp_path / "kept.zip"
    await typed("backup", str(backup))
    newer = rewritten(backup, tmp_path / "newer.zip", revision="9999")
    assert await typed("restore", str(newer), "--force") == 2


async def test_an_older_backup_is_migrated(settings: Settings, typed: Typed, tmp_path: Path) -> None:
    """It is brought to the form of this version before it takes the place."""
    await typed("migrate", "0010")
    backup = tmp_path / "kept.zip"
    manifest = await asyncio.to_thread(pack, file_of(settings), backup, now=NOW)
    assert manifest.revision == "0010"
    assert await typed("restore", str(backup), "--force") == 0
    as_it_is = Settings(data=settings.data, database_url=settings.database_url, migrate=False)
    assert await granted(as_it_is, "U1") == set()


async def test_a_living_bot_is_in_the_way(settings: Settings, typed: Typed, tmp_path: Path) -> None:
    """Also with --force; and no bot starts while a file is put in its place. Two bots may share it."""
    backup, file = tmp_path / "kept.zip", file_of(settings)
    await typed("backup", str(backup))
    with at_work(file), at_work(file):
        assert await typed("restore", str(backup), "--force") == 2
    with alone(file), pytest.raises(Occupied), at_work(file):
        pass
    assert await typed("restore", str(backup), "--force") == 0


async def test_no_bot_works_on_while_its_schema_goes_back(settings: Settings, typed: Typed) -> None:
    """Down only where nobody has the file, and only to a revision that this version knows; up at any time."""
    with at_work(file_of(settings)):
        with pytest.raises(Occupied):
            await typed("migrate", "0012")
        assert await at_head(settings.database)
        assert await typed("migrate") == 0
    assert await typed("migrate", "12") == 2
    assert await at_head(settings.database)
    assert await typed("migrate", "0012") == 0
    assert not await at_head(settings.database)


def test_only_whole_manifests_are_read(tmp_path: Path) -> None:
    """A file without one is no backup; what is wrong in one is named, and not repeated."""
    empty = tmp_path / "empty.zip"
    zipfile.ZipFile(empty, "w").close()
    with pytest.raises(Damaged, match="no manifest"):
        read_manifest(empty)
    odd = tmp_path / "odd.zip"
    with zipfile.ZipFile(odd, "w") as archive:
        archive.writestr("manifest.json", json.dumps({"format": CANARY}))
    with pytest.raises(Damaged) as told:
        read_manifest(odd)
    assert "format" in str(told.value)
    assert CANARY not in str(told.value)
    whole = Manifest(format=1, taken_at=NOW, revision="0001", sha256="0" * 64, size=1, counts={}, keys=())
    with pytest.raises(Damaged, match="no database"):
        unpack(odd, whole, tmp_path / "out.db")


async def test_other_tools_restored_it(
    settings: Settings, typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    """`restored` takes a time with a zone, and says how many releases it told."""
    del settings
    assert await typed("restored", "--since", "2026-03-02T09:00Z") == 0
    assert "since: 0" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        await typed("restored", "--since", "2026-03-02T09:00")
