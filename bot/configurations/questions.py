"""The kinds of fields that the steps are made of, each with what stands in the document now."""

from collections.abc import Sequence

from bot.configurations.document import Document, is_null, look
from bot.configurations.facts import Facts
from bot.configurations.spans import in_words
from bot.views.configurations import Ask, Field, Heading, Live, Option, Path
from bot.views.modals.config_form import NONE

Part = Field | Heading
NO_LIMIT = "no limit"


def text(document: Document, path: Path, title: str, *, hint: str = "", needed: bool = False) -> Field:
    """A line of text."""
    value = str(look(document, path, ""))
    return Field(path=path, title=title, ask=Ask.TEXT, value=value, hint=hint, needed=needed)


def prose(document: Document, path: Path, title: str, *, hint: str) -> Field:
    """A text of several lines."""
    return Field(path=path, title=title, ask=Ask.PROSE, value=str(look(document, path, "")), hint=hint)


def lines(
    document: Document, path: Path, title: str, *, hint: str, otherwise: Sequence[object] = ()
) -> Field:
    """Short texts or numbers, one a line, in the order in which they are written."""
    value = tuple(str(each).removesuffix(".0") for each in look(document, path, otherwise))
    return Field(path=path, title=title, ask=Ask.LINES, value=value, hint=hint)


def inputs(document: Document, path: Path, title: str, *, hint: str) -> Field:
    """Texts by name, one a line: name=value."""
    return Field(path=path, title=title, ask=Ask.INPUTS, value=look(document, path, {}), hint=hint)


def number(
    document: Document, path: Path, title: str, *, hint: str = "", otherwise: int | None = None
) -> Field:
    """A whole number."""
    return Field(path=path, title=title, ask=Ask.NUMBER, value=look(document, path, otherwise), hint=hint)


def share(document: Document, path: Path, title: str, *, usual: str) -> Field:
    """A number with a fraction, or that there is no limit; the document says that with a null."""
    value = look(document, path, NO_LIMIT if is_null(document, path) else "")
    hint = f"Such as 99.5; empty means {usual}; {NO_LIMIT} where it does not matter"
    return Field(path=path, title=title, ask=Ask.SHARE, value=str(value).removesuffix(".0"), hint=hint)


def span(document: Document, path: Path, title: str, *, hint: str) -> Field:
    """A length of time."""
    value = look(document, path)
    return Field(
        path=path, title=title, ask=Ask.SPAN, value="" if value is None else in_words(value), hint=hint
    )


def flag(document: Document, path: Path, title: str, label: str, *, otherwise: bool) -> Field:
    """Yes or no."""
    value = look(document, path, otherwise)
    return Field(
        path=path, title=title, ask=Ask.FLAG, value=value is True, options=(Option(value="on", label=label),)
    )


def choice(
    document: Document, path: Path, title: str, options: Sequence[Option], *, otherwise: str = ""
) -> Field:
    """One of a few."""
    value = str(look(document, path, otherwise))
    return Field(path=path, title=title, ask=Ask.CHOICE, value=value, options=tuple(options), needed=True)


def many(
    document: Document,
    path: Path,
    title: str,
    options: Sequence[Option],
    *,
    otherwise: Sequence[str] = (),
    needed: bool = False,
) -> Field:
    """Some of a few."""
    value = tuple(str(each) for each in look(document, path, otherwise))
    return Field(path=path, title=title, ask=Ask.MANY, value=value, options=tuple(options), needed=needed)


def channel(document: Document, path: Path, title: str, *, hint: str, needed: bool) -> Field:
    """A channel."""
    value = str(look(document, path, ""))
    return Field(path=path, title=title, ask=Ask.CHANNEL, value=value, hint=hint, needed=needed)


def channels(document: Document, path: Path, title: str) -> Field:
    """Several channels."""
    return Field(path=path, title=title, ask=Ask.CHANNELS, value=tuple(look(document, path, [])))


def connection(
    document: Document, facts: Facts, path: Path, title: str, port: str, *, needed: bool = False
) -> Field:
    """A connection that has a port."""
    value = str(look(document, path, ""))
    options = tuple(facts.choices(port, value))
    none = () if needed else (Option(value=NONE, label="None"),)
    hint = "" if options else "Nothing fits that is connected: see /release connect"
    return Field(
        path=path,
        title=title,
        ask=Ask.CHOICE,
        value=value,
        hint=hint,
        needed=needed,
        options=(*none, *options),
        parent=True,
    )


def live(
    document: Document,
    facts: Facts,
    path: Path,
    title: str,
    *,
    of: str,
    kinds: Sequence[str],
    several: bool = False,
    within: str = "",
    hint: str = "",
    needed: bool = False,
    parent: bool = False,
) -> Field:
    """What the connection `of` has; typed where it can't show it."""
    ask = Ask.LIVE_MANY if several else Ask.LIVE
    value = look(document, path, [] if several else "")
    fitting = facts.kinds_of(of, kinds)
    return Field(
        path=path,
        title=title,
        ask=ask,
        value=tuple(str(each) for each in value) if several else str(value),
        hint=hint,
        needed=needed,
        live=Live(connection=of, kinds=fitting, within=within) if fitting else None,
        parent=parent,
    )
