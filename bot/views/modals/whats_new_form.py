"""The form of what is new in the stores: a field for each store and language, and one to add a language."""

from collections.abc import Mapping, Sequence

from bot.views.blocks import Json, context, modal
from bot.views.inputs import input_block, plain_text_input
from bot.views.modals.filled import State, element
from bot.views.modals.filled import text as text_of
from bot.views.values import WHATS_NEW
from bot.views.words import one_line
from orchestration.domain.errors import Problem
from orchestration.domain.pairs import TARGET_TITLES, Pair
from orchestration.domain.whats_new import FIRST_LANGUAGE, LIMITS, WhatsNew

LANGUAGE = "language"
FIELD = 3_000
"""Characters that Slack's field takes; the App Store takes more."""
MOST = 30
"""Fields that the form has at most: a store has more languages than people write here."""
_ERROR = 300

Texts = Mapping[tuple[Pair, str], str]


def first_texts(pairs: Sequence[Pair], known: Sequence[WhatsNew], proposals: Mapping[Pair, str]) -> Texts:
    """What the form opens with: what is kept, and where there is nothing yet the proposal in the first language."""
    texts = {(each.pair, each.language): each.text for each in known if each.pair in pairs}
    written = {pair for pair, _language in texts}
    texts |= {(pair, FIRST_LANGUAGE): proposals.get(pair, "") for pair in pairs if pair not in written}
    order = {pair: n for n, pair in enumerate(pairs)}
    return dict(sorted(texts.items(), key=lambda item: order[item[0][0]]))


def whats_new_form(title: str, texts: Texts, *, metadata: str) -> Json:
    """A field a text. An empty one takes the language away."""
    fields = [_field(pair, language, text) for (pair, language), text in list(texts.items())[:MOST]]
    heads = [context(one_line(title, 200))]
    if len(texts) > MOST:
        heads.append(context(f"The first {MOST} of {len(texts)} texts"))
    add = input_block(
        "Another language",
        plain_text_input(LANGUAGE, placeholder="de-DE", most=20),
        block_id=LANGUAGE,
        hint="Adds a field for each store; nothing is saved by that",
        optional=True,
    )
    return modal(
        "What's new",
        [*heads, *fields, *([add] if len(texts) < MOST else [])],
        callback_id=WHATS_NEW,
        submit="Save",
        private_metadata=metadata,
    )


def _field(pair: Pair, language: str, text: str) -> Json:
    limit = LIMITS[pair.target]
    hint = f"At most {limit:,} characters, by the store's rule"
    if limit > FIELD:
        hint += f"; Slack's field takes {FIELD:,}"
    return input_block(
        f"{TARGET_TITLES[pair.target]} · {language}",
        plain_text_input("text", initial=text, multiline=True, most=FIELD),
        block_id=f"{pair.key}:{language}",
        hint=hint,
        optional=True,
    )


def read_texts(values: State) -> Texts:
    """The texts as they were left."""
    found = {}
    for block in values:
        key, _, language = block.partition(":")
        if language:
            found[Pair.parse(key), language] = str(element(values, block).get("value") or "").strip()
    return found


def read_language(values: State) -> str | None:
    """The language to add, None where none is."""
    return text_of(values, LANGUAGE)


def with_language(texts: Texts, language: str) -> Texts:
    """The texts with an empty one of a language for each pair, beside the pair's others."""
    wanted = {**dict.fromkeys(((pair, language) for pair, _language in texts), ""), **texts}
    order = {pair: n for n, pair in enumerate(dict.fromkeys(pair for pair, _language in texts))}
    return dict(sorted(wanted.items(), key=lambda item: (order[item[0][0]], item[0] not in texts)))


def whats_new_errors(problems: Sequence[Problem]) -> dict[str, str]:
    """Every fault at its field."""
    return {problem.field: problem.message[:_ERROR] for problem in problems}
