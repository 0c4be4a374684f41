"""A step of a release configuration as a form, and what people filled into it.

Its blocks are named `f:<path>@<what it depends on>`: a list that is read within something else is another block when
that changes, because Slack keeps what was chosen in a block that stays.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.views.blocks import Json, actions, button, modal, section
from bot.views.configurations import LIVE, SEVERAL, Ask, Field, Form, Heading, digest
from bot.views.inputs import (
    OPTIONS,
    checkboxes,
    conversations_select,
    external_select,
    input_block,
    multi_conversations_select,
    multi_external_select,
    multi_users_select,
    number_input,
    option,
    plain_text_input,
    static_select,
)
from bot.views.offers import is_hint
from bot.views.text import bold, joined
from bot.views.values import CONFIG_CHOICE, CONFIG_FORM, CONFIG_ROW, CONFIG_TYPED
from bot.views.words import one_line

INPUT = "value"
NONE = "!none"
"""The value of the line that takes a choice back: Slack has no way to clear a list of one."""
_FIELD = "f:"
_TEXT, _VALUE, _DETAIL, _HINT, _ERROR = 3_000, 150, 75, 2_000, 300
_CHANNEL, _USER = re.compile(r"[CDG][A-Z0-9]{2,30}"), re.compile(r"[UW][A-Z0-9]{2,30}")
_WRITTEN = frozenset({Ask.TEXT, Ask.PROSE, Ask.LINES, Ask.INPUTS, Ask.SPAN, Ask.NUMBER, Ask.SHARE})
_TOO_LONG = "This is too long to be changed here: use the file or the REST interface"

State = Mapping[str, Mapping[str, Mapping[str, Any]]]
Held = str | tuple[str, ...]
"""What an element holds: a text or one value, or several."""


def config_form(form: Form) -> Json:
    """The form. What is missing may be left: it is asked for again before anything is saved."""
    return modal(
        form.title,
        [*_head(form), *(block for part in form.parts for block in _blocks(part)), *_foot(form)],
        callback_id=CONFIG_FORM,
        submit="Done",
        close="Back",
        private_metadata=form.carried.packed(),
    )


def _head(form: Form) -> Iterator[Json]:
    if form.typable:
        label = "Choose Them" if form.carried.typed else "Or Type Them"
        says = "Type what you would choose" if not form.carried.typed else "Choose from what is there"
        yield section(says, accessory=button(label, action_id=CONFIG_TYPED))


def _foot(form: Form) -> Iterator[Json]:
    if form.extensible:
        yield actions(button(f"Add {form.extensible}", action_id=CONFIG_ROW))


def _blocks(part: Field | Heading) -> Iterator[Json]:
    if isinstance(part, Heading):
        yield section(bold(part.text))
    elif part.ask in {Ask.CHOICE, Ask.MANY} and not part.options:
        yield section(joined((bold(part.title), part.hint)))
    else:
        hint = _TOO_LONG if cut(part) else part.hint
        yield input_block(
            part.title,
            _element(part),
            block_id=block_of(part),
            hint=one_line(hint, _HINT) if hint else None,
            optional=not part.needed,
            dispatch=part.parent and not _is_text(part),
        )


def block_of(field: Field) -> str:
    """The block of a field."""
    if field.ask in LIVE:
        depends = (
            "typed"
            if field.typed
            else digest([field.live.connection, field.live.within] if field.live else "")
        )
        return f"{_FIELD}{field.key}@{depends}"
    return f"{_FIELD}{field.key}"


def key_of(block_id: str) -> str:
    """The field's key of a block; empty where the block is of none."""
    return block_id.removeprefix(_FIELD).partition("@")[0] if block_id.startswith(_FIELD) else ""


def _is_text(field: Field) -> bool:
    return field.typed or field.ask in _WRITTEN


def _element(field: Field) -> Json:
    if field.typed or field.ask not in _MAKERS:
        return _text_element(field)
    return _MAKERS[field.ask](field)


def _text_element(field: Field) -> Json:
    lines = field.ask in {Ask.LINES, Ask.INPUTS, Ask.LIVE_MANY}
    return plain_text_input(
        INPUT,
        initial=str(shown(field)),
        multiline=lines or field.ask is Ask.PROSE,
        placeholder="One a line" if lines else None,
        most=_TEXT,
    )


def _one_live(field: Field) -> Json:
    chosen = shown(field)
    initial = _named(field, str(chosen)) if chosen else None
    return external_select(CONFIG_CHOICE, initial=initial, placeholder="Type to search")


def _many_live(field: Field) -> Json:
    initial = [_named(field, value) for value in _several(field)]
    return multi_external_select(CONFIG_CHOICE, initial=initial, placeholder="Type to search")


def _choice(field: Field) -> Json:
    options = _options(field)
    name = CONFIG_CHOICE if field.parent else INPUT
    return static_select(name, list(options.values())[:OPTIONS], initial=options.get(str(shown(field))))


def _boxes(field: Field) -> Json:
    options = _options(field)
    return checkboxes(INPUT, list(options.values()), initial=[options[value] for value in _several(field)])


def _options(field: Field) -> dict[str, Json]:
    return {
        each.value: option(
            each.label, each.value, description=one_line(each.detail, _DETAIL) if each.detail else None
        )
        for each in field.options
    }


_MAKERS: Mapping[Ask, Callable[[Field], Json]] = {
    Ask.NUMBER: lambda field: number_input(
        INPUT, initial=field.value if isinstance(field.value, int) else None
    ),
    Ask.CHANNEL: lambda field: conversations_select(
        INPUT, initial=str(shown(field)) or None, placeholder="Choose a channel"
    ),
    Ask.CHANNELS: lambda field: multi_conversations_select(
        INPUT, initial=_several(field), placeholder="Choose channels"
    ),
    Ask.PEOPLE: lambda field: multi_users_select(INPUT, initial=_several(field), placeholder="Choose people"),
    Ask.LIVE: _one_live,
    Ask.LIVE_MANY: _many_live,
    Ask.CHOICE: _choice,
    Ask.MANY: _boxes,
    Ask.FLAG: _boxes,
}


def _named(field: Field, value: str) -> Json:
    return option(field.names.get(value) or value, value)


# --- what a field shows, and whether it still does ---


def shown(field: Field) -> Held:
    """What its element holds when the form opens."""
    if field.ask in SEVERAL and not field.typed:
        return _several(field)
    if field.ask is Ask.INPUTS:
        return "\n".join(_lines(field))
    if isinstance(field.value, tuple):
        return "\n".join(str(each) for each in field.value)
    text = "" if field.value is None else str(field.value)
    if field.ask is Ask.CHANNEL:
        return text if _CHANNEL.fullmatch(text) else ""
    if field.ask is Ask.CHOICE:
        return text or (NONE if NONE in {each.value for each in field.options} else "")
    return text


def _several(field: Field) -> tuple[str, ...]:
    if field.ask is Ask.FLAG:
        return tuple(each.value for each in field.options) if field.value else ()
    values = tuple(dict.fromkeys(str(v) for v in field.value)) if isinstance(field.value, tuple) else ()
    if field.ask is Ask.MANY:
        return tuple(v for v in values if v in {each.value for each in field.options})
    fits = {Ask.CHANNELS: _CHANNEL, Ask.PEOPLE: _USER}.get(field.ask)
    return tuple(v for v in values if fits is None or fits.fullmatch(v))


def lines_of(field: Field) -> Mapping[str, tuple[str, str]]:
    """Each line of inputs as it is shown, with the name and the value that it stands for."""
    values = field.value if isinstance(field.value, Mapping) else {}
    return {f"{name}={value}".replace("\n", "⏎"): (str(name), str(value)) for name, value in values.items()}


def _lines(field: Field) -> tuple[str, ...]:
    return tuple(lines_of(field))


def must_type(field: Field) -> bool:
    """Whether what stands in a live field can't be shown as chosen, so that it is typed."""
    values = field.value if isinstance(field.value, tuple) else (str(field.value or ""),)
    return (
        field.live is None
        or len(values) > OPTIONS
        or len(set(values)) < len(values)
        or any(len(v) > _VALUE or is_hint(v) or v == NONE for v in values)
        or (isinstance(field.value, tuple) and "" in values)
    )


def cut(field: Field) -> bool:
    """Whether only a part of it is shown."""
    return _is_text(field) and len(str(shown(field))) > _TEXT


def unchanged(field: Field, held: Held) -> bool:
    """Whether a field was left as it was shown."""
    was = shown(field)
    if isinstance(held, tuple) or isinstance(was, tuple):
        return set(held) == set(was)
    return held.strip() == (was[:_TEXT] if _is_text(field) else was).strip()


# --- back from Slack ---


def read_state(values: State) -> dict[str, Held]:
    """What was filled in, by the fields' keys. Nothing is checked here."""
    return {key: _held(values[block]) for block in values if (key := key_of(block))}


def _held(block: Mapping[str, Mapping[str, Any]]) -> Held:
    element = next(iter(block.values()), {})
    for many in ("selected_conversations", "selected_users"):
        if many in element:
            return tuple(str(each) for each in element[many] or ())
    if "selected_options" in element:
        return tuple(str(each.get("value", "")) for each in element["selected_options"] or ())
    if "selected_option" in element:
        chosen = element["selected_option"]
        return str(chosen.get("value", "")) if isinstance(chosen, Mapping) else ""
    return str(element.get("selected_conversation") or element.get("value") or "")


def config_errors(problems: Mapping[str, str], values: State) -> dict[str, str]:
    """block_id → what is wrong there; what belongs to no block of the form stands at the first one."""
    found: dict[str, list[str]] = {}
    first = next(iter(values), INPUT)
    for key, message in problems.items():
        block = next((b for b in values if key_of(b) == key), first)
        found.setdefault(block, []).append(message)
    return {block: ". ".join(messages)[:_ERROR] for block, messages in found.items()}
