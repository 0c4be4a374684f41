"""The command line: run the bot, prepare its database, connect providers, store configurations, grant roles, check."""

import argparse
import asyncio
import getpass
import json
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from pydantic import ValidationError

from bot.configure import read_configuration
from bot.connections import ConnectionBook
from bot.demo import run_demo
from bot.logs import configure as configure_logs
from bot.opening import open_store, open_vault
from bot.settings import Settings
from bot.surroundings import SystemClock
from bot.wiring import Bot
from integrations import PROVIDERS
from orchestration.domain.errors import Invalid
from orchestration.domain.people import valid_role
from orchestration.store.migrate import downgrade, upgrade

OK, WRONG, BROKEN = 0, 2, 1


def main(argv: Sequence[str] | None = None) -> int:
    """The exit status: 0 done, 1 something failed, 2 wrongly used."""
    arguments = _parser().parse_args(argv)
    settings = Settings()
    configure_logs(style=settings.log_format, level=settings.log_level)
    command: Callable[[argparse.Namespace, Settings], Awaitable[int]] = arguments.command
    return asyncio.run(_ran(command(arguments, settings)))


async def _ran(command: Awaitable[int]) -> int:
    return await command


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="stationmaster", description="A release captain in Slack.")
    words = parser.add_subparsers(required=True, metavar="command")

    run = words.add_parser("run", help="run the bot until it is told to stop")
    run.set_defaults(command=_run)

    demo = words.add_parser("demo", help="play a whole release against the sandbox")
    demo.add_argument("--repo", type=Path, default=Path.cwd(), help="the git history to release (this one)")
    demo.add_argument("--keep", action="store_true", help="leave everything running afterwards, until Ctrl-C")
    demo.add_argument("--picture", type=Path, help="write an SVG of the highlights here")
    demo.set_defaults(command=_demo)

    migrate = words.add_parser("migrate", help="bring the database to the newest form, or back")
    migrate.add_argument("revision", nargs="?", default="head", help="a revision, `head` or `base`")
    migrate.set_defaults(command=_migrate)

    connect = words.add_parser(
        "connect", help="connect a provider; the secrets are read from standard input as JSON"
    )
    connect.add_argument("provider", choices=sorted(PROVIDERS))
    connect.add_argument("--tenant", required=True, help="the Slack workspace, T…")
    connect.add_argument("--id", required=True, help="the name by which configurations call it")
    connect.add_argument("--settings", type=json.loads, default={}, help="the settings as JSON")
    connect.set_defaults(command=_connect)

    configuration = words.add_parser("configure", help="store a release configuration from a YAML file")
    configuration.add_argument("file", type=Path)
    configuration.add_argument("--tenant", required=True)
    configuration.set_defaults(command=_configure)

    grant = words.add_parser("grant", help="grant a role: owner, editor, viewer, approver:<area>")
    grant.add_argument("person", help="a Slack user id, or * for everybody")
    grant.add_argument("role")
    grant.add_argument("--tenant", required=True)
    grant.add_argument("--revoke", action="store_true", help="take it back")
    grant.set_defaults(command=_grant)

    audit = words.add_parser("audit", help="prove the audit chain of a workspace whole")
    audit.add_argument("what", choices=["verify"])
    audit.add_argument("--tenant", required=True)
    audit.set_defaults(command=_audit)
    return parser


async def _run(_arguments: argparse.Namespace, settings: Settings) -> int:
    """Run until SIGTERM or SIGINT; then drain."""
    if settings.slack_bot_token is None:
        return _complain("SLACK_BOT_TOKEN is missing: paste manifest.yml into Slack and install the app")
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        return _complain("Set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET with an HTTP port")
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await Bot(settings).run(stop, started=lambda: print("Stationmaster runs.", flush=True))
    return OK


async def _demo(arguments: argparse.Namespace, _settings: Settings) -> int:
    return await run_demo(
        repository=arguments.repo.absolute(), keep=arguments.keep, picture=arguments.picture
    )


async def _migrate(arguments: argparse.Namespace, settings: Settings) -> int:
    settings.data.mkdir(parents=True, exist_ok=True)
    if arguments.revision in {"head", "heads"}:
        await upgrade(settings.database)
    else:
        await downgrade(settings.database, arguments.revision)
    return OK


async def _connect(arguments: argparse.Namespace, settings: Settings) -> int:
    provider = PROVIDERS[arguments.provider]
    text = sys.stdin.read() if not sys.stdin.isatty() else _ask(provider.secrets.model_fields)
    try:
        wanted = provider.settings.model_validate(arguments.settings)
        secrets = provider.secrets.model_validate(json.loads(text))
    except (ValidationError, json.JSONDecodeError) as error:
        return _complain(_without_values(error))
    store = await open_store(settings, owner="cli")
    try:
        book = ConnectionBook(rows=store.integrations, vault=open_vault(settings), providers=PROVIDERS)
        await book.connect(
            tenant_id=arguments.tenant,
            integration_id=arguments.id,
            provider=provider,
            settings=wanted,
            secrets=secrets,
            now=SystemClock().now(),
        )
    finally:
        await store.close()
    print(f"{provider.title} is connected as {arguments.id}.")
    return OK


def _ask(fields: object) -> str:
    """Ask for each secret without an echo."""
    names = list(fields) if isinstance(fields, dict) else []
    return json.dumps({name: value for name in names if (value := getpass.getpass(f"{name}: "))})


def _without_values(error: ValidationError | json.JSONDecodeError) -> str:
    """The problems without the input, which may be a secret."""
    if isinstance(error, json.JSONDecodeError):
        return "The secrets on standard input are no JSON"
    return "\n".join(f"{'.'.join(str(p) for p in e['loc'])}: {e['msg']}" for e in error.errors())


async def _configure(arguments: argparse.Namespace, settings: Settings) -> int:
    try:
        configuration = read_configuration(arguments.file, arguments.tenant)
    except Invalid as error:
        return _complain("\n".join(f"{p.field}: {p.message}" for p in error.problems))
    store = await open_store(settings, owner="cli")
    try:
        async with store.work() as work:
            await work.directory.save_configuration(configuration)
            await work.commit()
    finally:
        await store.close()
    print(f"The configuration {configuration.id} is stored.")
    return OK


async def _grant(arguments: argparse.Namespace, settings: Settings) -> int:
    if not valid_role(arguments.role):
        return _complain(f"{arguments.role!r} is no role: owner, editor, viewer or approver:<area>")
    store = await open_store(settings, owner="cli")
    try:
        async with store.work() as work:
            change = work.directory.revoke if arguments.revoke else work.directory.grant
            await change(arguments.tenant, arguments.person, arguments.role)
            await work.commit()
    finally:
        await store.close()
    print(f"{arguments.person} {'lost' if arguments.revoke else 'has'} the role {arguments.role}.")
    return OK


async def _audit(arguments: argparse.Namespace, settings: Settings) -> int:
    store = await open_store(settings, owner="cli")
    try:
        broken = await store.broken_at(arguments.tenant)
    finally:
        await store.close()
    if broken is not None:
        print(f"The audit chain is broken at event {broken}.", file=sys.stderr)
        return BROKEN
    print("The audit chain is whole.")
    return OK


def _complain(words: str) -> int:
    print(words, file=sys.stderr)
    return WRONG
