"""The words of backups on the command line."""

import argparse
import asyncio
import sys
from datetime import datetime
from pathlib import Path

from bot.backups.archive import Manifest, pack, read_manifest
from bot.backups.putting_back import InTheWay, put_back, tell_releases
from bot.connecting import BROKEN, OK, complain
from bot.settings import Settings
from bot.surroundings import SystemClock
from bot.words import Fills
from orchestration.store.snapshots import Damaged, sqlite_file

_SHOWN = ("tenants", "releases", "configurations", "integrations", "events")
_NO_MOMENT = "is no time with its zone, such as 2026-11-29T12:00Z"
_POSTGRES = "The database is PostgreSQL, which has its own tools: see docs/backup.md"


def _backup_words(word: argparse.ArgumentParser) -> None:
    word.add_argument("file", type=Path, help="a new file; the bot may run meanwhile")
    word.set_defaults(command=run_backup)


def _restore_words(word: argparse.ArgumentParser) -> None:
    word.add_argument("file", type=Path)
    word.add_argument(
        "--force", action="store_true", help="move a database that is there aside, and take its place"
    )
    word.set_defaults(command=run_restore)


def _restored_words(word: argparse.ArgumentParser) -> None:
    word.add_argument(
        "--since", type=_moment, required=True, help="of when the backup was: 2026-11-29T12:00Z"
    )
    word.set_defaults(command=run_restored)


WORDS: Fills = {"backup": _backup_words, "restore": _restore_words, "restored": _restored_words}


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(_NO_MOMENT) from None
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError(_NO_MOMENT)
    return at


async def run_backup(arguments: argparse.Namespace, settings: Settings) -> int:
    """1 where there is nothing to keep, or nowhere to keep it."""
    database = sqlite_file(settings.database)
    if database is None:
        return complain(_POSTGRES)
    if not database.exists():
        return complain(f"There is no database at {database}")
    try:
        manifest = await asyncio.to_thread(pack, database, arguments.file.absolute(), now=SystemClock().now())
    except FileExistsError as error:
        return complain(f"{error.args[0]} is there already, and a backup replaces nothing")
    except OSError as error:
        return complain(f"{arguments.file} can't be written: {error.strerror}")
    except Damaged as error:
        print(error, file=sys.stderr)
        return BROKEN
    print(_line(manifest))
    print(
        "THE KEYS ARE NOT IN IT: secrets stay sealed, and without the key ring nobody can open them.\n"
        f"Keep {'STATIONMASTER_KEY' if settings.key is not None else settings.data / 'keys'} in another place.",
        file=sys.stderr,
    )
    return OK


def _line(manifest: Manifest) -> str:
    held = ", ".join(f"{manifest.counts.get(name, 0)} {name}" for name in _SHOWN)
    at = f"{manifest.taken_at:%Y-%m-%d %H:%M:%S %Z}"
    return f"Backup of {at}, revision {manifest.revision}: {held}. SHA-256 {manifest.sha256}"


async def run_restore(arguments: argparse.Namespace, settings: Settings) -> int:
    """2 where something is in the way, 1 where the file is no whole backup; nothing is changed then."""
    database = sqlite_file(settings.database)
    if database is None:
        return complain(_POSTGRES)
    try:
        manifest = await asyncio.to_thread(read_manifest, arguments.file)
        done = await put_back(arguments.file, manifest, database, settings, force=arguments.force)
    except InTheWay as error:
        return complain(str(error))
    except OSError as error:
        return complain(f"{arguments.file} can't be restored: {error.strerror}")
    except Damaged as error:
        print(f"{arguments.file}: {error}", file=sys.stderr)
        return BROKEN
    print(_line(manifest))
    if done.aside is not None:
        print(f"What was there is now {done.aside}.")
    print(f"Releases that go on, and look for what was done since: {done.releases}.")
    _say_keys(manifest, settings)
    return OK


def _say_keys(manifest: Manifest, settings: Settings) -> None:
    """A bot that starts without the ring makes a new one, which opens nothing."""
    if manifest.keys and settings.key is None and not (settings.data / "keys").exists():
        print(
            f"THE KEYS ARE MISSING: put the ring with {', '.join(manifest.keys)} at {settings.data / 'keys'},"
            " or into STATIONMASTER_KEY, before the bot starts.",
            file=sys.stderr,
        )


async def run_restored(arguments: argparse.Namespace, settings: Settings) -> int:
    """For a database that other tools put back, while no bot runs."""
    releases = await tell_releases(settings, since=arguments.since)
    print(f"Releases that go on, and look for what was done since: {releases}.")
    return OK
