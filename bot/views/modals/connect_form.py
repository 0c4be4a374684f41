"""The form of a connection, made from the provider's settings, and what comes out of it.

Its blocks are named `field:<name>@<parent>`: a field that is chosen within another one is another block when the
parent changes, because Slack keeps what was chosen in a block that stays.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from bot.views.accounts import LIVE, Carried, Field, Filled, Form, Kind
from bot.views.blocks import Json, actions, button, context, modal, section
from bot.views.inputs import (
    checkboxes,
    external_select,
    input_block,
    multi_external_select,
    number_input,
    option,
    plain_text_input,
    static_select,
)
from bot.views.modals.connect_lines import check_lines
from bot.views.offers import is_hint
from bot.views.text import bullets
from bot.views.values import CONNECT_CHOICE, CONNECT_FORM, CONNECT_SECRETS, carried
from bot.views.words import one_line

INPUT = "value"
ID, NAME, LENDER, NEW_SECRETS = "id", "name", "lender", "new_secrets"
ON, NO_LENDER = "on", "!enter"
_FIELD = "field:"
_TEXT, _LABEL, _HINT, _VALUE = 3_000, 75, 2_000, 150
_ERROR = 300

State = Mapping[str, Mapping[str, Mapping[str, Any]]]


def connect_form(form: Form) -> Json:
    """The form. Its first step asks for no secret, and for nothing that only an account can show."""
    parents = {field.within for field in form.fields if field.kind in LIVE}
    chosen = {f.name: str(f.value) for f in form.fields if f.name in parents and f.value}
    kept = {key: value for key, value in asdict(form.carried).items() if value and key != "parents"}
    if chosen:
        kept["parents"] = json.dumps(chosen, separators=(",", ":"))
    return modal(
        form.title,
        [*_head(form), *_naming(form), *(_input(form, field) for field in form.fields), *_foot(form)],
        callback_id=CONNECT_FORM,
        submit="Next" if form.new else "Try and Save",
        private_metadata=carried(**kept),
    )


def _head(form: Form) -> Iterator[Json]:
    if form.trouble:
        yield section(bullets(form.trouble))
    if form.checks:
        yield from check_lines(form.checks)
        yield context("Nothing was saved. Change what is wrong and try again.")


def _naming(form: Form) -> Iterator[Json]:
    if form.carried.draft:
        return
    if form.new:
        yield input_block(
            "Id",
            plain_text_input(INPUT, initial=form.id, most=40),
            block_id=ID,
            hint="By it configurations call this connection. It stays: a-z, 0-9 and -",
        )
    yield input_block(
        "Name",
        plain_text_input(INPUT, initial=form.name, most=60),
        block_id=NAME,
        hint="What people read",
    )


def _foot(form: Form) -> Iterator[Json]:
    if form.new and form.lenders:
        enter = option("Enter them on a page of ours", NO_LENDER)
        lent = [option(f"Use those of {name}", id_) for id_, name in form.lenders[:99]]
        yield input_block(
            "Secrets",
            static_select(INPUT, [enter, *lent], initial=enter),
            block_id=LENDER,
            hint="Copied now; afterwards the two are separate",
        )
    if form.carried.draft:
        # A button, because what must be chosen first can't be while the secrets are wrong.
        yield actions(button("Enter Other Secrets", action_id=CONNECT_SECRETS))
    elif not form.new:
        yield input_block(
            "Secrets",
            checkboxes(INPUT, [option("Enter new ones", ON)]),
            block_id=NEW_SECRETS,
            hint="Without it those that are known are used",
            optional=True,
        )


def block_of(field: Field, values: Mapping[str, object]) -> str:
    """The block of a field."""
    if field.kind not in LIVE or field.within is None:
        return f"{_FIELD}{field.name}"
    parent = str(values.get(field.within) or "")
    return f"{_FIELD}{field.name}@{hashlib.sha256(parent.encode()).hexdigest()[:12]}"


def field_of(block_id: str) -> str:
    """The field of a block; empty where the block is of none."""
    return block_id.removeprefix(_FIELD).partition("@")[0] if block_id.startswith(_FIELD) else ""


def _input(form: Form, field: Field) -> Json:
    values = {f.name: f.value for f in form.fields}
    parents = {f.within for f in form.fields if f.kind in LIVE}
    return input_block(
        field.title,
        _element(field),
        block_id=block_of(field, values),
        hint=one_line(field.hint, _HINT) if field.hint else None,
        optional=not field.needed,
        dispatch=field.name in parents and field.kind is Kind.LIVE,
    )


def _element(field: Field) -> Json:
    if field.kind in LIVE:
        return _live(field)
    if field.kind in {Kind.NUMBER, Kind.DECIMAL}:
        return number_input(
            INPUT,
            initial=field.value if isinstance(field.value, int | float) else None,
            least=field.least,
            most=field.most,
            decimal=field.kind is Kind.DECIMAL,
        )
    if field.kind is Kind.CHOICE:
        options = {value: option(value, value) for value in field.options}
        return static_select(INPUT, list(options.values()), initial=options.get(str(field.value)))
    if field.kind is Kind.FLAG:
        on = option("Yes", ON)
        return checkboxes(INPUT, [on], initial=[on] if field.value else [])
    lines = field.kind is Kind.LINES
    return plain_text_input(
        INPUT,
        initial="\n".join(_many(field)) if lines else str(field.value or ""),
        multiline=lines,
        placeholder="One a line" if lines else None,
        most=min(field.longest or _TEXT, _TEXT),
    )


def _live(field: Field) -> Json:
    if field.kind is Kind.LIVE and len(str(field.value or "")) > _VALUE:
        return plain_text_input(INPUT, initial=str(field.value))  # no option can hold it
    if field.kind is Kind.LIVE:
        chosen = _chosen(field, str(field.value)) if field.value else None
        return external_select(CONNECT_CHOICE, initial=chosen, placeholder="Type to search")
    many = [_chosen(field, value) for value in _many(field)]
    return multi_external_select(CONNECT_CHOICE, initial=many, placeholder="Type to search")


def _many(field: Field) -> Sequence[str]:
    return tuple(str(v) for v in field.value) if isinstance(field.value, list | tuple) else ()


def _chosen(field: Field, value: str) -> Json:
    return option(field.labels.get(value, value), value)


# --- back from Slack ---


def read_connect_form(values: State, metadata: str) -> Filled:
    """The form as it was filled in. Nothing is checked here."""
    return Filled(
        carried=read_carried(metadata),
        id=str(_read(values.get(ID, {})) or "").strip(),
        name=" ".join(str(_read(values.get(NAME, {})) or "").split()),
        lender=_lender(str(_read(values.get(LENDER, {})) or "")),
        new_secrets=bool(_read(values.get(NEW_SECRETS, {}))),
        values={name: _read(values[block]) for block in values if (name := field_of(block))},
        labels=dict(pair for block in values for pair in _labels(values[block])),
    )


def _labels(block: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """What people read for the values that were chosen."""
    element = next(iter(block.values()), {})
    chosen = element.get("selected_options") or [element.get("selected_option")]
    for one in chosen:
        if isinstance(one, Mapping):
            yield str(one.get("value", "")), str(one.get("text", {}).get("text", ""))


def _lender(value: str) -> str:
    return "" if value == NO_LENDER else value


def read_carried(metadata: str) -> Carried:
    """What the form carried; ValueError where it is none of ours."""
    try:
        kept = json.loads(metadata)
        return Carried(**{str(key): str(value) for key, value in kept.items()})
    except (AttributeError, TypeError) as error:
        raise ValueError("This is no form of ours") from error


def parents_of(filled: Filled) -> Mapping[str, str]:
    """What is chosen, by field: what the form was shown with, and what was chosen in it since."""
    try:
        before = json.loads(filled.carried.parents or "{}")
    except ValueError:
        before = {}
    since = {name: value for name, value in filled.values.items() if isinstance(value, str) and value}
    return {**(before if isinstance(before, dict) else {}), **since}


def _read(block: Mapping[str, Mapping[str, Any]]) -> object:
    """What an element holds: a text, a list of texts, or None for nothing."""
    element = next(iter(block.values()), {})
    if "selected_options" in element:
        return tuple(str(o.get("value", "")) for o in element.get("selected_options") or ())
    if "selected_option" in element:
        chosen = element.get("selected_option")
        return str(chosen.get("value", "")) if isinstance(chosen, Mapping) else None
    return element.get("value")


def hints_in(filled: Filled) -> tuple[str, ...]:
    """The fields in which a line was chosen that only says something."""
    return tuple(
        name
        for name, value in filled.values.items()
        if any(is_hint(str(v)) for v in (value if isinstance(value, tuple) else (value,)))
    )


def form_errors(problems: Mapping[str, str], values: State) -> dict[str, str]:
    """block_id → what is wrong there; what belongs to no block of the form stands at the first one."""
    found: dict[str, list[str]] = {}
    first = next(iter(values), ID)
    for name, message in problems.items():
        block = next((b for b in values if b == name or field_of(b) == name), first)
        found.setdefault(block, []).append(message)
    return {block: ". ".join(messages)[:_ERROR] for block, messages in found.items()}
