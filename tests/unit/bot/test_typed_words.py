"""What is typed is parted the same way everywhere: copied text brings odd blanks along."""

from typing import Any

import pytest

from bot.commands.subwords import run_subword
from bot.slack.desk import Call
from bot.slack.intent import Intent
from bot.slack.typed import parted, word_of
from orchestration.domain.people import Actor

BLANKS = [" ", "  ", "\t", "\n", "\u00a0", "\u2003", "\u3000", " \u00a0\n"]


@pytest.mark.parametrize("blank", BLANKS)
def test_any_blank_parts_the_first_word_from_the_rest(blank: str) -> None:
    """Those around them belong to neither; those within the rest stay as they are."""
    assert parted(f"{blank}Skip{blank}it  all{blank}") == ("Skip", "it  all")
    assert word_of(f"Skip{blank}It") == ("skip", "It")


@pytest.mark.parametrize("text", ["", " ", "\u00a0\n"])
def test_nothing_is_an_empty_word(text: str) -> None:
    """There is always a word and a rest."""
    assert parted(text) == ("", "")


@pytest.mark.parametrize("blank", BLANKS)
async def test_a_word_of_a_word_is_found_behind_any_blank(blank: str) -> None:
    """`train skip weekly` with a blank from a web page between is no unknown word."""
    ran: list[str] = []

    async def skip(_call: Call, rest: str) -> None:
        ran.append(rest)

    intent = Intent(
        kind="command", name="train", tenant_id="T1", actor=Actor(id="U1"), text=f"skip{blank}weekly"
    )
    nothing: Any = None
    call = Call(
        engine=nothing,
        screens=nothing,
        accounts=nothing,
        configurations=nothing,
        request=nothing,
        intent=intent,
    )
    await run_subword(call, {"skip": skip}, alone=skip, word="train")
    assert ran == ["weekly"]
