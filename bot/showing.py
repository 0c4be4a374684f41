"""What the command line shows of the code itself: settings, metrics, the description of REST, the providers."""

import argparse
import json
from pathlib import Path

from bot.api.v1.openapi import description
from bot.api.v1.reference import renewed
from bot.connecting import OK, complain
from bot.metrics.page import metrics_page
from bot.provider_pages import overview, write_pages
from bot.settings import Settings, settings_page
from bot.words import Fills
from integrations import PROVIDERS


def _settings_words(word: argparse.ArgumentParser) -> None:
    word.add_argument("--markdown", action="store_true", help="as a page, which is docs/configuration.md")
    word.set_defaults(command=_settings)


def _metrics_words(word: argparse.ArgumentParser) -> None:
    word.set_defaults(command=_metrics)


def _openapi_words(word: argparse.ArgumentParser) -> None:
    word.add_argument("--write", type=Path, help="renew the made parts of a page, which is docs/api.md")
    word.set_defaults(command=_openapi)


def _providers_words(word: argparse.ArgumentParser) -> None:
    word.add_argument("--write", type=Path, help="the folder of the pages, which is docs/providers")
    word.set_defaults(command=_providers)


WORDS: Fills = {
    "settings": _settings_words,
    "metrics": _metrics_words,
    "openapi": _openapi_words,
    "providers": _providers_words,
}


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
