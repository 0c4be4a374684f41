"""R7 for ClickUp: every request of every verb, spoiled in every way, ends in the right port error; and the repeat
leaves exactly one effect (R2)."""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp import web

from integrations.answers import Answer
from integrations.breaker import Breakers
from integrations.clickup.pm import ClickupPm
from integrations.egress import Egress
from integrations.http import Http
from orchestration.ports.errors import NeedsCredentials, PortError, Refused, TryLater
from sandbox.kit import Moment
from tests.integrations.clickup.clickup_rig import START, ClickupRig, clickup_rig, judge, request
from tests.support.troubles import HTTP_TROUBLES, JSON, Trickle, Trouble, after_effect

LABEL = "rel-1-ios"
PATIENCE = 1.0  # seconds, for the request that is spoiled; the others have all the time of a busy machine


@dataclass(frozen=True, kw_only=True)
class Step:
    """One request of a verb, and the effect that must be there in the end. `path` is a pattern, with the query."""

    verb: Callable[[ClickupRig, ClickupPm], Awaitable[object]]
    path: str
    method: str = "GET"
    effect: Callable[[ClickupRig], int] = lambda _rig: 1

    @property
    def making(self) -> bool:
        """Whether the request is to make something."""
        return self.method == "POST"

    def fits(self, method: str, path: str) -> bool:
        """Whether a request is this one."""
        return method == self.method and re.search(self.path, path) is not None


def _find(rig: ClickupRig, pm: ClickupPm) -> Awaitable[object]:
    return pm.find_ticket(project=rig.project, label=LABEL)


def _create(rig: ClickupRig, pm: ClickupPm) -> Awaitable[object]:
    return pm.create_release_ticket(request(rig.project))


def _status(_rig: ClickupRig, pm: ClickupPm) -> Awaitable[object]:
    return pm.check_ticket_status("MOB-1")


def _link(_rig: ClickupRig, pm: ClickupPm) -> Awaitable[object]:
    return pm.link("MOB-1", "MOB-2")


def _comment(_rig: ClickupRig, pm: ClickupPm) -> Awaitable[object]:
    return pm.comment("MOB-1", "text", marker="sm:1")


def _tickets(rig: ClickupRig) -> int:
    return rig.tickets(LABEL)


def _links(rig: ClickupRig) -> int:
    return rig.links("MOB-1", "MOB-2")


def _comments(rig: ClickupRig) -> int:
    return len(rig.comments("MOB-1"))


VERBS = (_find, _create, _status, _link, _comment)
STEPS = {
    "find": Step(verb=_find, path=r"/task\?archived=false"),
    "find: archived": Step(verb=_find, path=r"/task\?archived=true"),
    "create: look": Step(verb=_create, path=r"/task\?archived=false", effect=_tickets),
    "create: look archived": Step(verb=_create, path=r"/task\?archived=true", effect=_tickets),
    "create: type": Step(verb=_create, path="/custom_item$", effect=_tickets),
    "create": Step(verb=_create, method="POST", path="/task$", effect=_tickets),
    "status": Step(verb=_status, path=r"/task/MOB-1\?"),
    "link: one": Step(verb=_link, path=r"/task/MOB-1\?", effect=_links),
    "link: other": Step(verb=_link, path=r"/task/MOB-2\?", effect=_links),
    "link": Step(verb=_link, method="POST", path="/link/", effect=_links),
    "comment: task": Step(verb=_comment, path=r"/task/MOB-1\?", effect=_comments),
    "comment: look": Step(verb=_comment, path="/comment$", effect=_comments),
    "comment": Step(verb=_comment, method="POST", path="/comment$", effect=_comments),
}


def _says(code: str, err: str = "A rule of ours") -> str:
    return json.dumps({"err": err, "ECODE": code})


# An instant 40 seconds after the clock's start.
RESET = int(START + 40)
CLICKUP_TROUBLES = (
    Trouble(
        name="token",
        status=401,
        headers=JSON,
        body=_says("OAUTH_025"),
        error=NeedsCredentials,
        words="A rule of ours (OAUTH_025)",
    ),
    Trouble(name="access", status=401, headers=JSON, body=_says("ACCESS_083"), error=NeedsCredentials),
    Trouble(
        name="nowhere to be seen",
        status=401,
        headers=JSON,
        body=_says("OAUTH_027"),
        error=Refused,
        words="is not in ClickUp",
    ),
    Trouble(
        name="no header", status=400, headers=JSON, body=_says("OAUTH_017"), error=Refused, words="OAUTH_017"
    ),
    Trouble(name="input", status=400, headers=JSON, body=_says("INPUT_005"), error=Refused),
    Trouble(name="deleted", status=404, headers=JSON, body=_says("ITEM_013"), error=Refused),
    Trouble(name="plan", status=402, headers=JSON, body=_says("TEAM_110"), error=Refused, words="plan"),
    Trouble(
        name="limit with reset",
        status=429,
        headers={**JSON, "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(RESET)},
        body=_says("APP_002"),
        after=timedelta(seconds=40),
    ),
    Trouble(
        name="limit with reset in milliseconds",
        status=429,
        headers={**JSON, "X-RateLimit-Reset": str(RESET * 1000)},
        body=_says("APP_002"),
        after=timedelta(seconds=40),
    ),
    Trouble(
        name="limit with a clock that goes wrong",
        status=429,
        headers={**JSON, "X-RateLimit-Reset": str(RESET + 7200)},
        body=_says("APP_002"),
        after=timedelta(minutes=1),
    ),
    Trouble(name="limit with nonsense", status=429, headers={"X-RateLimit-Reset": "soon"}),
    Trouble(name="500 with a code", status=500, headers=JSON, body=_says("ITEM_000"), unsure=True),
    after_effect("an error in a success", 200, _says("ITEM_000")),
    after_effect("other data", 200, '{"other": 1}'),
    after_effect("nothing in it", 200, "{}"),
)
QUICK = {"401", "limit with reset", "502 after success", "reset after", "nowhere to be seen"}
CASES = [
    pytest.param(
        STEPS[what],
        trouble,
        id=f"{what}-{trouble.name}".replace(" ", "_"),
        marks=() if trouble.name in QUICK and STEPS[what].making else pytest.mark.slow,
    )
    for what in STEPS
    for trouble in (*HTTP_TROUBLES, *CLICKUP_TROUBLES)
]


class Impatient(Http):
    """A client that waits less for the answer to one step."""

    step: Step

    async def request(self, method: str, url: str, **options: Any) -> Answer:
        """As ever, but for that step."""
        query = urlencode(options["params"] or {})
        hurried = self.step.fits(method, f"{url}?{query}" if query else url)
        return await super().request(method, url, timeout=PATIENCE if hurried else None, **options)


def impatient(rig: ClickupRig, step: Step) -> Impatient:
    """Such a client, for the step."""
    http = Impatient(egress=Egress(["127.0.0.1"]), breakers=Breakers(clock=rig.clock), clock=rig.clock)
    http.step = step
    return http


@dataclass(kw_only=True)
class Trickling:
    """A hook: a request that is the step gets its answer byte by byte."""

    step: Step
    trickle: Trickle

    async def __call__(self, moment: Moment, asked: web.Request) -> None:
        """Let all others pass."""
        if self.step.fits(asked.method, asked.path_qs):
            await self.trickle(moment, asked)


@pytest.mark.parametrize(("step", "trouble"), CASES)
async def test_trouble_with_clickup_becomes_a_port_error_and_a_repeat_one_effect(
    step: Step, trouble: Trouble
) -> None:
    """The error says what to do next and whether the effect may be there, a making was sent once, and the repeat
    finds what the first attempt left, or makes it."""
    async with clickup_rig() as rig:
        rig.seed("one")
        rig.seed("two")
        # A reading is asked again by the edge, so it fails more than once.
        times = 1 if step.making else 3
        rig.simulator.fault(method=step.method, path=step.path, times=times, **trouble.fault)
        http = impatient(rig, step) if trouble.slow else rig.http
        with pytest.raises(PortError) as caught:
            await step.verb(rig, rig.another(http=http))
        if trouble.slow:
            await http.close()
        error = caught.value
        assert type(error) is trouble.error
        assert trouble.words in error.reason
        if isinstance(error, TryLater):
            assert (error.after, error.maybe_done) == (trouble.after, trouble.unsure and step.making)
        makings = sum(exchange.method == "POST" for exchange in rig.simulator.record)
        assert makings == int(step.making and not trouble.slow)  # one that still waits is not on record
        rig.simulator.faults.clear()
        rig.settle()
        await step.verb(rig, rig.pm)
        assert step.effect(rig) == 1
        assert judge(rig.simulator.record) > 0


@pytest.mark.slow
@pytest.mark.parametrize("what", STEPS)
async def test_a_trickling_answer_of_clickup_is_given_up_in_time(what: str) -> None:
    """An answer that never ends ends at our time-out; what it was about may have happened."""
    step = STEPS[what]
    async with clickup_rig() as rig:
        rig.seed("one")
        rig.seed("two")
        trickle = Trickle(word="")
        rig.simulator.hooks.append(Trickling(step=step, trickle=trickle))
        http = impatient(rig, step)
        with pytest.raises(TryLater) as caught:
            await step.verb(rig, rig.another(http=http))
        await http.close()
        trickle.over.set()
        assert caught.value.maybe_done is step.making
        rig.settle()
        await step.verb(rig, rig.pm)
        assert step.effect(rig) == 1


@pytest.mark.parametrize("verb", VERBS)
async def test_no_clickup_there_is_surely_not_done(
    verb: Callable[[ClickupRig, ClickupPm], Awaitable[object]],
) -> None:
    """A connection that was refused had no effect, whatever was to be made."""
    async with clickup_rig() as rig:
        await rig.simulator.stop()
        with pytest.raises(TryLater) as caught:
            await verb(rig, rig.pm)
        assert not caught.value.maybe_done


@pytest.mark.parametrize("verb", VERBS)
async def test_errors_of_clickup_hold_no_token(
    verb: Callable[[ClickupRig, ClickupPm], Awaitable[object]],
) -> None:
    """An answer that echoes the request does not make us print the token."""
    async with clickup_rig() as rig:
        body = _says("INPUT_005", "bad header Authorization: pk_183_SANDBOX0123456789")
        rig.simulator.fault(status=400, headers=JSON, body=body, times=9)
        with pytest.raises(Refused) as caught:
            await verb(rig, rig.pm)
        assert "SANDBOX0123" not in str(caught.value)


async def test_a_second_look_that_fails_is_not_taken_for_an_absence() -> None:
    """Whether a thing is nowhere or the token is at fault is asked; where the answer does not come, nobody guesses."""
    async with clickup_rig() as rig:
        rig.simulator.fault(method="GET", path="/api/v2/team$", status=500, times=3)
        with pytest.raises(TryLater) as caught:
            await rig.pm.check_ticket_status("MOB-4711")
        assert not caught.value.maybe_done
