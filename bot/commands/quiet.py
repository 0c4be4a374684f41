"""`/release me quiet` and `/release me digest`: when the one who asks is left alone."""

from dataclasses import replace

from bot.slack.desk import Call
from bot.views.quiet import attention_answer
from orchestration.domain.errors import NotNow
from orchestration.domain.quiet import Attention, read_quiet, read_wall
from orchestration.ports.runtime import UnitOfWork
from orchestration.services import attention

_QUIET = "`/release me quiet 19:00-08:00`, `/release me quiet weekends` or `/release me quiet off`"
_DIGEST = "`/release me digest 09:00` or `/release me digest off`"


async def run_quiet(call: Call, rest: str) -> None:
    """Quiet hours, quiet weekends, or neither."""
    words, zone = _zone_in(rest)
    try:
        wish = _quiet_wish(words)
    except ValueError as error:
        raise NotNow(f"{error}. For example {_QUIET}.") from None
    await _ask(call, wish, zone)


def _quiet_wish(words: list[str]) -> attention.Wish:
    match [word.lower() for word in words]:
        case []:
            return lambda asked: asked
        case ["off"]:
            return lambda asked: replace(asked, quiet=None, weekends=False, fixed=False)
        case ["weekends"] | ["weekends", "on"]:
            return lambda asked: replace(asked, weekends=True)
        case ["weekends", "off"]:
            return lambda asked: replace(asked, weekends=False)
        case [*hours, "weekends"]:
            window = read_quiet("".join(hours))
            return lambda asked: replace(asked, quiet=window, weekends=True)
        case hours:
            only = read_quiet("".join(hours))
            return lambda asked: replace(asked, quiet=only)


async def run_digest(call: Call, rest: str) -> None:
    """Once a day, or not."""
    words, zone = _zone_in(rest)
    if not words:
        await _ask(call, lambda asked: asked, zone)
        return
    try:
        wall = None if [word.lower() for word in words] == ["off"] else read_wall(" ".join(words))
    except ValueError as error:
        raise NotNow(f"{error}. For example {_DIGEST}.") from None
    await _ask(call, lambda asked: replace(asked, digest=wall), zone)


def _zone_in(text: str) -> tuple[list[str], str | None]:
    """(the words, the time zone that stands last among them)."""
    words = text.split()
    if words and "/" in words[-1]:
        return words[:-1], words[-1]
    return (words[:-1], "UTC") if words and words[-1].upper() == "UTC" else (words, None)


async def _ask(call: Call, wish: attention.Wish, zone: str | None) -> None:
    intent = call.intent

    async def ending(work: UnitOfWork, asked: Attention) -> None:
        await call.store_answer(work, attention_answer(asked))

    await attention.ask_for(call.engine, intent.tenant_id, wish, actor=intent.actor, ending=ending, zone=zone)
