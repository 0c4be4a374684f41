"""The command line: every word, what it is for, and the room that is read when it is used.

Reading everything takes seconds, so imports stand in functions here.
"""

import argparse
import gc
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from bot.words import Fills, Word


def _running() -> Fills:
    from bot import running

    return running.WORDS


def _demo() -> Fills:
    from bot.demo import command

    return command.WORDS


def _preparing() -> Fills:
    from bot import preparing

    return preparing.WORDS


def _connecting() -> Fills:
    from bot import connecting

    return connecting.WORDS


def _issuing() -> Fills:
    from bot import issuing

    return issuing.WORDS


def _hooking() -> Fills:
    from bot import hooking

    return hooking.WORDS


def _releasing() -> Fills:
    from bot import releasing

    return releasing.WORDS


def _importing() -> Fills:
    from bot import importing

    return importing.WORDS


def _evidencing() -> Fills:
    from bot import evidencing

    return evidencing.WORDS


def _doctor() -> Fills:
    from bot import doctor

    return doctor.WORDS


def _backups() -> Fills:
    from bot import backups

    return backups.WORDS


def _capacity() -> Fills:
    from bot import capacity

    return capacity.WORDS


def _showing() -> Fills:
    from bot import showing

    return showing.WORDS


ROOMS: tuple[tuple[Callable[[], Fills], Mapping[str, str]], ...] = (
    (_running, {"run": "run the bot until it is told to stop"}),
    (_demo, {"demo": "a workspace in the browser, or a whole release played on the terminal"}),
    (
        _preparing,
        {
            "migrate": "bring the database to the newest form, or back",
            "configure": "store a release configuration from a YAML file",
            "grant": "grant a role: owner, editor, viewer, approver:<area>",
        },
    ),
    (
        _connecting,
        {
            "connect": "try a provider and connect it; the secrets are read from standard input as JSON,"
            " or asked for",
            "connections": "list the connections of a workspace",
            "verify": "try stored connections again",
            "rename": "give a connection another name for people; its id stays",
            "disconnect": "forget a connection with its secrets",
            "rotate-keys": "seal every secret anew with the first key of the ring",
        },
    ),
    (_issuing, {"token": "make, list and revoke the tokens with which programs use REST"}),
    (_hooking, {"webhook": "list webhooks, and give one a new secret"}),
    (
        _releasing,
        {
            "release": "look at releases and act on them, from any machine, with a token"
            " (STATIONMASTER_URL says where)"
        },
    ),
    (
        _importing,
        {"import": "take over configurations and running releases of another system from a JSON file"},
    ),
    (
        _evidencing,
        {
            "evidence": "write the evidence of a release into a folder: JSON and a page",
            "audit": "show what happened in a workspace and who did it, or prove its log, or a file of evidence, whole",
        },
    ),
    (_doctor, {"doctor": "look at everything that the bot needs, change nothing, and say what to do"}),
    (
        _backups,
        {
            "backup": "write the SQLite database into a file, while the bot runs; the keys are not in it",
            "restore": "put a backup in the place of the database; what was done since is looked for, not repeated",
            "restored": "the same looking, after other tools put a database back",
        },
    ),
    (_capacity, {"capacity": "what so many releases ask of machine, database and Slack"}),
    (
        _showing,
        {
            "settings": "show every setting, its default and what it is for",
            "metrics": "print the page of metrics, which is docs/metrics.md",
            "openapi": "print the description of REST (OpenAPI 3.1)",
            "providers": "list the providers, or renew their pages",
        },
    ),
)


def main(argv: Sequence[str] | None = None) -> int:
    """The exit status: 0 done, 1 something failed, 2 wrongly used, 130 ended by Ctrl-C."""
    with reading():
        arguments = parser().parse_args(argv)
        from bot.carrying_out import obey
    return obey(arguments)


def parser(*, whole: bool = False) -> argparse.ArgumentParser:
    """The words that it understands; each gives its function as `command`. `whole`: with the arguments of all."""
    line = argparse.ArgumentParser(prog="stationmaster", description="A release captain in Slack.")
    line.add_argument("--version", action=_Version, nargs=0, help="which release of it this is")
    words = line.add_subparsers(required=True, metavar="command", parser_class=Word)
    for room, of_it in ROOMS:
        for name, says in of_it.items():
            word = words.add_parser(name, help=says, fill=_filling(room, name))
            if whole:
                word.learn()
    return line


class _Version(argparse.Action):
    """Prints it and ends. argparse's own kind would look it up for every word."""

    def __call__(self, parser: argparse.ArgumentParser, *_given: object) -> None:
        from importlib.metadata import version

        sys.stdout.write(f"stationmaster {version('stationmaster')}\n")
        parser.exit()


def _filling(room: Callable[[], Fills], name: str) -> Callable[[argparse.ArgumentParser], None]:
    def fill(word: argparse.ArgumentParser) -> None:
        room()[name](word)

    return fill


@contextmanager
def reading() -> Iterator[None]:
    """While modules are read nothing becomes garbage: looking for it took a fifth of the start.

    What was read stays, so later searches pass it over.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
