"""What an operator does with tokens on the command line: make one, list them, revoke one."""

import argparse
import sys
from datetime import timedelta

from bot.administration import CLI
from bot.connecting import BROKEN, OK, complain
from bot.opening import open_use_cases
from bot.settings import Settings
from bot.words import Fills
from orchestration.domain.errors import Invalid, Unknown
from orchestration.domain.tokens import Scope, Token
from orchestration.services import tokens


def _token_words(token: argparse.ArgumentParser) -> None:
    inner = token.add_subparsers(required=True, metavar="what")

    create = inner.add_parser("create", help="make a token; its text is printed once and kept nowhere")
    create.add_argument("--tenant", required=True)
    create.add_argument("--name", required=True, help="what it is for")
    create.add_argument("--scopes", required=True, help=f"{', '.join(Scope)}; several with commas")
    create.add_argument("--days", type=int, default=90, help="how long it is good; 90")
    create.set_defaults(command=run_create)

    listing = inner.add_parser("list", help="list the tokens of a workspace")
    listing.add_argument("--tenant", required=True)
    listing.set_defaults(command=run_list)

    revoke = inner.add_parser("revoke", help="let a token be worth nothing from now on")
    revoke.add_argument("token", help="its id, the part between sm_ and the next _")
    revoke.add_argument("--tenant", required=True)
    revoke.set_defaults(command=run_revoke)


WORDS: Fills = {"token": _token_words}


async def run_create(arguments: argparse.Namespace, settings: Settings) -> int:
    """The token alone on standard output, so that it can be stored without being seen."""
    scopes = [word.strip() for word in arguments.scopes.split(",") if word.strip()]
    try:
        life = timedelta(days=arguments.days)
    except OverflowError:
        life = timedelta(0)
    try:
        async with open_use_cases(settings) as engine:
            made = await tokens.create(
                engine, arguments.tenant, name=arguments.name, scopes=scopes, life=life, actor=CLI
            )
    except Invalid as error:
        return complain(*(f"--{p.field.partition('.')[0]}: {p.message}" for p in error.problems))
    print(made.text)
    until = f"{made.token.expires_at:%Y-%m-%d %H:%M} UTC"
    print(f"{made.token.name} is good until {until}. It is shown this once.", file=sys.stderr)
    return OK


async def run_list(arguments: argparse.Namespace, settings: Settings) -> int:
    """One line for each, without its secret, which nobody has."""
    async with open_use_cases(settings) as engine:
        found = await tokens.list_all(engine, arguments.tenant, actor=CLI)
        now = engine.clock.now()
    print(
        "\n".join(
            ("TOKEN\tNAME\tSCOPES\tSTATE\tLAST USED", *(_line(token, token.good(now)) for token in found))
        )
    )
    return OK


def _line(token: Token, good: bool) -> str:
    until = f"good until {token.expires_at:%Y-%m-%d}" if good else "expired"
    state = "revoked" if token.revoked_at is not None else until
    used = token.last_used_on.isoformat() if token.last_used_on is not None else "never"
    return "\t".join((token.id, token.name, " ".join(token.scopes), state, used))


async def run_revoke(arguments: argparse.Namespace, settings: Settings) -> int:
    """1 where the workspace has none of this id."""
    try:
        async with open_use_cases(settings) as engine:
            token = await tokens.revoke(engine, arguments.tenant, arguments.token, actor=CLI)
    except Unknown as error:
        print(error, file=sys.stderr)
        return BROKEN
    print(f"{token.name} is revoked.")
    return OK
