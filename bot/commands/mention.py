"""Words that are typed in a message to us: slash commands can't be used in threads, mentions can."""

from collections.abc import Mapping
from dataclasses import replace

from bot.commands import WORDS, run_unknown
from bot.slack.desk import Call, Handler
from bot.slack.intent import read_value, spoken
from bot.slack.screens import FormNeeded
from bot.views.mentions import form_offer, in_a_thread, unknown_said
from orchestration.domain.errors import NotNow

_RUN: Mapping[str, Handler] = {word.word: word.run for word in WORDS}


async def run_mention(call: Call) -> None:
    """Do what the command of the same words does, on the release whose thread it is; the answer stands there too."""
    intent = spoken(call.intent)
    await _run(replace(call, intent=intent))


async def open_word(call: Call) -> None:
    """The button under an answer to a message: the same words again, with a click by which a form can be opened."""
    carried = read_value(call.intent.value)
    word = carried.get("word", "")
    if word not in _RUN:
        raise NotNow("This button is of an older version, so nothing was changed. See `/release help`.")
    intent = replace(
        call.intent,
        kind="command",
        name=word,
        text=carried.get("text", ""),
        thread=carried.get("thread") or call.intent.thread,
        value="",
    )
    await _run(replace(call, intent=intent))


async def _run(call: Call) -> None:
    intent = call.intent
    run = _RUN.get(intent.name)
    try:
        if run is not None:
            await run(call)
        elif intent.name:
            said = unknown_said(intent.name, list(_RUN), text=intent.text, thread=intent.thread or "")
            await call.answer(said)
        else:
            await run_unknown(call)
    except FormNeeded:
        await call.answer(form_offer(intent.name, intent.text, thread=intent.thread or ""))
    except NotNow as error:
        if error.settled or not intent.spoken:
            raise
        await call.answer(in_a_thread(str(error)))
