"""What was filled into a form, put into the document. What was left as it was shown is not touched."""

from collections.abc import Mapping

from bot.configurations.document import NULL, Document, look, put, tidy
from bot.configurations.questions import NO_LIMIT
from bot.configurations.spans import from_words
from bot.views.configurations import Ask, Field, Form
from bot.views.modals.config_form import NONE, Held, cut, lines_of, unchanged
from bot.views.offers import is_hint
from orchestration.domain.errors import Problem

_HINT = "This line only says something: choose another one, or type it"
_CUT = "This is too long to be changed here. Leave it as it is, or use the file"
_NOTHING: tuple[object, ...] = (None, "", (), {})
_MISSING = frozenset({"Field required", "is missing", "must not be empty"})


def filled(document: Document, form: Form, held: Mapping[str, Held]) -> tuple[Document, dict[str, str]]:
    """The document as the form wants it, and what is wrong by field."""
    made: Document = document
    wrong: dict[str, str] = {}
    for field in form.fields:
        given = held.get(field.key)
        if given is None:
            continue
        try:
            made = _put(made, field, given)
        except ValueError as error:
            wrong[field.key] = str(error)
    if made == document:
        return document, wrong
    return tidy(made, {str(field.path[0]) for field in form.fields}), wrong


def _put(document: Document, field: Field, given: Held) -> Document:
    if unchanged(field, given):
        # A proposal that was left is meant; what stood there is not written anew.
        stands = look(document, field.path) is not None or field.value in _NOTHING or field.ask is Ask.SHARE
        return document if stands else put(document, field.path, field.value)
    if cut(field):
        raise ValueError(_CUT)
    return put(document, field.path, _taken(field, given))


def _taken(field: Field, given: Held) -> object:
    """The value for the document; ValueError in words where there is none."""
    if isinstance(given, tuple) or field.ask in {Ask.LIVE_MANY, Ask.LINES}:
        return _several(field, given)
    text = given.strip()
    if is_hint(text):
        raise ValueError(_HINT)
    if text == NONE:
        return None
    match field.ask:
        case Ask.INPUTS:
            return _inputs(field, given)
        case Ask.SPAN:
            return from_words(text) if text else None
        case Ask.SHARE | Ask.NUMBER:
            return (_share if field.ask is Ask.SHARE else _number)(text) if text else None
        case _:
            return text


def _several(field: Field, given: Held) -> object:
    values = (
        given
        if isinstance(given, tuple)
        else tuple(line.strip() for line in given.splitlines() if line.strip())
    )
    if any(is_hint(each) for each in values):
        raise ValueError(_HINT)
    if field.ask is Ask.FLAG:
        return bool(values)
    if field.ask is Ask.LINES:
        return values
    before = field.value if isinstance(field.value, tuple) else ()
    kept = [each for each in before if each in values]
    return (*kept, *(each for each in values if each not in kept))


def _share(text: str) -> object:
    if text.casefold() == NO_LIMIT:
        return NULL
    try:
        return float(text.removesuffix("%").strip().replace(",", "."))
    except ValueError:
        raise ValueError(f"Write a number such as 99.5, or {NO_LIMIT}") from None


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError("Write a whole number") from None


def _inputs(field: Field, given: str) -> Mapping[str, str]:
    """Lines that were left stand for what they stood for; in others the first = divides."""
    known, found = lines_of(field), dict[str, str]()
    for number, line in enumerate(given.splitlines(), start=1):
        if not line.strip():
            continue
        name, equals, value = line.replace("⏎", "\n").partition("=")
        if not equals or not name.strip():
            raise ValueError(f"Line {number} must be written name=value")
        name, value = known.get(line, (name.strip(), value.strip()))
        if name in found:
            raise ValueError(f"{name} stands there twice")
        found[name] = value
    return found


def problems_at(form: Form, problems: tuple[Problem, ...]) -> dict[str, str]:
    """The problems of the whole document that belong to fields of this form, by field."""
    found: dict[str, list[str]] = {}
    for each in problems:
        place = each.place or tuple(each.field.split("."))
        for field in form.fields:
            path = tuple(str(part) for part in field.path)
            if place[: len(path)] == path:
                found.setdefault(field.key, []).append(in_words(each))
                break
    return {key: ". ".join(dict.fromkeys(messages)) for key, messages in found.items()}


def in_words(problem: Problem) -> str:
    """What is wrong, where the place is told beside it."""
    return "is needed" if problem.message in _MISSING else problem.message
