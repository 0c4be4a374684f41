"""The form of the release notes: Markdown, in as many fields as its length needs."""

from collections.abc import Sequence

from bot.views.blocks import Json, context, modal, section
from bot.views.inputs import input_block, plain_text_input
from bot.views.modals.filled import State, element
from bot.views.text import escape, plural, say
from bot.views.values import NOTES_EDIT
from bot.views.words import one_line

FIELD, FIELDS = 3_000, 8
"""Characters that Slack's field takes, and how many fields a form of ours has at most."""
PART = "part:"
_ROOM = 2_900


def reading_form(subject: str) -> Json:
    """What stands there until the repository has answered: a form must open within three seconds."""
    return modal("One moment", [section(say("Reading {what}…", what=subject))], close="Close")


def trouble_form(words: str) -> Json:
    """What stands there where the repository did not tell."""
    return modal("That did not work", [section(escape(words))], close="Close")


def notes_form(title: str, text: str, *, metadata: str) -> Json:
    """The text to edit. What is too long for a form is left out whole, from the end, and that is said."""
    shown, left = parts_of(text)
    fields = [
        input_block(
            "Notes" if n == 0 else f"Notes, part {n + 1}",
            plain_text_input(f"{PART}{n}", initial=part, multiline=True, most=FIELD, focus=n == 0),
            block_id=f"{PART}{n}",
            hint="Markdown. Published with the release as it stands here" if n == 0 else None,
            optional=n > 0,
        )
        for n, part in enumerate(shown)
    ]
    heads: list[Json] = [context(one_line(title, 200))]
    if left:
        said = say(
            "These notes are too long for a form: the last {n} are not shown here, and are left out where you save. "
            "Close the form to publish all of them as they are made.",
            n=plural(left, "line"),
        )
        heads.append(section(said))
    return modal(
        "Edit the notes",
        [*heads, *fields],
        callback_id=NOTES_EDIT,
        submit="Save",
        private_metadata=metadata,
    )


def parts_of(text: str) -> tuple[Sequence[str], int]:
    """(the text as parts for the fields, cut between lines; how many lines did not fit)."""
    parts, lines = [""], text.strip("\n").split("\n")
    for n, line in enumerate(lines):
        for piece in [line[at : at + _ROOM] for at in range(0, len(line), _ROOM)] or [""]:
            longer = f"{parts[-1]}\n{piece}" if parts[-1] else piece
            if len(longer) <= _ROOM:
                parts[-1] = longer
            elif len(parts) == FIELDS:
                return parts, len(lines) - n
            else:
                parts.append(piece)
    return parts, 0


def read_notes_form(values: State) -> str:
    """The text as it was left, its parts one after another."""
    blocks = sorted((b for b in values if b.startswith(PART)), key=lambda b: int(b.removeprefix(PART)))
    typed = [str(element(values, block).get("value") or "").strip("\n") for block in blocks]
    return "\n".join(part for part in typed if part.strip())
