"""Release notes that somebody edited, kept with who and when."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class EditedNotes:
    """Markdown in the place of the notes that are made from commits.

    `head` is the newest commit that the editor saw: what came later is not in the text.
    """

    text: str
    by: str
    at: datetime
    head: str | None = None
