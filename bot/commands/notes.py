"""`/release notes`: what is in a release, what is new in its stores, and the buttons to change both."""

from bot.commands.naming import named_release, only_release
from bot.commands.spec import Word
from bot.slack.desk import Call
from bot.views.notes_answer import ShownNotes, notes_answer
from orchestration.services.notes import read_notes


async def run(call: Call) -> None:
    """The notes, for the one who asks."""
    words = only_release(call.intent.text)
    release = await named_release(call, words, looking_back=True)
    read = await read_notes(call.engine, release, actor=call.intent.actor)
    shown = ShownNotes(
        release=read.release,
        range=read.range,
        text=read.text,
        commits=len(read.commits),
        url=read.url,
        later=read.later,
    )
    await call.answer(notes_answer(shown))


NOTES = Word(
    word="notes",
    usage="notes [release]",
    does="Show what is in a release, edit it before it is published, and write what is new for the stores",
    example="/release notes 2.14.0",
    run=run,
)
