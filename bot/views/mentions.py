"""Answers to what was typed in a message: a form that takes a click, and how a word is written there."""

from collections.abc import Collection

from bot.views.answers import close_words, plain_answer
from bot.views.blocks import Json, actions, button, section
from bot.views.rendered import Rendered
from bot.views.text import code, escape, joined, say
from bot.views.values import WORD, carried
from bot.views.words import one_line, told

_VALUE = 2_000
_COMMAND = "/release"
_OFFERED = 3
"""Each in a row of its own: an action_id stands once in a row."""


def form_offer(word: str, text: str, *, thread: str) -> Rendered:
    """The form of a word, one click away: Slack opens none for a message."""
    sentence = say("{word} takes a form, and Slack opens a form only by a click.", word=code(word))
    return Rendered(
        text=sentence, blocks=(section(sentence), actions(word_button("Open the Form…", word, text, thread)))
    )


def unknown_said(word: str, words: Collection[str], *, text: str, thread: str) -> Rendered:
    """What was probably meant, one click away each."""
    close = close_words(word, words)
    sentence = say("I know no word {word}.", word=code(one_line(word, 40)))
    if not close:
        return plain_answer(sentence + say(" {help} lists those that I know.", help=code("help")))
    meant = joined((code(one) for one in close), ", ")
    said = sentence + say(" Did you mean {meant}?", meant=meant)
    rows = (actions(word_button(one.capitalize(), one, text, thread)) for one in close[:_OFFERED])
    return Rendered(text=said, blocks=(section(said), *rows))


def word_button(label: str, word: str, text: str, thread: str) -> Json:
    """Runs a word; what stood after it goes along where it is short enough to be carried."""
    value = carried(word=word, text=text, thread=thread)
    short = value if len(value) <= _VALUE else carried(word=word, thread=thread)
    return button(label, action_id=WORD, value=short, accessibility_label=one_line(f"{label}: {word}", 75))


def in_a_thread(reason: str) -> Rendered:
    """A refusal; where it names the command, how that is written where the command can't be used."""
    if _COMMAND not in reason:
        return plain_answer(told(reason))
    here = say("In a thread mention me in the place of {command}.", command=code(_COMMAND))
    return plain_answer(told(reason) + escape("\n") + here)
