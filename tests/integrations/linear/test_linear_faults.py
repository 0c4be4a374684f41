"""R7 for Linear: every operation of every verb, spoiled in every way, ends in the right port error; and the repeat
leaves exactly one effect (R2)."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from integrations.linear.pm import LinearPm
from orchestration.ports.errors import NeedsCredentials, PortError, Refused, TryLater
from tests.integrations.linear.linear_rig import START, LinearRig, linear_rig, request
from tests.support.troubles import HTTP_TROUBLES, JSON, Spoiled, Trickle, Trouble, after_effect, impatient

LABEL = "rel-1-ios"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One operation of a verb, and the effect that must be there in the end."""

    verb: Callable[[LinearPm], Awaitable[object]]
    operation: str
    effect: Callable[[LinearRig], int] = lambda _rig: 1
    making: bool = False


def _find(pm: LinearPm) -> Awaitable[object]:
    return pm.find_ticket(project="MOB", label=LABEL)


def _create(pm: LinearPm) -> Awaitable[object]:
    return pm.create_release_ticket(request(LABEL))


def _create_for(pm: LinearPm) -> Awaitable[object]:
    return pm.create_release_ticket(request(LABEL, fields={"Assignee": "Ann Archer"}))


def _status(pm: LinearPm) -> Awaitable[object]:
    return pm.check_ticket_status("MOB-1")


def _link(pm: LinearPm) -> Awaitable[object]:
    return pm.link("MOB-1", "MOB-2")


def _comment(pm: LinearPm) -> Awaitable[object]:
    return pm.comment("MOB-1", "text", marker="sm:1")


def _tickets(rig: LinearRig) -> int:
    return rig.tickets(LABEL)


def _links(rig: LinearRig) -> int:
    return rig.links("MOB-1", "MOB-2")


def _comments(rig: LinearRig) -> int:
    return len(rig.comments("MOB-1"))


STEPS = {
    "find: team": Step(verb=_find, operation="query Team("),
    "find: issue": Step(verb=_find, operation="query IssueById("),
    "create: team": Step(verb=_create, operation="query Team(", effect=_tickets),
    "create: look": Step(verb=_create, operation="query IssueById(", effect=_tickets),
    "create: label": Step(verb=_create, operation="query Labels(", effect=_tickets),
    "create: field": Step(verb=_create_for, operation="query Members(", effect=_tickets),
    "create": Step(verb=_create, operation="mutation CreateIssue(", effect=_tickets, making=True),
    "status": Step(verb=_status, operation="query Issue("),
    "link: issue": Step(verb=_link, operation="query Issue(", effect=_links),
    "link: look": Step(verb=_link, operation="query Relations(", effect=_links),
    "link: look back": Step(verb=_link, operation="query InverseRelations(", effect=_links),
    "link": Step(verb=_link, operation="mutation CreateRelation(", effect=_links, making=True),
    "comment: issue": Step(verb=_comment, operation="query Issue(", effect=_comments),
    "comment: look": Step(verb=_comment, operation="query CommentById(", effect=_comments),
    "comment": Step(verb=_comment, operation="mutation CreateComment(", effect=_comments, making=True),
}


def _errors(code: str, kind: str = "", says: str = "A rule of ours.") -> str:
    extensions = {"code": code, "type": kind, "userPresentableMessage": says}
    return json.dumps({"errors": [{"message": "Oops", "extensions": extensions}], "data": None})


def _reset(**headers: str) -> dict[str, str]:
    return {**JSON, **{name.replace("_", "-"): value for name, value in headers.items()}}


# An instant in unix milliseconds, 90 seconds after the clock's start.
RESET = str(int((START + 90) * 1000))
LINEAR_TROUBLES = (
    Trouble(
        name="not authenticated",
        status=401,
        headers=JSON,
        body=_errors("AUTHENTICATION_ERROR", "authentication error"),
        error=NeedsCredentials,
        words="A rule of ours",
    ),
    Trouble(
        name="not authenticated with 400",
        status=400,
        headers=JSON,
        body=_errors("AUTHENTICATION_ERROR"),
        error=NeedsCredentials,
    ),
    Trouble(
        name="forbidden with 200",
        headers=JSON,
        body=_errors("", "forbidden"),
        error=NeedsCredentials,
        words="API key",
    ),
    Trouble(
        name="refused with 200",
        headers=JSON,
        body=_errors("INPUT_ERROR", "invalid input"),
        error=Refused,
        words="A rule of ours",
    ),
    Trouble(name="refused with 400", status=400, headers=JSON, body=_errors("INVALID_INPUT"), error=Refused),
    Trouble(
        name="our document is out of date",
        status=400,
        headers=JSON,
        body=_errors("GRAPHQL_VALIDATION_FAILED"),
        error=Refused,
    ),
    Trouble(name="plan used up", headers=JSON, body=_errors("USAGE_LIMIT_EXCEEDED"), error=Refused),
    Trouble(name="unknown 400", status=400, headers=JSON, body=_errors("BRAND_NEW"), error=Refused),
    Trouble(name="unknown 200", headers=JSON, body=_errors("BRAND_NEW"), unsure=True),
    Trouble(
        name="limit with Retry-After",
        status=400,
        headers={**JSON, "Retry-After": "11"},
        body=_errors("RATELIMITED", "ratelimited"),
        after=timedelta(seconds=11),
    ),
    Trouble(
        name="limit with headers",
        status=400,
        headers=_reset(
            X_RateLimit_Requests_Remaining="7",
            X_RateLimit_Requests_Reset="99999999999999",
            X_RateLimit_Complexity_Remaining="0",
            X_RateLimit_Complexity_Reset=RESET,
        ),
        body=_errors("RATELIMITED", "ratelimited"),
        after=timedelta(seconds=90),
    ),
    Trouble(name="limit with 200", headers=JSON, body=_errors("", "ratelimited")),
    Trouble(name="internal with 200", headers=JSON, body=_errors("INTERNAL_SERVER_ERROR"), unsure=True),
    Trouble(
        name="lock time-out",
        status=400,
        headers=JSON,
        body=_errors("LOCK_TIMEOUT", "lock timeout"),
        unsure=True,
    ),
    Trouble(
        name="500 with errors", status=500, headers=JSON, body=_errors("", "internal error"), unsure=True
    ),
    after_effect("neither data nor errors", 200, "{}"),
    after_effect("no data", 200, '{"data": null, "errors": []}'),
    after_effect("other data", 200, '{"data": {"other": 1}}'),
    after_effect("errors of another shape", 200, '{"errors": "no"}'),
)
QUICK = {
    "401",
    "limit with headers",
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
    for trouble in (*HTTP_TROUBLES, *LINEAR_TROUBLES)
]


@pytest.mark.parametrize(("step", "trouble"), CASES)
async def test_trouble_becomes_a_port_error_and_a_repeat_one_effect(step: Step, trouble: Trouble) -> None:
    """The error says what to do next and whether the effect may be there, the operation was sent once, and the
    repeat finds what the first attempt left, or makes it."""
    async with linear_rig() as rig:
        rig.seed("one")
        rig.seed("two")
        spoiled = Spoiled(simulator=rig.simulator, word=step.operation, trouble=trouble)
        rig.simulator.hooks.append(spoiled)
        http = impatient(step.operation, rig.clock) if trouble.slow else rig.http
        with pytest.raises(PortError) as caught:
            await step.verb(rig.another(http=http))
        if trouble.slow:
            await http.close()
        error = caught.value
        assert type(error) is trouble.error
        assert trouble.words in error.reason
        if isinstance(error, TryLater):
            assert (error.after, error.maybe_done) == (trouble.after, trouble.unsure and step.making)
        assert sum(step.operation in body["query"] for body in rig.sent()) <= 1
        rig.settle()
        await step.verb(rig.pm)
        assert step.effect(rig) == 1


@pytest.mark.slow
@pytest.mark.parametrize("what", STEPS)
async def test_a_trickling_answer_is_given_up_in_time(what: str) -> None:
    """An answer that never ends ends at our time-out; what it was about may have happened."""
    step = STEPS[what]
    async with linear_rig() as rig:
        rig.seed("one")
        rig.seed("two")
        trickle = Trickle(word=step.operation)
        rig.simulator.hooks.append(trickle)
        http = impatient(step.operation, rig.clock)
        with pytest.raises(TryLater) as caught:
            await step.verb(rig.another(http=http))
        await http.close()
        trickle.over.set()
        assert caught.value.maybe_done is step.making
        await step.verb(rig.pm)
        assert step.effect(rig) == 1


@pytest.mark.parametrize("verb", [_find, _create, _status, _link, _comment])
async def test_nobody_there_is_surely_not_done(verb: Callable[[LinearPm], Awaitable[object]]) -> None:
    """A connection that was refused had no effect, whatever was to be made."""
    async with linear_rig() as rig:
        await rig.simulator.stop()
        with pytest.raises(TryLater) as caught:
            await verb(rig.pm)
        assert not caught.value.maybe_done


@pytest.mark.parametrize("verb", [_find, _create, _status, _link, _comment])
async def test_errors_hold_no_token(verb: Callable[[LinearPm], Awaitable[object]]) -> None:
    """An answer that echoes the request does not make us print the token."""
    async with linear_rig() as rig:
        body = _errors("INPUT_ERROR", says="bad header Authorization: lin_api_sandbox0123456789")
        rig.simulator.fault(status=400, headers=JSON, body=body, times=9)
        with pytest.raises(Refused) as caught:
            await verb(rig.pm)
        assert "sandbox0123" not in str(caught.value)
