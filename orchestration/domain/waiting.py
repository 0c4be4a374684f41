"""Who was waited for and when, read from events: each row says what begins a wait, what ends it, and whose it is."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from orchestration.domain.events import Event, EventKind
from orchestration.domain.holds import HoldCause
from orchestration.domain.tasks import WaitOwner

_K = EventKind

CAPTAIN, APPROVERS, PROVIDERS = "Captain", "Approvers", "Providers"
_TASK_OWNERS: Mapping[str, str] = MappingProxyType(
    {WaitOwner.CI: "CI", WaitOwner.STORE: "Store", WaitOwner.CAPTAIN: CAPTAIN}
)
_HOLD_OWNERS: Mapping[str, str] = MappingProxyType(
    {HoldCause.USER: "Held by people", HoldCause.FREEZE: "Freeze", HoldCause.CREDENTIALS: "Accounts"}
)
"""A task that failed is the captain's by its own row."""
_TASK_OVER = frozenset(
    {_K.TASK_SUCCEEDED, _K.TASK_FAILED, _K.TASK_SKIPPED, _K.TASK_DONE_BY_HAND, _K.TASK_CANCELLED}
)
_MENDED = frozenset({_K.TASK_RETRIED, _K.TASK_SKIPPED, _K.TASK_DONE_BY_HAND, _K.TASK_CANCELLED})
_DECIDED = frozenset({_K.APPROVAL_GRANTED, _K.APPROVAL_REJECTED, _K.APPROVAL_VOIDED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Spell:
    """From a moment to another one."""

    begin: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class _Begin:
    """A wait that begins: what tells it from others, whose it is, and which events with that key end it.

    One that is not `sure` counts only once it has ended.
    """

    key: tuple[str, ...]
    owner: str
    ends: frozenset[EventKind]
    sure: bool = True


def _task(event: Event) -> str:
    return event.data.get("task", "")


def _task_waits(event: Event) -> _Begin:
    owner = _TASK_OWNERS.get(event.data.get("owner", ""), PROVIDERS)
    return _Begin(key=("task", _task(event), "wait"), owner=owner, ends=_TASK_OVER)


def _task_tries(event: Event) -> _Begin:
    key = ("task", _task(event), "retry")
    return _Begin(key=key, owner=PROVIDERS, ends=_TASK_OVER | {_K.TASK_WAITING})


def _task_failed(event: Event) -> _Begin:
    return _Begin(key=("task", _task(event), "mend"), owner=CAPTAIN, ends=_MENDED)


def _held(event: Event) -> _Begin | None:
    owner = _HOLD_OWNERS.get(event.data.get("cause", ""))
    return _Begin(key=_subject(event), owner=owner, ends=frozenset({_K.HOLD_LIFTED})) if owner else None


def _asked(event: Event) -> _Begin:
    return _Begin(key=_subject(event), owner=APPROVERS, ends=_DECIDED)


def _voided(event: Event) -> _Begin:
    """The question stays open, or it is withdrawn: a decision on it later tells which."""
    return _Begin(key=_subject(event), owner=APPROVERS, ends=_DECIDED, sure=False)


def _pick_asked(event: Event) -> _Begin:
    ends = frozenset({_K.PICK_ACCEPTED, _K.PICK_DECLINED})
    return _Begin(key=_subject(event), owner=CAPTAIN, ends=ends)


_BEGINS: Mapping[EventKind, Callable[[Event], _Begin | None]] = MappingProxyType(
    {
        _K.TASK_WAITING: _task_waits,
        _K.TASK_RETRYING: _task_tries,
        _K.TASK_FAILED: _task_failed,
        _K.HOLD_PLACED: _held,
        _K.APPROVAL_REQUESTED: _asked,
        _K.APPROVAL_VOIDED: _voided,
        _K.PICK_ASKED: _pick_asked,
    }
)


def _subject(event: Event) -> tuple[str, ...]:
    """What an event is about, as the beginning of the keys of waits."""
    data = event.data
    if "task" in data:
        return ("task", data["task"])
    if "cause" in data:
        return ("hold", data["cause"], data.get("by", ""))
    if "pick" in data:
        return ("pick", data["pick"])
    return ("gate", data.get("gate", ""))


def waiting(events: Iterable[Event], *, until: datetime) -> dict[str, list[Spell]]:
    """The spells of waiting by owner; a wait that nothing has ended lasts `until` then. `events` are oldest first."""
    live: dict[tuple[str, ...], tuple[_Begin, datetime]] = {}
    found: dict[str, list[Spell]] = {}
    for event in events:
        about = _subject(event)
        over = [k for k, (b, _at) in live.items() if k[: len(about)] == about and event.kind in b.ends]
        for key in over:
            begin, at = live.pop(key)
            found.setdefault(begin.owner, []).append(Spell(begin=at, end=event.at))
        if event.kind is _K.RELEASE_ARCHIVED:
            until = min(until, event.at)
        begins = _BEGINS.get(event.kind)
        started = begins(event) if begins is not None else None
        if started is not None:
            live.setdefault(started.key, (started, event.at))
    for begin, at in live.values():
        if begin.sure and at < until:
            found.setdefault(begin.owner, []).append(Spell(begin=at, end=until))
    return found


def together(spells: Sequence[Spell]) -> timedelta:
    """How long they last in all; what overlaps counts once."""
    total, end = timedelta(0), None
    for spell in sorted(spells, key=lambda s: (s.begin, s.end)):
        begin = spell.begin if end is None else max(spell.begin, end)
        if spell.end > begin:
            total += spell.end - begin
            end = spell.end
    return total
