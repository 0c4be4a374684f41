"""The rules of rich text. See `block_elements` for the sources."""

from collections.abc import Mapping

from bot.slack.block_elements import FLAG, ID, NAME, TYPED_IN, URL
from bot.slack.block_rules import Many, Number, Rule, Rules, Shape, Typed, words

_STYLES = ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
_STYLE = Shape(required={}, optional=dict.fromkeys(_STYLES, FLAG))


def _rich(**required: Rule) -> Shape:
    return Shape(required=required, optional={"style": _STYLE})


def _rich_with(optional: Rules, **required: Rule) -> Shape:
    return Shape(required=required, optional={"style": _STYLE, **optional})


_RICH_TEXT_OR_LINK: Mapping[str, Shape] = {
    "text": _rich(text=NAME),
    "link": _rich_with({"text": NAME, "unsafe": FLAG}, url=URL),
}
RICH: Mapping[str, Shape] = {
    **_RICH_TEXT_OR_LINK,
    "emoji": _rich_with(
        {"unicode": NAME, "url": URL, "skin_tone": Number(least=1, most=6)},
        name=NAME,
    ),
    "user": _rich(user_id=NAME),
    "usergroup": _rich(usergroup_id=NAME),
    "channel": _rich(channel_id=NAME),
    "team": _rich(team_id=NAME),
    "broadcast": _rich(range=words("here", "channel", "everyone")),
    "color": _rich(value=NAME),
    "date": _rich_with({"fallback": NAME, "url": URL}, timestamp=Number(least=0), format=NAME),
}
_BORDER: Rules = {"border": Number(least=0, most=1)}
_RICH_SECTION = Shape(required={"elements": Many(of=Typed(shapes=RICH), least=0)}, optional={})
_RICH_PARTS: Mapping[str, Shape] = {
    "rich_text_section": _RICH_SECTION,
    "rich_text_list": Shape(
        required={
            "style": words("bullet", "ordered"),
            "elements": Many(of=Typed(shapes={"rich_text_section": _RICH_SECTION})),
        },
        optional={"indent": Number(least=0, most=8), "offset": Number(least=0), **_BORDER},
    ),
    "rich_text_quote": Shape(required={"elements": Many(of=Typed(shapes=RICH))}, optional=_BORDER),
    "rich_text_preformatted": Shape(
        required={"elements": Many(of=Typed(shapes=_RICH_TEXT_OR_LINK))},
        optional={**_BORDER, "language": NAME},
    ),
}


RICH_TEXT = Shape(required={"elements": Many(of=Typed(shapes=_RICH_PARTS))}, optional={"block_id": ID})
RICH_TEXT_RULE: Rule = Typed(shapes={"rich_text": RICH_TEXT})
RICH_INPUT = Shape(
    required={"action_id": ID},
    optional={
        **TYPED_IN["email_text_input"].optional,
        "initial_value": RICH_TEXT_RULE,
        "min_lines": Number(least=1, most=100),
        "max_lines": Number(least=1, most=100),
    },
)
