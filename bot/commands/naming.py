"""How people name a release, a task and a reason after a word."""

import re

from bot.slack.desk import Call
from bot.slack.typed import parted
from orchestration.domain.errors import NotNow
from orchestration.domain.pairs import TITLES
from orchestration.domain.release import Release
from orchestration.domain.tasks import TASK_TITLES, Task, TaskState, TaskType
from orchestration.services.read_release import Ambiguous, find_release

_LONGEST_NAME = 4
"""Words of an app's name that are looked through for the version behind it."""
_VERSION = r"\d+\.\d+\.\d+"
_MARKS = "`'\"“”„‘’‚«»‹›*_~()[]<>,;:.!?#"  # noqa: RUF001 - as they are typed
"""What people put around a name, and phones put for quotes: no part of it."""
_RELEASE = re.compile(
    rf"(REL-[0-9A-Z]{{4,12}}|v?{_VERSION}(?:_[a-z]+(?:_{_VERSION}_[a-z]+)*)?)", re.IGNORECASE | re.ASCII
)


def split_release(text: str) -> tuple[str, str]:
    """(how a release is named, the rest): a leading id or version names it, otherwise it is not named."""
    first, rest = parted(text)
    name = _name_in(first)
    return (name, rest) if name else ("", text.strip())


def _name_in(token: str) -> str:
    """The release that a word names, without the marks around it; empty where it names none."""
    bare = token.strip(_MARKS)
    return bare.lstrip("vV") if _RELEASE.fullmatch(bare) else ""


def split_last_release(text: str) -> tuple[str, str]:
    """As `split_release`, for words after which the release may also stand at the end."""
    return _split_among(text, slice(-1, None))


def split_titled(text: str) -> tuple[str, str]:
    """As `split_release`, also where it is named as its card is: “Pixel 2.14.0 crashes”.

    A version among the first words is never taken for a part of a reason: what is meant for one release must not
    reach another. The other words stay as they are.
    """
    return _split_among(text, slice(1 + _LONGEST_NAME))


def split_before_task(text: str, *, numbered: bool = False) -> tuple[str, str]:
    """As `split_titled`, but where a task is named, no word from there on is taken for a release.

    `numbered`: a build's number, which may look like a version, may stand where no task is named.
    """
    tokens = text.split()
    at = next((n for n, token in enumerate(tokens) if _kind(token)), None)
    if at is None:
        return split_release(text) if numbered else split_titled(text)
    words = split_titled(" ".join(tokens[:at]))[0]
    return (words, " ".join(tokens[at:])) if words else ("", text.strip())


def _kind(word: str) -> TaskType | None:
    """The task that a word names."""
    return next((kind for kind in TASK_TITLES if word.upper().replace("-", "_") == kind), None)


def _split_among(text: str, places: slice) -> tuple[str, str]:
    """As `split_release`, else the first of the words at these places that names a release."""
    words, rest = split_release(text)
    tokens = rest.split()
    for index in range(len(tokens))[places] if not words else ():
        if name := _name_in(tokens[index]):
            return name, " ".join([*tokens[:index], *tokens[index + 1 :]])
    return words, rest


def before_name(text: str, words: str) -> str:
    """What stands before the word that names a release: the app's name, where it is named as its card is."""
    tokens = text.split()
    at = next((n for n, token in enumerate(tokens) if words and _name_in(token) == words), 0)
    return " ".join(tokens[:at])


def only_release(text: str) -> str:
    """How a release is named behind a word that takes nothing else; what names none is given back whole."""
    words, _rest = split_titled(text)
    return words or text.strip()


async def named_release(call: Call, words: str, *, looking_back: bool = False) -> Release:
    """The release that is meant; NotNow with the choice where several are.

    `looking_back` is for words that are asked for after a release as well: where none runs, the one that ended last.
    """
    try:
        return await find_release(
            call.engine,
            call.intent.tenant_id,
            words,
            before=before_name(call.intent.text, words),
            actor=call.intent.actor,
            channel=call.intent.channel,
            thread=call.intent.thread if call.intent.kind in {"command", "shortcut"} else None,
            looking_back=looking_back,
        )
    except Ambiguous as error:
        choice = ", ".join(f"`{r.id}` ({r.title})" for r in error.releases)
        raise NotNow(f"Which release? Name one of {choice}.") from None


def named_task(release: Release, text: str, states: frozenset[TaskState], verb: str) -> tuple[Task, str]:
    """(the task that is meant among those in `states`, the rest of the text).

    A task is named by its type and, where several fit, a platform or what it is about:
    `TRIGGER_REGRESSION_BUILDS android`, `CHERRY_PICK #12`.
    Nothing need be named where only one fits.
    """
    fitting = [task for task in release.tasks if task.state in states]
    words = text.split()
    kind = _kind(words[0]) if words else None
    if kind is not None:
        words = words[1:]
        fitting = [task for task in fitting if task.type is kind]
    about = {task.about for task in fitting if words and task.about == words[0]}
    if about:
        words = words[1:]
        fitting = [task for task in fitting if task.about in about]
    platforms = {p for p in TITLES if words and words[0].upper() == p}
    if platforms:
        words = words[1:]
        fitting = [task for task in fitting if task.pair is not None and task.pair.platform in platforms]
    if not fitting:
        raise NotNow(f"{release.title} has no task to {verb} that fits.")
    if len(fitting) > 1:
        choice = "; ".join(f"`{' '.join((task.type, *_told_apart(task)))}`" for task in fitting)
        raise NotNow(f"Which task? {choice}")
    return fitting[0], " ".join(words)


def _told_apart(task: Task) -> tuple[str, ...]:
    if task.pair is not None:
        return (task.pair.platform.lower(),)
    return (task.about,) if task.about else ()


def required_reason(text: str, example: str) -> str:
    """A reason, which must be given."""
    if not text:
        raise NotNow(f"Please say why, for example `{example}`.")
    return text[:500]
