"""Constructors of what a form asks with: options, selects, pickers, text fields. Pure; see `bot.views.blocks`."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.views.blocks import Json, block, identifier, plain

OPTIONS, CHOICES = 100, 10
_PLACEHOLDER, _VALUE, _OPTION = 150, 150, 75


def option(label: str, value: str, *, description: str | None = None) -> Json:
    """A choice, with plain label and description. `value` is ours: 1 to 150 characters, else ValueError."""
    made: dict[str, object] = {
        "text": plain(label, _OPTION),
        "value": identifier(value, "value of an option", _VALUE),
    }
    return made if description is None else {**made, "description": plain(description, _OPTION)}


def input_block(
    label: str,
    element: Json,
    *,
    block_id: str | None = None,
    hint: str | None = None,
    optional: bool = False,
    dispatch: bool = False,
) -> Json:
    """A question of a form: a plain noun as its label, constraints in the hint.

    `dispatch` sends a click as soon as something is chosen, for fields that depend on it.
    """
    return block(
        "input",
        block_id,
        label=plain(label, 2_000),
        element=element,
        hint=None if hint is None else plain(hint, 2_000),
        optional=optional or None,
        dispatch_action=dispatch or None,
    )


def plain_text_input(
    action_id: str,
    *,
    initial: str | None = None,
    placeholder: str | None = None,
    multiline: bool = False,
    least: int | None = None,
    most: int | None = None,
    focus: bool = False,
) -> Json:
    """A text field for `least` to `most` characters (at most 3,000); `initial` is cut to fit."""
    limit = most or 3_000
    return _element(
        "plain_text_input",
        action_id,
        placeholder=placeholder,
        focus=focus,
        initial_value=initial[:limit] if initial else None,
        multiline=multiline or None,
        min_length=least,
        max_length=most,
    )


def number_input(
    action_id: str,
    *,
    initial: float | None = None,
    least: float | None = None,
    most: float | None = None,
    decimal: bool = False,
    placeholder: str | None = None,
    focus: bool = False,
) -> Json:
    """A field for a number between `least` and `most`."""
    return _element(
        "number_input",
        action_id,
        placeholder=placeholder,
        focus=focus,
        is_decimal_allowed=decimal,
        initial_value=_digits(initial),
        min_value=_digits(least),
        max_value=_digits(most),
    )


def _digits(value: float | None) -> str | None:
    return None if value is None else f"{value:f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))


def static_select(
    action_id: str,
    options: Sequence[Json],
    *,
    initial: Json | None = None,
    placeholder: str | None = None,
    focus: bool = False,
) -> Json:
    """One of 1 to 100 options with different values, else ValueError. `initial` must be one of them."""
    return _element(
        "static_select",
        action_id,
        placeholder=placeholder,
        focus=focus,
        options=_offered(options, OPTIONS),
        initial_option=_of(initial, options),
    )


def external_select(
    action_id: str,
    *,
    initial: Json | None = None,
    placeholder: str | None = None,
    focus: bool = False,
) -> Json:
    """One of what we are asked for while it is typed; also when nothing was typed yet."""
    return _element(
        "external_select",
        action_id,
        placeholder=placeholder,
        focus=focus,
        initial_option=initial,
        min_query_length=0,
    )


def multi_external_select(
    action_id: str,
    *,
    initial: Sequence[Json] = (),
    placeholder: str | None = None,
    focus: bool = False,
) -> Json:
    """Several of what we are asked for while it is typed."""
    return _element(
        "multi_external_select",
        action_id,
        placeholder=placeholder,
        focus=focus,
        initial_options=list(initial) or None,
        min_query_length=0,
    )


def overflow(action_id: str, options: Sequence[Json], *, confirm: Json | None = None) -> Json:
    """A menu of 1 to 5 acts behind three dots; with `confirm` each of them is asked for."""
    return block(
        "overflow",
        None,
        action_id=identifier(action_id, "action_id"),
        options=_offered(options, 5),
        confirm=confirm,
    )


def users_select(
    action_id: str, *, initial: str | None = None, placeholder: str | None = None, focus: bool = False
) -> Json:
    """A person; answers a user id."""
    return _element("users_select", action_id, placeholder=placeholder, focus=focus, initial_user=initial)


def conversations_select(
    action_id: str,
    *,
    initial: str | None = None,
    here: bool = False,
    kinds: Sequence[str] = ("public", "private"),
    placeholder: str | None = None,
    focus: bool = False,
) -> Json:
    """A channel; `here` proposes the one that the form was opened from."""
    return _element(
        "conversations_select",
        action_id,
        placeholder=placeholder,
        focus=focus,
        initial_conversation=initial,
        default_to_current_conversation=here or None,
        filter={"include": list(kinds), "exclude_bot_users": True} if kinds else None,
    )


def multi_conversations_select(
    action_id: str, *, initial: Sequence[str] = (), placeholder: str | None = None
) -> Json:
    """Several channels; answers their ids."""
    return _element(
        "multi_conversations_select",
        action_id,
        placeholder=placeholder,
        initial_conversations=list(initial) or None,
        filter={"include": ["public", "private"], "exclude_bot_users": True},
    )


def multi_users_select(
    action_id: str, *, initial: Sequence[str] = (), placeholder: str | None = None
) -> Json:
    """Several people; answers their user ids."""
    return _element(
        "multi_users_select", action_id, placeholder=placeholder, initial_users=list(initial) or None
    )


def datepicker(
    action_id: str, *, initial: date | None = None, placeholder: str | None = None, focus: bool = False
) -> Json:
    """A day; answers YYYY-MM-DD."""
    day = f"{initial:%Y-%m-%d}" if initial else None
    return _element("datepicker", action_id, placeholder=placeholder, focus=focus, initial_date=day)


def datetimepicker(action_id: str, *, initial: datetime | None = None, focus: bool = False) -> Json:
    """An instant in the reader's own time zone; answers unix seconds. `initial` needs a time zone."""
    if initial is not None and initial.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    at = None if initial is None else int(initial.timestamp())
    return _element("datetimepicker", action_id, focus=focus, initial_date_time=at)


def checkboxes(
    action_id: str, options: Sequence[Json], *, initial: Sequence[Json] = (), focus: bool = False
) -> Json:
    """Any of 1 to 10 options."""
    return _element(
        "checkboxes",
        action_id,
        focus=focus,
        options=_offered(options, CHOICES),
        initial_options=[one for chosen in initial if (one := _of(chosen, options))] or None,
    )


def radio_buttons(
    action_id: str, options: Sequence[Json], *, initial: Json | None = None, focus: bool = False
) -> Json:
    """One of 1 to 10 options."""
    return _element(
        "radio_buttons",
        action_id,
        focus=focus,
        options=_offered(options, CHOICES),
        initial_option=_of(initial, options),
    )


def _element(
    kind: str, action_id: str, *, placeholder: str | None = None, focus: bool = False, **keys: object
) -> Json:
    return block(
        kind,
        None,
        action_id=identifier(action_id, "action_id"),
        placeholder=plain(placeholder, _PLACEHOLDER) if placeholder else None,
        focus_on_load=focus or None,
        **keys,
    )


def _offered(options: Sequence[Json], most: int) -> list[Json]:
    values = {one["value"] for one in options}
    if not 0 < len(options) <= most or len(values) != len(options):
        raise ValueError(f"needs 1 to {most} options with different values, has {len(options)}")
    return list(options)


def _of(chosen: Json | None, options: Sequence[Json]) -> Json | None:
    """Slack refuses a first choice that isn't offered, and compares every key."""
    if chosen is None or chosen in options:
        return chosen
    raise ValueError(f"{chosen.get('value')!r} is not one of the options")
