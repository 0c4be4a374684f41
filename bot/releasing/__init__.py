"""`stationmaster release`: the words about releases, from any machine, over REST with a token."""

import argparse

from bot.releasing import (
    approving,
    changing,
    files,
    persons,
    planning,
    proving,
    reading,
    stores,
    trains,
    writing,
)
from bot.words import Fills


def _release_words(release: argparse.ArgumentParser) -> None:
    inner = release.add_subparsers(required=True, metavar="what")
    for room in (reading, writing, changing, stores, approving, trains, planning, files, persons, proving):
        room.add_words(inner)


WORDS: Fills = {"release": _release_words}
