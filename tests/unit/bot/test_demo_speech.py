"""What the headless demo prints of a message."""

from bot.demo.speech import buttons_in_a_row


def _button(label: str) -> dict[str, object]:
    return {"type": "button", "text": {"type": "plain_text", "text": label}}


def test_buttons_stand_beside_one_another() -> None:
    """A row of buttons is a line, and its menu a sign; the words around it stay."""
    menu = {"type": "overflow", "options": [{"text": {"text": "Edit…"}}, {"text": {"text": "Archive…"}}]}
    blocks: list[dict[str, object]] = [
        {"type": "section", "text": {"type": "mrkdwn", "text": "Hold"}},
        {"type": "actions", "elements": [_button("Hold"), _button("Why"), menu]},
    ]
    words = "Hold or not\nHold\nWhy\nEdit…\nArchive…\nUpdated"
    assert buttons_in_a_row(words, blocks) == "Hold or not\n[ Hold ]  [ Why ]  [ … ]\nUpdated"


def test_a_message_without_buttons_stays() -> None:
    """There is nothing to put beside anything."""
    assert buttons_in_a_row("Hold", [{"type": "section"}]) == "Hold"
