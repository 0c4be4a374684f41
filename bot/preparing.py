"""What an operator does to the database on the command line: migrate it, store a configuration, grant a role."""

import argparse
import sys
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

from bot.administration import CLI
from bot.configure import read_configuration
from bot.connecting import BROKEN, OK, complain
from bot.occupying import alone
from bot.opening import open_folder, open_use_cases
from bot.settings import Settings
from bot.words import Fills
from orchestration.domain.errors import Invalid, NotNow
from orchestration.domain.people import Grant
from orchestration.ports.runtime import StaleConfiguration
from orchestration.services import configurations, roles
from orchestration.store.migrate import at_head, downgrade, knows, upgrade
from orchestration.store.snapshots import sqlite_file


def _migrate_words(word: argparse.ArgumentParser) -> None:
    word.add_argument("revision", nargs="?", default="head", help="a revision, `head` or `base`")
    word.set_defaults(command=_migrate)


def _configure_words(word: argparse.ArgumentParser) -> None:
    word.add_argument("file", type=Path)
    word.add_argument("--tenant", required=True)
    word.set_defaults(command=_configure)


def _grant_words(word: argparse.ArgumentParser) -> None:
    word.add_argument("person", help="a Slack user id, S… for a user group, * for everybody, or workflow")
    word.add_argument("role")
    word.add_argument("--tenant", required=True)
    word.add_argument("--revoke", action="store_true", help="take it back")
    word.set_defaults(command=_grant)


WORDS: Fills = {"migrate": _migrate_words, "configure": _configure_words, "grant": _grant_words}


async def _migrate(arguments: argparse.Namespace, settings: Settings) -> int:
    """Up beside whoever works on it, down only where no bot has the file: it would go on with what is gone."""
    revision = arguments.revision
    if revision not in {"head", "heads", "base"} and not knows(revision):
        return complain(
            f"{revision} is no revision of this version: migrations/versions has them, such as 0012"
        )
    open_folder(settings)
    if revision in {"head", "heads"}:
        await upgrade(settings.database)
        newest = await at_head(settings.database)
        print(f"The schema is that of {'this' if newest else 'a newer'} version.")
        return OK
    file = sqlite_file(settings.database)
    with nullcontext() if file is None else alone(file):
        await downgrade(settings.database, revision)
    print(f"The schema is that of {revision}.")
    return OK


async def _configure(arguments: argparse.Namespace, settings: Settings) -> int:
    try:
        configuration = read_configuration(arguments.file, arguments.tenant)
        async with open_use_cases(settings) as engine:
            known = await configurations.list_all(engine, arguments.tenant, actor=CLI)
            revision = next((c.revision for c in known if c.id == configuration.id), 0)
            await configurations.save(engine, replace(configuration, revision=revision), actor=CLI)
    except Invalid as error:
        return complain(*(f"{p.field}: {p.message}" for p in error.problems))
    except StaleConfiguration:
        print("Somebody else changed it at the same moment: try again.", file=sys.stderr)
        return BROKEN
    print(f"The configuration {configuration.id} is stored.")
    return OK


async def _grant(arguments: argparse.Namespace, settings: Settings) -> int:
    change = roles.revoke if arguments.revoke else roles.grant
    held = Grant(holder=arguments.person, role=arguments.role)
    try:
        async with open_use_cases(settings) as engine:
            await change(engine, arguments.tenant, held, actor=CLI)
    except NotNow as error:
        if not error.settled:
            print(error, file=sys.stderr)
            return BROKEN
    print(f"{arguments.person} {'lost' if arguments.revoke else 'has'} the role {arguments.role}.")
    return OK
