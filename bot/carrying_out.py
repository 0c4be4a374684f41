"""From the arguments of the command line to what was asked for, with its settings and its logs."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable

from pydantic import ValidationError

from bot.administration import misnamed
from bot.connecting import BROKEN, complain
from bot.logs import configure as configure_logs
from bot.occupying import Occupied
from bot.opening import NotMigrated
from bot.settings import Settings, wrong_settings
from integrations.vault import VaultError
from orchestration.ports.runtime import DatabaseAway
from orchestration.store.database import database_url

INTERRUPTED = 130
"""What shells give for SIGINT."""


def obey(arguments: argparse.Namespace) -> int:
    """The exit status: 0 done, 1 something failed, 2 wrongly used, 130 ended by Ctrl-C."""
    try:
        settings = Settings()
    except ValidationError as error:
        return complain("The settings are wrong:", *wrong_settings(error))
    try:
        database_url(settings.database)
    except ValueError as error:
        return complain("The settings are wrong:", f"DATABASE_URL: {error}")
    configure_logs(style=settings.log_format, level=settings.log_level)
    try:
        with asyncio.Runner(loop_factory=getattr(arguments, "loop", None)) as runner:
            return runner.run(carry_out(arguments, settings))
    except (NotMigrated, Occupied, VaultError) as error:
        return complain(str(error))
    except DatabaseAway as error:
        complain(
            f"The database can't be used ({error}). Look whether it is up and whether DATABASE_URL is right, then try "
            "again: what was begun is stored wholly or not at all."
        )
        return BROKEN
    except KeyboardInterrupt:
        return INTERRUPTED


async def carry_out(arguments: argparse.Namespace, settings: Settings) -> int:
    """The exit status of what was asked for; nothing is done where an argument is no name of its kind."""
    problems = tuple(misnamed(arguments))
    if problems:
        return complain(*problems)
    command: Callable[[argparse.Namespace, Settings], Awaitable[int]] = arguments.command
    return await command(arguments, settings)
