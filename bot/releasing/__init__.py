"""`stationmaster release`: the words about releases, from any machine, over REST with a token."""

import argparse

from bot.releasing import approving, changing, files, reading, stores, trains, writing


def add_commands(words: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The word `release`, each of its words with the function that does it."""
    release = words.add_parser(
        "release",
        help="look at releases and act on them, from any machine, with a token (STATIONMASTER_URL says where)",
    )
    inner = release.add_subparsers(required=True, metavar="what")
    for room in (reading, writing, changing, stores, approving, trains, files):
        room.add_words(inner)
