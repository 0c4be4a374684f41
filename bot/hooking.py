"""What an operator does with webhooks on the command line: list them, give one a new secret."""

import argparse
import sys
from datetime import timedelta
from functools import partial

from bot.administration import CLI
from bot.connecting import BROKEN, OK, complain
from bot.opening import open_use_cases, open_vault
from bot.settings import Settings
from bot.webhooks import opened_with, sealed_with
from bot.words import Fills
from orchestration.domain.errors import Unknown
from orchestration.domain.webhooks import LONGEST_OVERLAP, OVERLAP
from orchestration.services import webhooks

_HOUR = timedelta(hours=1)


def _webhook_words(webhook: argparse.ArgumentParser) -> None:
    inner = webhook.add_subparsers(required=True, metavar="what")

    listing = inner.add_parser("list", help="list the webhooks of a workspace")
    listing.add_argument("--tenant", required=True)
    listing.set_defaults(command=run_list)

    rotate = inner.add_parser(
        "rotate", help="give a webhook a new secret, printed once; for a while both sign"
    )
    rotate.add_argument("webhook", help="its id, WHK-…")
    rotate.add_argument("--tenant", required=True)
    rotate.add_argument(
        "--overlap-hours",
        type=int,
        default=OVERLAP // _HOUR,
        help=f"how long the secret until now signs too; {OVERLAP // _HOUR}, and 0 where others know it",
    )
    rotate.set_defaults(command=run_rotate)


WORDS: Fills = {"webhook": _webhook_words}


async def run_list(arguments: argparse.Namespace, settings: Settings) -> int:
    """One line for each, without its secret."""
    async with open_use_cases(settings) as engine:
        found = await webhooks.list_all(engine, arguments.tenant, actor=CLI)
    print("WEBHOOK\tADDRESS\tSTATE")
    for each in found:
        print(f"{each.id}\t{each.url}\t{'on' if each.active else each.trouble or 'off'}")
    return OK


async def run_rotate(arguments: argparse.Namespace, settings: Settings) -> int:
    """The secret alone on standard output, so that it can be stored without being seen."""
    most = LONGEST_OVERLAP // _HOUR
    if not 0 <= arguments.overlap_hours <= most:
        return complain(f"--overlap-hours is 0 to {most}")
    vault = open_vault(settings)
    try:
        async with open_use_cases(settings) as engine:
            made = await webhooks.rotate(
                engine,
                arguments.tenant,
                arguments.webhook,
                overlap=arguments.overlap_hours * _HOUR,
                seal=partial(sealed_with, vault),
                unseal=partial(opened_with, vault),
                actor=CLI,
            )
    except Unknown as error:
        print(error, file=sys.stderr)
        return BROKEN
    print(made.secret)
    until = made.webhook.former_until
    former = f"signs too until {until:%Y-%m-%d %H:%M} UTC" if until is not None else "signs no more"
    print(f"The secret of {made.webhook.id} is shown this once. The former one {former}.", file=sys.stderr)
    return OK
