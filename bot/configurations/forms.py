"""The form of a step, or of an item of one, made of a document."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.configurations.document import Document, look, put, without_item
from bot.configurations.facts import Facts
from bot.configurations.reading import filled
from bot.configurations.steps import PARTS, SIGNED, build, signed_with
from bot.views.configurations import LIVE, STEP_TITLES, Carried, Field, Form, Heading, Step, digest
from bot.views.modals.config_form import Held, State, block_of, must_type, read_state
from bot.views.modals.config_overview import DUPLICATE, REMOVE
from orchestration.domain.errors import NotNow

WORKFLOWS = ("workflows",)
_OLD = "This is of an older version. Use `/release config`."
_MOVED = "This was changed in another window meanwhile. Go back and open it again."


def step_of(carried: Carried) -> Step:
    """NotNow where it is none of ours."""
    try:
        return Step(carried.step)
    except ValueError:
        raise NotNow(_OLD) from None


def place_of(document: Document, carried: Carried) -> int:
    """Which item of its list the form is about; NotNow where another one stands there now."""
    found = look(document, WORKFLOWS, [])
    if not carried.item:
        return len(found)
    number = int(carried.item) if carried.item.isdecimal() else -1
    if not 0 <= number < len(found) or digest(found[number]) != carried.seen:
        raise NotNow(_MOVED)
    return number


def form_of(document: Document, facts: Facts, carried: Carried, number: int) -> Form:
    """What is asked for; `number` is the item's place. NotNow."""
    step = step_of(carried)
    parts: Iterator[Field | Heading]
    if step is Step.BUILDS:
        parts = (_moving(part) for part in build(document, facts, number))
        title = "Edit a workflow" if carried.item else "Add a workflow"
    else:
        made = signed_with(step, _rows(carried)) if step in SIGNED else PARTS[step]
        parts, title = made(document, facts), STEP_TITLES[step]
    asked = tuple(_typed(part, carried) for part in parts)
    return Form(
        title=title,
        carried=carried,
        parts=asked,
        typable=any(
            isinstance(part, Field) and part.live is not None and not must_type(part) for part in asked
        ),
        extensible="a Sign-Off" if step in SIGNED else "",
    )


def _moving(part: Field | Heading) -> Field | Heading:
    """Other items may come and go while this one is filled in: its blocks must not be called by its place."""
    return part if isinstance(part, Heading) else replace(part, called=f"item/{part.path[-1]}")


def _rows(carried: Carried) -> int:
    return int(carried.rows) if carried.rows.isdecimal() else 1


def _typed(part: Field | Heading, carried: Carried) -> Field | Heading:
    if isinstance(part, Heading) or part.ask not in LIVE:
        return part
    return replace(part, typed=bool(carried.typed) or must_type(part))


def finished(
    document: Document, facts: Facts, carried: Carried, held: Mapping[str, Held]
) -> tuple[Document, Form, dict[str, str]]:
    """The document with what was filled in, the form that it was filled into, and what is wrong by field. NotNow."""
    number = place_of(document, carried)
    form = form_of(document, facts, carried, number)
    made, wrong = filled(document, form, held)
    if step_of(carried) is Step.BUILDS:
        made = _with_key(made, number)
    return made, form, wrong


def under_way(document: Document, facts: Facts, carried: Carried, held: Mapping[str, Held]) -> Form:
    """The form as it is while it is being filled in: with what was chosen so far. NotNow."""
    number = place_of(document, carried)
    made, _ = filled(document, form_of(document, facts, carried, number), held)
    return form_of(made, facts, carried, number)


def _with_key(document: Document, number: int) -> Document:
    """A workflow that was given no name is called by what it is for."""
    at = (*WORKFLOWS, number)
    workflow = look(document, at, {})
    if not workflow or workflow.get("key"):
        return document
    others = {each.get("key") for n, each in enumerate(look(document, WORKFLOWS, [])) if n != number}
    name = f"{workflow.get('kind', '')}-{workflow.get('platform', '')}".lower().replace("_", "-")
    key = next(k for k in (name, *(f"{name}-{n}" for n in range(2, len(others) + 3))) if k not in others)
    return put(document, (*at, "key"), key)


def refreshed(document: Document, facts: Facts, carried: Carried, state: State) -> Form:
    """The form after a choice in it: what was chosen within another choice is empty. NotNow."""
    form = under_way(document, facts, carried, read_state(state))
    return replace(form, parts=tuple(_kept(part, state) for part in form.parts))


def toggled(document: Document, facts: Facts, carried: Carried, state: State) -> Form:
    """The form with text fields in the place of lists, or the other way round. NotNow."""
    number = place_of(document, carried)
    made, _ = filled(document, form_of(document, facts, carried, number), read_state(state))
    return form_of(made, facts, replace(carried, typed="" if carried.typed else "yes"), number)


def extended(document: Document, facts: Facts, carried: Carried, state: State) -> Form:
    """The form with one more row. NotNow."""
    form = under_way(document, facts, carried, read_state(state))
    rows = sum(1 for field in form.fields if field.path[-1] == "area")
    place = SIGNED.get(step_of(carried), ())
    kept = len(look(document, place, [])) if place else 0
    more = replace(carried, rows=str(max(1, rows - kept + 1)))
    return replace(form_of(document, facts, more, 0), carried=more)


def _kept(part: Field | Heading, state: State) -> Field | Heading:
    if isinstance(part, Heading) or part.ask not in LIVE or part.typed or block_of(part) in state:
        return part
    empty: Any = () if isinstance(part.value, tuple) else ""
    return replace(part, value=empty)


def without(document: Document, carried: Carried, act: str) -> Document:
    """The list without an item, or with a copy of it. NotNow."""
    number = place_of(document, carried)
    if act == REMOVE:
        return without_item(document, WORKFLOWS, number)
    if act != DUPLICATE:
        raise NotNow(_OLD)
    found = look(document, WORKFLOWS, [])
    copied = {key: value for key, value in found[number].items() if key != "key"}
    return _with_key(put(document, WORKFLOWS, [*found, copied]), len(found))
