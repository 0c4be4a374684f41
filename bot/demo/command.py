"""The word `demo` of the command line."""

import argparse
from pathlib import Path

from bot.demo import run_demo
from bot.demo.cast import OFFERED, cast_of
from bot.demo.workspace import WHOLE, run_workspace
from bot.settings import Settings
from bot.words import Fills


def _demo_words(demo: argparse.ArgumentParser) -> None:
    demo.add_argument("--repo", type=Path, default=Path.cwd(), help="the git history to release (this one)")
    demo.add_argument("--folder", type=Path, help="where the workspace is kept (demo in the data folder)")
    demo.add_argument(
        "--fresh", action="store_true", help="begin a new workspace in the place of the kept one"
    )
    demo.add_argument("--port", type=int, default=0, help="of the page; the same as before, or any")
    demo.add_argument(
        "--patience", type=float, default=1.0, help="multiplies the 3 s that Slack gives the bot to answer"
    )
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


WORDS: Fills = {"demo": _demo_words}


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
        patience=arguments.patience,
    )
