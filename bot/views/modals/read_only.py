"""Something to read, in a window of its own: App Home has no place for an answer."""

from collections.abc import Sequence

from bot.views.blocks import VIEW_BLOCKS, Json, modal


def read_only(title: str, blocks: Sequence[Json]) -> Json:
    """The window; it closes and does nothing else."""
    return modal(title, blocks[:VIEW_BLOCKS], close="Close")
