"""R7 for monday.com: every operation of every verb, spoiled in every way, ends in the right port error; and the
repeat leaves exactly one effect (R2)."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from integrations.monday.pm import MondayPm
from orchestration.ports.errors import NeedsCredentials, PortError, Refused, TryLater
from sandbox.monday import TOKEN
from tests.integrations.monday.monday_rig import START, MondayRig, monday_rig
from tests.support.troubles import HTTP_TROUBLES, JSON, Spoiled, Trickle, Trouble, after_effect, impatient

LABEL = "rel-1-ios"
DAY = 86_400

Verb = Callable[[MondayRig, MondayPm], Awaitable[object]]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One operation of a verb, and the effect that must be there in the end."""

    verb: Verb
    operation: str
    effect: Callable[[MondayRig], int] = lambda _rig: 1
    making: bool = False


def _ends(rig: MondayRig) -> tuple[str, str]:
    first, second = rig.simulator.world.items[:2]
    return first.id, second.id


def _find(rig: MondayRig, pm: MondayPm) -> Awaitable[object]:
    return pm.find_ticket(project=rig.project, label=LABEL)


def _find_far(rig: MondayRig, pm: MondayPm) -> Awaitable[object]:
    return pm.find_ticket(project=rig.project, label="copied")


def _create(rig: MondayRig, pm: MondayPm) -> Awaitable[object]:
    return pm.create_release_ticket(rig.request(LABEL))


def _status(rig: MondayRig, pm: MondayPm) -> Awaitable[object]:
    return pm.check_ticket_status(_ends(rig)[0])


def _link(rig: MondayRig, pm: MondayPm) -> Awaitable[object]:
    return pm.link(*_ends(rig))


def _comment(rig: MondayRig, pm: MondayPm) -> Awaitable[object]:
    return pm.comment(_ends(rig)[0], "text", marker="sm:1")


def _tickets(rig: MondayRig) -> int:
    return rig.tickets(LABEL)


def _links(rig: MondayRig) -> int:
    return rig.links(*_ends(rig))


def _comments(rig: MondayRig) -> int:
    return len(rig.comments(_ends(rig)[0]))


STEPS = {
    "find: board": Step(verb=_find, operation="query Board("),
    "find: items": Step(verb=_find, operation="query ItemsByText("),
    "find: next items": Step(verb=_find_far, operation="query NextItems("),
    "create: board": Step(verb=_create, operation="query Board(", effect=_tickets),
    "create: look": Step(verb=_create, operation="query ItemsByText(", effect=_tickets),
    "create": Step(verb=_create, operation="mutation CreateItem(", effect=_tickets, making=True),
    "status": Step(verb=_status, operation="query Item("),
    "link: look": Step(verb=_link, operation="query Updates(", effect=_links),
    "link": Step(verb=_link, operation="mutation CreateUpdate(", effect=_links, making=True),
    "comment: look": Step(verb=_comment, operation="query Updates(", effect=_comments),
    "comment": Step(verb=_comment, operation="mutation CreateUpdate(", effect=_comments, making=True),
}


def _errors(code: str, status: int | None = None, *, data: Any = None, **told: Any) -> str:
    extensions = {"code": code, **({} if status is None else {"status_code": status}), **told}
    return json.dumps({"data": data, "errors": [{"message": "A rule of theirs.", "extensions": extensions}]})


def _older(code: str, status: int, message: str = "A rule of theirs.", **data: Any) -> str:
    body = {"error_code": code, "status_code": status, "error_message": message, "error_data": data}
    return json.dumps({**body, "errors": [message], "account_id": 1})


def _said(name: str, body: str, *, status: int = 200, **options: Any) -> Trouble:
    """A trouble that is told in JSON, and keeps the effect from happening."""
    return Trouble(name=name, status=status, headers=options.pop("headers", JSON), body=body, **options)


MIDNIGHT = timedelta(seconds=DAY - START % DAY)
MONDAY_TROUBLES = (
    _said("not authenticated", '{"errors": ["Not Authenticated"]}', status=401, error=NeedsCredentials),
    _said(
        "unauthorized with 200",
        _errors("UserUnauthorizedException", 403, data=[]),
        error=NeedsCredentials,
        words="A rule of theirs",
    ),
    _said("older unauthorized", _older("UserUnauthorizedException", 403), error=NeedsCredentials),
    _said("scope missing", _errors("missingRequiredPermissions"), error=NeedsCredentials, words="token"),
    _said("refused with 200", _errors("ColumnValueException", 200), error=Refused, words="A rule of theirs"),
    _said("older refused", _older("InvalidBoardIdException", 200), error=Refused, words="A rule of theirs"),
    _said("refused with 404 inside", _errors("ResourceNotFoundException", 404), error=Refused),
    _said("our document is out of date", _errors("GRAPHQL_VALIDATION_FAILED"), status=400, error=Refused),
    _said("no version", _errors("InvalidVersionException", 200), error=Refused),
    _said("unknown 400", _errors("BRAND_NEW"), status=400, error=Refused),
    _said("unknown 200", _errors("BRAND_NEW"), unsure=True),
    _said("no code at all", '{"errors": ["Oops"]}', unsure=True),
    _said("older without errors", '{"error_code": "InternalServerError", "status_code": 500}', unsure=True),
    _said("internal with 200", _errors("INTERNAL_SERVER_ERROR", 500), unsure=True),
    _said("500 with errors", _errors("INTERNAL_SERVER_ERROR"), status=500, unsure=True),
    _said("locked", _errors("ResourceLocked", 423)),
    _said(
        "budget with Retry-After",
        _errors("COMPLEXITY_BUDGET_EXHAUSTED", 429, retry_in_seconds=40),
        status=429,
        headers={**JSON, "Retry-After": "11"},
        after=timedelta(seconds=11),
    ),
    _said(
        "budget with seconds",
        _errors("COMPLEXITY_BUDGET_EXHAUSTED", 429, retry_in_seconds=40),
        after=timedelta(seconds=40),
    ),
    _said(
        "older field limit",
        _older("FIELD_LIMIT_EXCEEDED", 429, retry_in_seconds=15, entity="boards"),
        after=timedelta(seconds=15),
    ),
    _said(
        "field limit",
        _errors("FIELD_LIMIT_EXCEEDED", 429, error_data={"retry_in_seconds": 15, "entity": "boards"}),
        after=timedelta(seconds=15),
    ),
    _said("budget with nonsense", _errors("COMPLEXITY_BUDGET_EXHAUSTED", 429, retry_in_seconds="soon")),
    _said(
        "older budget",
        _older("ComplexityException", 429, "Complexity budget exhausted, reset in 16 seconds"),
        after=timedelta(seconds=16),
    ),
    _said(
        "the day's calls",
        _errors("DAILY_LIMIT_EXCEEDED", 429, retry_in_seconds=5),
        status=429,
        headers={**JSON, "Retry-After": "5"},
        after=MIDNIGHT,
    ),
    _said("concurrency", _errors("maxConcurrencyExceeded", 429), status=429),
    after_effect("neither data nor errors", 200, "{}"),
    after_effect("no data", 200, '{"data": null, "errors": []}'),
    after_effect("other data", 200, '{"data": {"other": 1}}'),
    after_effect("errors of another shape", 200, '{"errors": "no"}'),
    after_effect("extensions of another shape", 200, '{"errors": [{"message": 1, "extensions": []}]}'),
)
QUICK = {
    "401",
    "budget with seconds",
    "502 after success",
    "reset after",
    "internal with 200",
    "refused with 200",
}
CASES = [
    pytest.param(
        STEPS[what],
        trouble,
        id=f"{what}-{trouble.name}".replace(" ", "_"),
        marks=() if trouble.name in QUICK and STEPS[what].making else pytest.mark.slow,
    )
    for what in STEPS
    for trouble in (*HTTP_TROUBLES, *MONDAY_TROUBLES)
]


def furnish(rig: MondayRig) -> None:
    """Two items, and more copies of another than a page holds."""
    for name in ("one", "two"):
        rig.seed(name)
    for _ in range(101):
        rig.seed("copy", label="copied")


@pytest.mark.parametrize(("step", "trouble"), CASES)
async def test_trouble_becomes_a_port_error_and_a_repeat_one_effect(step: Step, trouble: Trouble) -> None:
    """The error says what to do next and whether the effect may be there, the operation was sent once, and the
    repeat finds what the first attempt left, or makes it."""
    async with monday_rig() as rig:
        furnish(rig)
        spoiled = Spoiled(simulator=rig.simulator, word=step.operation, trouble=trouble)
        rig.simulator.hooks.append(spoiled)
        http = impatient(step.operation, rig.clock) if trouble.slow else rig.http
        with pytest.raises(PortError) as caught:
            await step.verb(rig, rig.another(http=http))
        if trouble.slow:
            await http.close()
        error = caught.value
        assert type(error) is trouble.error
        assert trouble.words in error.reason
        if isinstance(error, TryLater):
            assert (error.after, error.maybe_done) == (trouble.after, trouble.unsure and step.making)
        assert sum(step.operation in body["query"] for body in rig.sent()) <= 1
        rig.settle()
        await step.verb(rig, rig.pm)
        assert step.effect(rig) == 1


@pytest.mark.slow
@pytest.mark.parametrize("what", STEPS)
async def test_a_trickling_answer_is_given_up_in_time(what: str) -> None:
    """An answer that never ends ends at our time-out; what it was about may have happened."""
    step = STEPS[what]
    async with monday_rig() as rig:
        furnish(rig)
        trickle = Trickle(word=step.operation)
        rig.simulator.hooks.append(trickle)
        http = impatient(step.operation, rig.clock)
        with pytest.raises(TryLater) as caught:
            await step.verb(rig, rig.another(http=http))
        await http.close()
        trickle.over.set()
        assert caught.value.maybe_done is step.making
        rig.settle()
        await step.verb(rig, rig.pm)
        assert step.effect(rig) == 1


@pytest.mark.parametrize("verb", [_find, _create, _status, _link, _comment])
async def test_nobody_there_is_surely_not_done(verb: Verb) -> None:
    """A connection that was refused had no effect, whatever was to be made."""
    async with monday_rig() as rig:
        furnish(rig)
        await rig.simulator.stop()
        with pytest.raises(TryLater) as caught:
            await verb(rig, rig.pm)
        assert not caught.value.maybe_done


@pytest.mark.parametrize("verb", [_find, _create, _status, _link, _comment])
async def test_errors_hold_no_token(verb: Verb) -> None:
    """An answer that echoes the request does not make us print the token."""
    async with monday_rig() as rig:
        furnish(rig)
        message = f"bad header Authorization: {TOKEN}"
        body = json.dumps({"errors": [{"message": message, "extensions": {"status_code": 400}}]})
        rig.simulator.fault(status=400, headers=JSON, body=body, times=9)
        with pytest.raises(Refused) as caught:
            await verb(rig, rig.pm)
        assert "sandbox0123" not in str(caught.value)
