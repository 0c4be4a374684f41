"""The command line: run the bot, prepare its database, connect providers, store configurations, grant roles, check."""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from bot import doctor, evidencing, hooking, importing, issuing, releasing
from bot.administration import CLI, misnamed
from bot.api.v1.openapi import description
from bot.api.v1.reference import renewed
from bot.configure import read_configuration
from bot.connecting import BROKEN, OK, add_commands, complain
from bot.connections import without_values
from bot.demo import run_demo
from bot.demo.cast import OFFERED, cast_of
from bot.demo.workspace import WHOLE, run_workspace
from bot.logs import configure as configure_logs
from bot.metrics.page import metrics_page
from bot.opening import NotMigrated, open_folder, open_use_cases
from bot.provider_pages import overview, write_pages
from bot.settings import Settings, settings_page
from bot.wiring import Bot
from integrations import PROVIDERS
from integrations.vault import VaultError
from orchestration.domain.errors import Invalid, NotNow
from orchestration.domain.people import Grant
from orchestration.ports.runtime import StaleConfiguration
from orchestration.services import configurations, roles
from orchestration.store.migrate import downgrade, upgrade

INTERRUPTED = 130
"""What shells give for SIGINT."""


def main(argv: Sequence[str] | None = None) -> int:
    """The exit status: 0 done, 1 something failed, 2 wrongly used, 130 ended by Ctrl-C."""
    arguments = parser().parse_args(argv)
    try:
        settings = Settings()
    except ValidationError as error:
        return complain("The settings are wrong:", *without_values(error))
    configure_logs(style=settings.log_format, level=settings.log_level)
    try:
        return asyncio.run(carry_out(arguments, settings))
    except (NotMigrated, VaultError) as error:
        return complain(str(error))
    except KeyboardInterrupt:
        return INTERRUPTED


async def carry_out(arguments: argparse.Namespace, settings: Settings) -> int:
    """The exit status of what was asked for; nothing is done where an argument is no name of its kind."""
    problems = tuple(misnamed(arguments))
    if problems:
        return complain(*problems)
    command: Callable[[argparse.Namespace, Settings], Awaitable[int]] = arguments.command
    return await command(arguments, settings)


def parser() -> argparse.ArgumentParser:
    """The words that it understands; each gives its function as `command`."""
    whole = argparse.ArgumentParser(prog="stationmaster", description="A release captain in Slack.")
    words = whole.add_subparsers(required=True, metavar="command")

    run = words.add_parser("run", help="run the bot until it is told to stop")
    run.set_defaults(command=_run)

    _add_demo(words)

    migrate = words.add_parser("migrate", help="bring the database to the newest form, or back")
    migrate.add_argument("revision", nargs="?", default="head", help="a revision, `head` or `base`")
    migrate.set_defaults(command=_migrate)

    add_commands(words)
    issuing.add_commands(words)
    hooking.add_commands(words)
    releasing.add_commands(words)
    _add_directory(words)
    importing.add_commands(words)
    evidencing.add_commands(words)
    doctor.add_commands(words)

    settings = words.add_parser("settings", help="show every setting, its default and what it is for")
    settings.add_argument("--markdown", action="store_true", help="as a page, which is docs/configuration.md")
    settings.set_defaults(command=_settings)

    words.add_parser("metrics", help="print the page of metrics, which is docs/metrics.md").set_defaults(
        command=_metrics
    )

    openapi = words.add_parser("openapi", help="print the description of REST (OpenAPI 3.1)")
    openapi.add_argument("--write", type=Path, help="renew the made parts of a page, which is docs/api.md")
    openapi.set_defaults(command=_openapi)

    providers = words.add_parser("providers", help="list the providers, or renew their pages")
    providers.add_argument("--write", type=Path, help="the folder of the pages, which is docs/providers")
    providers.set_defaults(command=_providers)
    return whole


def _add_demo(words: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    demo = words.add_parser(
        "demo", help="a workspace in the browser, or a whole release played on the terminal"
    )
    demo.add_argument("--repo", type=Path, default=Path.cwd(), help="the git history to release (this one)")
    demo.add_argument("--folder", type=Path, help="where the workspace is kept (demo in the data folder)")
    demo.add_argument(
        "--fresh", action="store_true", help="begin a new workspace in the place of the kept one"
    )
    demo.add_argument("--port", type=int, default=0, help="of the page; the same as before, or any")
    demo.add_argument("--no-browser", action="store_true", help="print the address, and open nothing")
    demo.add_argument(
        "--headless", action="store_true", help="no page: play a whole release here, and prove it"
    )
    demo.add_argument(
        "--keep", action="store_true", help="headless, and leave everything running until Ctrl-C"
    )
    demo.add_argument("--picture", type=Path, help="headless, and write an SVG of the highlights here")
    names = ", ".join(OFFERED)
    demo.add_argument(
        "--with", dest="cast", type=cast_of, default=None, help=f"these providers, of {names}: gitlab,jenkins"
    )
    demo.set_defaults(command=_demo)


def _add_directory(words: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    configuration = words.add_parser("configure", help="store a release configuration from a YAML file")
    configuration.add_argument("file", type=Path)
    configuration.add_argument("--tenant", required=True)
    configuration.set_defaults(command=_configure)

    grant = words.add_parser("grant", help="grant a role: owner, editor, viewer, approver:<area>")
    grant.add_argument("person", help="a Slack user id, S… for a user group, or * for everybody")
    grant.add_argument("role")
    grant.add_argument("--tenant", required=True)
    grant.add_argument("--revoke", action="store_true", help="take it back")
    grant.set_defaults(command=_grant)


async def _run(_arguments: argparse.Namespace, settings: Settings) -> int:
    """Run until SIGTERM or SIGINT; then drain."""
    if settings.slack_bot_token is None:
        return complain("SLACK_BOT_TOKEN is missing: paste manifest.yml into Slack and install the app")
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        return complain(
            "Set SLACK_APP_TOKEN (Socket Mode), or SLACK_SIGNING_SECRET and STATIONMASTER_HTTP_PORT"
        )
    if settings.slack_app_token is None and settings.http_port is None:
        return complain(
            "STATIONMASTER_HTTP_PORT is missing: without SLACK_APP_TOKEN Slack is heard over HTTP only"
        )
    if settings.web_url is not None and settings.http_port is None:
        return complain("STATIONMASTER_HTTP_PORT is missing: nothing would answer at STATIONMASTER_WEB_URL")
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await Bot(settings).run(stop, started=lambda: print("Stationmaster runs.", flush=True))
    return OK


async def _demo(arguments: argparse.Namespace, settings: Settings) -> int:
    repository = arguments.repo.absolute()
    if arguments.headless or arguments.keep or arguments.picture is not None:
        return await run_demo(
            repository=repository,
            keep=arguments.keep,
            picture=arguments.picture,
            cast=arguments.cast or WHOLE,
        )
    return await run_workspace(
        folder=(arguments.folder or settings.data / "demo").absolute(),
        repository=repository,
        cast=arguments.cast or WHOLE,
        fresh=arguments.fresh,
        page_port=arguments.port,
        browse=not arguments.no_browser,
    )


async def _migrate(arguments: argparse.Namespace, settings: Settings) -> int:
    open_folder(settings)
    if arguments.revision in {"head", "heads"}:
        await upgrade(settings.database)
    else:
        await downgrade(settings.database, arguments.revision)
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


async def _settings(arguments: argparse.Namespace, _settings: Settings) -> int:
    print(settings_page(markdown=arguments.markdown), end="")
    return OK


async def _metrics(_arguments: argparse.Namespace, _settings: Settings) -> int:
    print(metrics_page(), end="")
    return OK


async def _openapi(arguments: argparse.Namespace, _settings: Settings) -> int:
    """The whole, or its tables in a page."""
    if arguments.write is None:
        print(json.dumps(description(), indent=2))
        return OK
    try:
        arguments.write.write_text(renewed(arguments.write.read_text(encoding="utf-8")), encoding="utf-8")
    except OSError as error:
        return complain(f"{arguments.write} can't be renewed: {error.strerror}")
    return OK


async def _providers(arguments: argparse.Namespace, _settings: Settings) -> int:
    """A table of them; or what is made from the code is written into their pages."""
    if arguments.write is None:
        rows = overview(PROVIDERS)
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            print("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())
        return OK
    try:
        changed = write_pages(arguments.write, PROVIDERS)
    except (OSError, ValueError) as error:
        return complain(str(error))
    for path in changed:
        print(path)
    return OK
