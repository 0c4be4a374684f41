"""The exhibits of the gallery: each block type of Slack, on the surfaces that take it, as an app would send it."""

import json
from pathlib import Path

from sandbox.slack.values import Json

_FOLDER = Path(__file__).parent / "exhibits"


def exhibits() -> list[Json]:
    """All of them by name: `surface`, and its `blocks` or its whole `view`."""
    return [
        {"name": path.stem, **json.loads(path.read_text(encoding="utf-8"))}
        for path in sorted(_FOLDER.glob("*.json"))
    ]


def blocks_of(exhibit: Json) -> list[Json]:
    """What is drawn of an exhibit."""
    blocks: list[Json] = exhibit["view"]["blocks"] if "view" in exhibit else exhibit["blocks"]
    return blocks
