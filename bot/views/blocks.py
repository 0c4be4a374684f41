"""Small constructors of Block Kit's blocks and composition objects. Pure; inputs stand in `bot.views.inputs`.

Texts that people or providers made may be of any length: they are cut to Slack's limit here, and an empty one
becomes a dash, because Slack refuses a whole message for one such text. Ids and values are ours: one that is
too long, missing or doubled raises ValueError. Where a docstring doesn't say plain a text may be `Mrkdwn`, which
is sent as it is; any other string is taken for text from outside and escaped. Blocks of a message that is edited
should get a new `block_id` per revision, so that a click on an old one can be told apart.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from bot.views.text import NOTHING, Mrkdwn, and_more, escape, straight, truncate

Json = Mapping[str, object]
Style = Literal["primary", "danger"]

SECTION, FIELD, HEADER, BUTTON = 3_000, 2_000, 150, 75
_TOO_WIDE = frozenset({"datetimepicker", "plain_text_input", "number_input"})
FIELDS, CONTEXT, ELEMENTS, VIEW_BLOCKS = 10, 10, 25, 100
TITLE = 24
"""Of a modal."""


def plain(text: str, most: int = SECTION) -> Json:
    """A plain_text object, cut to `most` characters. Nothing in it is markup, so nothing is escaped."""
    return {
        "type": "plain_text",
        "text": truncate(straight(str(text)).strip(), chars=most) or NOTHING,
        "emoji": True,
    }


def mrkdwn(text: str, most: int = SECTION) -> Json:
    """A mrkdwn object, cut to `most` characters between pieces of markup."""
    return {"type": "mrkdwn", "text": str(truncate(Mrkdwn(escape(text).strip()), chars=most)) or NOTHING}


def identifier(value: str, what: str, most: int = 255) -> str:
    """An id or value of ours. Raises ValueError when it is empty or longer than Slack takes."""
    if not 0 < len(value) <= most:
        raise ValueError(f"{what} must have 1 to {most} characters, not {len(value)}")
    return value


def block(kind: str, block_id: str | None, **keys: object) -> Json:
    """A block; keys that are None are left out."""
    given = {key: value for key, value in keys.items() if value is not None}
    if block_id is not None:
        given["block_id"] = identifier(block_id, "block_id")
    return {"type": kind, **given}


def header(text: str, *, block_id: str | None = None) -> Json:
    """A large plain title."""
    return block("header", block_id, text=plain(text, HEADER))


def section(
    text: str | None = None,
    *,
    fields: Sequence[str] = (),
    accessory: Json | None = None,
    block_id: str | None = None,
) -> Json:
    """A paragraph, up to ten short texts in two columns, or both; with one element at its side.

    Raises ValueError for an element that needs more room, such as a text field or a datetimepicker.
    """
    if accessory is not None and accessory.get("type") in _TOO_WIDE:
        raise ValueError(f"{accessory.get('type')} can't stand beside a text: ask for it in an input")
    shown = list(fields)
    if len(shown) > FIELDS:
        shown = [*shown[: FIELDS - 1], and_more(len(shown) - FIELDS + 1)]
    return block(
        "section",
        block_id,
        text=mrkdwn(text or "") if text or not shown else None,
        fields=[mrkdwn(field, FIELD) for field in shown] or None,
        accessory=accessory,
    )


def context(*texts: str, block_id: str | None = None) -> Json:
    """Small grey remarks, at most ten."""
    shown = list(texts) or [NOTHING]
    if len(shown) > CONTEXT:
        shown = [*shown[: CONTEXT - 1], and_more(len(shown) - CONTEXT + 1)]
    return block("context", block_id, elements=[mrkdwn(text) for text in shown])


def divider(*, block_id: str | None = None) -> Json:
    """A line."""
    return block("divider", block_id)


def actions(*elements: Json, block_id: str | None = None) -> Json:
    """A row of 1 to 25 elements. Raises ValueError for another count, or when an action_id repeats."""
    if not 0 < len(elements) <= ELEMENTS:
        raise ValueError(f"a row of actions holds 1 to {ELEMENTS} elements, not {len(elements)}")
    ids = [element.get("action_id") for element in elements]
    if len(set(ids)) != len(ids):
        raise ValueError(f"an action_id repeats in one row of actions: {ids}")
    return block("actions", block_id, elements=list(elements))


def button(
    label: str,
    *,
    action_id: str,
    value: str | None = None,
    style: Style | None = None,
    confirm: Json | None = None,
    url: str | None = None,
    accessibility_label: str | None = None,
) -> Json:
    """A button with a plain label: a verb in Title Case. At most one `primary` per message.

    `confirm` asks before it counts; `url` opens a page and still sends us the click, which must be acked;
    `accessibility_label` is read aloud where the label alone is not enough. Raises ValueError for a `url` or
    `value` that is too long.
    """
    return block(
        "button",
        None,
        text=plain(label, BUTTON),
        action_id=identifier(action_id, "action_id"),
        value=None if value is None else identifier(value, "value", 2_000),
        style=style,
        confirm=confirm,
        url=None if url is None else identifier(url, "url", SECTION),
        accessibility_label=spoken(accessibility_label),
    )


def spoken(text: str | None) -> str | None:
    """What a screen reader says: at most 75 plain characters."""
    return truncate(straight(str(text)).strip(), chars=BUTTON) or None if text else None


def confirm(title: str, text: str, *, yes: str, no: str = "Cancel", style: Style | None = None) -> Json:
    """The question before an act that can't be undone: what will happen, and the verb on the button."""
    asked: dict[str, object] = {
        "title": plain(title, 100),
        "text": mrkdwn(text, 300),
        "confirm": plain(yes, 30),
        "deny": plain(no, 30),
    }
    return asked if style is None else {**asked, "style": style}


def modal(
    title: str,
    blocks: Sequence[Json],
    *,
    callback_id: str | None = None,
    submit: str | None = None,
    close: str | None = "Cancel",
    private_metadata: str | None = None,
    notify_on_close: bool = False,
) -> Json:
    """A modal. `title`, `submit` and `close` are plain and at most 24 characters; `submit` is the verb.

    Raises ValueError for no or more than 100 blocks, and for `private_metadata` over 3,000 characters.
    """
    view: dict[str, object] = {"type": "modal", "title": plain(title, TITLE), "blocks": _held(blocks)}
    if callback_id is not None:
        view["callback_id"] = identifier(callback_id, "callback_id")
    if submit is not None:
        view["submit"] = plain(submit, 24)
    if close is not None:
        view["close"] = plain(close, 24)
    if notify_on_close:
        view["notify_on_close"] = True
    return view | _kept(private_metadata)


def home(blocks: Sequence[Json], *, private_metadata: str | None = None) -> Json:
    """A person's App Home. Raises ValueError as `modal` does."""
    return {"type": "home", "blocks": _held(blocks), **_kept(private_metadata)}


def _held(blocks: Sequence[Json]) -> list[Json]:
    if not 0 < len(blocks) <= VIEW_BLOCKS:
        raise ValueError(f"a view holds 1 to {VIEW_BLOCKS} blocks, not {len(blocks)}")
    return list(blocks)


def _kept(private_metadata: str | None) -> dict[str, object]:
    if private_metadata is None:
        return {}
    return {"private_metadata": identifier(private_metadata, "private_metadata", 3_000)}
