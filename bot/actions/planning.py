"""What the forms of plans share: an answer that is stored with the change, and errors at their fields."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.slack.desk import Call
from bot.slack.edge import Verdict
from bot.views.blocks import Json
from bot.views.rendered import Rendered
from orchestration.domain.errors import NotNow
from orchestration.ports.runtime import UnitOfWork

Changed = TypeVar("Changed")


def answered(
    call: Call, words: Callable[[Changed], Rendered | str]
) -> Callable[[UnitOfWork, Changed], Awaitable[None]]:
    """What is stored together with a change: the answer to the person, and the end of the request."""

    async def store(work: UnitOfWork, changed: Changed) -> None:
        await call.store_answer(work, words(changed))

    return store


def at_fields(found: dict[str, str]) -> Verdict:
    """Errors at their fields; the form stays open."""
    return Verdict(answer={"response_action": "errors", "errors": found}, store=False)


def in_place(view: Json, *, store: bool) -> Verdict:
    """Another view in the place of the form."""
    return Verdict(answer={"response_action": "update", "view": view}, store=store)


def on_top(view: Json) -> Verdict:
    """Another view on top of the form."""
    return Verdict(answer={"response_action": "push", "view": view}, store=False)


def required(ids: dict[str, str], name: str, word: str) -> str:
    """An id that a button or form carried; NotNow where it is not ours."""
    if name not in ids:
        raise NotNow(f"This button is of an older version, so nothing was changed. See `/release {word}`.")
    return ids[name]
