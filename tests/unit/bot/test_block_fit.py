"""A message that is too large is made to fit, so that a release doesn't fall silent."""

import json
from typing import Any

import pytest

from bot.slack.blocks import Surface, fit_message, validate
from tests.unit.bot import payload_samples as samples


def test_what_fits_comes_back_as_it_is() -> None:
    """A message within the limits isn't touched."""
    blocks = [samples.section(), samples.actions(samples.button())]
    fitted = fit_message("Ready", blocks)
    assert (fitted.text, list(fitted.blocks), fitted.cut, fitted.problems) == ("Ready", blocks, 0, ())


def _valid(fitted: Any) -> bool:
    payload = {"text": fitted.text, "blocks": list(fitted.blocks)}
    return not validate(payload, Surface.MESSAGE) and len(json.dumps(payload["blocks"])) <= 12_600


def test_too_many_blocks_lose_the_end_of_the_middle() -> None:
    """Title, buttons and the closing remark stay; a note says how many blocks are gone."""
    title = {"type": "header", "text": samples.plain("Pixel 5.12.0")}
    rows = [samples.section(text=samples.mrkdwn(f"{n} " + "a" * 600)) for n in range(60)]
    end = {"type": "context", "elements": [samples.mrkdwn("Updated")]}
    fitted = fit_message("Pixel", [title, *rows, samples.actions(samples.button()), end])
    kinds = [block["type"] for block in fitted.blocks]
    assert _valid(fitted)
    assert kinds[0] == "header"
    assert kinds[-3:] == ["context", "actions", "context"]
    assert f"…and {fitted.cut} more" in str(fitted.blocks[-3])
    assert fitted.cut == 60 - kinds.count("section")


def test_long_texts_are_shortened_before_blocks_are_dropped() -> None:
    """One long title doesn't cost the message a block, and markup isn't cut in two."""
    long = samples.section(text=samples.mrkdwn("a" * 2_990 + "<https://a.example|a long label>"))
    fitted = fit_message("Ready", [long, {"type": "header", "text": samples.plain("b" * 200)}])
    texts = [block["text"]["text"] for block in fitted.blocks]  # type: ignore[index]  # blocks are free JSON
    assert _valid(fitted)
    assert fitted.cut == 0
    assert texts == ["a" * 2_990 + "…", "b" * 149 + "…"]


def test_a_broken_block_goes_and_the_rest_is_said() -> None:
    """A mistake in one block doesn't silence a release; the problem is handed to whoever logs it."""
    fitted = fit_message("Ready", [samples.section(), {"type": "sektion"}, samples.actions(samples.button())])
    assert _valid(fitted)
    assert [block["type"] for block in fitted.blocks] == ["section", "context", "actions"]
    assert (fitted.cut, [p.pointer for p in fitted.problems]) == (1, ["/blocks/1/type"])


def test_when_nothing_helps_the_text_goes_alone() -> None:
    """Rows of buttons that are too large by themselves are given up before the message is."""
    rows = [samples.actions(samples.button(value="a" * 2_000), block_id=f"r{n}") for n in range(8)]
    fitted = fit_message("Approve?", rows)
    assert (fitted.text, fitted.blocks, fitted.cut) == ("Approve?", (), 8)


@pytest.mark.parametrize("text", ["é" * 4_000, "&" * 4_000, "<https://a.example|b>" * 300, "", " "])
def test_the_text_stays_within_the_budget_of_an_edit(text: str) -> None:
    """chat.update counts bytes of the escaped text; what is sent fits, ends whole, and is never empty."""
    fitted = fit_message(text, [])
    assert _valid(fitted)
    assert len(fitted.text.encode()) + 4 * fitted.text.count("&") <= 3_500
    assert fitted.text.count("<") == fitted.text.count(">")
