"""Block Kit's composition objects: texts, options, confirm dialogs, files, and rich text.

Source: docs.slack.dev/reference/block-kit/composition-objects; limits as measured in `reference/slack.md`.
"""

from sandbox.slack.block_rules import ByType, Flag, Many, Num, Rule, Str, Thing, Typed, table_of

ID = Str(most=255, least=1)
URL = Str(most=3000, least=1, pattern=r"https?://\S+")
STYLE = Str(among=frozenset({"primary", "danger"}))


def plain(most: int) -> Rule:
    """Return the rule for a `plain_text` object of at most `most` characters."""
    return ByType(table=_texts(most), only=frozenset({"plain_text"}))


def mrkdwn(most: int) -> Rule:
    """Return the rule for a `mrkdwn` object of at most `most` characters."""
    return ByType(table=_texts(most), only=frozenset({"mrkdwn"}))


def text(most: int) -> Rule:
    """Return the rule for a text object of either kind of at most `most` characters."""
    return ByType(table=_texts(most))


def _texts(most: int) -> dict[str, Rule]:
    words = Str(most=most, least=1)
    return table_of(
        Typed(kind="plain_text", fields={"text": words, "emoji": Flag()}, required=("text",)),
        Typed(kind="mrkdwn", fields={"text": words, "verbatim": Flag()}, required=("text",)),
    )


def option(*, rich: bool, url: bool = False) -> Rule:
    """Return the rule for an option; `rich` options (checkboxes, radio) may be mrkdwn, `url` is overflow's."""
    fields: dict[str, Rule] = {
        "text": text(75) if rich else plain(75),
        "value": Str(most=150, least=1),
        "description": text(75) if rich else plain(75),
    }
    if url:
        fields["url"] = URL
    return Thing(fields=fields, required=("text", "value"))


OPTION = option(rich=False)
OPTION_GROUP = Thing(
    fields={"label": plain(75), "options": Many(of=OPTION, least=1, most=100)}, required=("label", "options")
)
CONFIRM = Thing(
    fields={
        "title": plain(100),
        "text": text(300),
        "confirm": plain(30),
        "deny": plain(30),
        "style": STYLE,
    },
    required=("title", "text", "confirm", "deny"),
)
DISPATCH = Thing(
    fields={
        "trigger_actions_on": Many(
            of=Str(among=frozenset({"on_enter_pressed", "on_character_entered"})), least=1, most=2
        )
    }
)
SLACK_FILE = Thing(fields={"id": Str(least=1), "url": Str(least=1)}, exactly_one=(("id", "url"),))
CONVERSATION_FILTER = Thing(
    fields={
        "include": Many(of=Str(among=frozenset({"im", "mpim", "private", "public"})), least=1),
        "exclude_bot_users": Flag(),
        "exclude_external_shared_channels": Flag(),
    }
)
IMAGE_ELEMENT = Typed(
    kind="image",
    fields={"image_url": URL, "slack_file": SLACK_FILE, "alt_text": Str(most=2000, least=1)},
    required=("alt_text",),
    exactly_one=(("image_url", "slack_file"),),
)
IMAGE_ONLY = ByType(table=table_of(IMAGE_ELEMENT))

_TEXT_STYLE = Thing(fields=dict.fromkeys(("bold", "italic", "strike", "code", "underline"), Flag()))


def _leaf(kind: str, required: dict[str, Rule], **optional: Rule) -> Typed:
    return Typed(kind=kind, fields={**required, **optional, "style": _TEXT_STYLE}, required=tuple(required))


_LEAVES = table_of(
    _leaf("text", {"text": Str(least=1)}),
    _leaf("link", {"url": Str(least=1)}, text=Str(), unsafe=Flag()),
    _leaf("emoji", {"name": Str(least=1)}, unicode=Str(), url=Str(), skin_tone=Num(least=1, most=6)),
    _leaf("user", {"user_id": Str(least=1)}),
    _leaf("usergroup", {"usergroup_id": Str(least=1)}),
    _leaf("channel", {"channel_id": Str(least=1)}),
    _leaf("team", {"team_id": Str(least=1)}),
    _leaf("broadcast", {"range": Str(among=frozenset({"here", "channel", "everyone"}))}),
    _leaf("color", {"value": Str(least=1)}),
    _leaf("date", {"timestamp": Num(), "format": Str(least=1)}, url=Str(), fallback=Str()),
)
_LEAF = ByType(table=_LEAVES)
_PLAIN_LEAF = ByType(table=_LEAVES, only=frozenset({"text", "link"}))
_BORDER = Num(least=0, most=1)
_SECTION = Typed(kind="rich_text_section", fields={"elements": Many(of=_LEAF)}, required=("elements",))
_RICH = table_of(
    _SECTION,
    Typed(
        kind="rich_text_list",
        fields={
            "style": Str(among=frozenset({"bullet", "ordered"})),
            "elements": Many(of=ByType(table=table_of(_SECTION))),
            "indent": Num(least=0, most=8),
            "offset": Num(least=0),
            "border": _BORDER,
        },
        required=("style", "elements"),
    ),
    Typed(
        kind="rich_text_quote",
        fields={"elements": Many(of=_LEAF), "border": _BORDER},
        required=("elements",),
    ),
    Typed(
        kind="rich_text_preformatted",
        fields={"elements": Many(of=_PLAIN_LEAF), "border": _BORDER, "language": Str()},
        required=("elements",),
    ),
)
RICH_TEXT = Typed(
    kind="rich_text",
    fields={"block_id": ID, "elements": Many(of=ByType(table=_RICH), least=1)},
    required=("elements",),
)
RICH_TEXT_ONLY = ByType(table=table_of(RICH_TEXT))
