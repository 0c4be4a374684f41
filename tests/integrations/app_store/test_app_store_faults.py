"""R7 for App Store Connect: every request of every verb, spoiled in every way, ends in the right port error; and the
repeat leaves exactly one effect (R2)."""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from integrations.answers import Answer
from integrations.app_store import AppStoreConnect
from integrations.breaker import Breakers
from integrations.egress import Egress
from integrations.http import Http
from orchestration.ports.app_store import StoreBuild
from orchestration.ports.errors import NeedsCredentials, PortError, Refused, TryLater
from tests.integrations.app_store.app_store_rig import AppStoreRig, app_store_rig
from tests.support.troubles import HTTP_TROUBLES, JSON, Trickle, Trouble, after_effect

PATIENCE = 1.0  # seconds, for the request that is spoiled; the others have all the time of a busy machine
Verb = Callable[[AppStoreConnect, StoreBuild], Awaitable[object]]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One request of a verb, by method and a pattern of its path and query, and the effect that must be in the end.

    `passes` names the troubles that the verb copes with by itself.
    """

    verb: Verb
    path: str
    method: str = "GET"
    effect: Callable[[AppStoreRig], int] = lambda _rig: 1
    passes: tuple[str, ...] = ()

    @property
    def making(self) -> bool:
        """Whether the request is to change something."""
        return self.method == "POST"


def _find(store: AppStoreConnect, _build: StoreBuild) -> Awaitable[object]:
    return store.find_build(version="1.2.0", number="41", not_before=None)


def _give(store: AppStoreConnect, build: StoreBuild) -> Awaitable[object]:
    return store.share_with_testers(build, group="Team")


def _give_outside(store: AppStoreConnect, build: StoreBuild) -> Awaitable[object]:
    return store.share_with_testers(build, group="Friends")


def _submitted(rig: AppStoreRig) -> int:
    build = rig.simulator.build("1.2.0", "41")
    return int(build.submission is not None and rig.tellings() == 1)


READS_NOTHING = ("malformed", "empty", "wrong content type", "another shape", "null", "nothing in it")
STEPS = {
    "find: app": Step(verb=_find, path=r"^/v1/apps\?"),
    "find": Step(verb=_find, path=r"^/v1/builds\?"),
    "give: app": Step(verb=_give, path=r"^/v1/apps\?", effect=AppStoreRig.tellings),
    "give: group": Step(verb=_give, path=r"^/v1/betaGroups\?", effect=AppStoreRig.tellings),
    "give: build": Step(verb=_give, path=r"^/v1/builds\?.*include=", effect=AppStoreRig.tellings),
    "give: look": Step(verb=_give, path=r"^/v1/builds\?.*betaGroups(\]|%5D)=", effect=AppStoreRig.tellings),
    "give": Step(
        verb=_give,
        method="POST",
        path="/relationships/builds$",
        effect=AppStoreRig.tellings,
        passes=READS_NOTHING,
    ),
    "submit": Step(
        verb=_give_outside, method="POST", path="^/v1/betaAppReviewSubmissions$", effect=_submitted
    ),
}


def _error(code: str, detail: str = "A rule of Apple's.") -> str:
    return json.dumps({"errors": [{"status": "0", "code": code, "title": "A title", "detail": detail}]})


APPLE_TROUBLES = (
    Trouble(
        name="not authorized",
        status=401,
        headers=JSON,
        body=_error("NOT_AUTHORIZED"),
        error=NeedsCredentials,
        words="A rule of Apple's",
    ),
    Trouble(
        name="agreement",
        status=403,
        headers=JSON,
        body=_error("FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED"),
        error=Refused,
        words="Account Holder",
    ),
    Trouble(
        name="forbidden",
        status=403,
        headers=JSON,
        body=_error("FORBIDDEN_ERROR"),
        error=NeedsCredentials,
        words="role",
    ),
    Trouble(
        name="parameter",
        status=400,
        headers=JSON,
        body=_error("PARAMETER_ERROR.ILLEGAL"),
        error=Refused,
        words="A rule of Apple's",
    ),
    Trouble(name="not there", status=404, headers=JSON, body=_error("NOT_FOUND"), error=Refused),
    Trouble(name="state", status=409, headers=JSON, body=_error("STATE_ERROR"), error=Refused),
    Trouble(
        name="rate",
        status=429,
        headers={**JSON, "X-Rate-Limit": "user-hour-lim:3500;user-hour-rem:0;"},
        body=_error("RATE_LIMIT_EXCEEDED"),
        after=timedelta(minutes=5),
    ),
    Trouble(name="unexpected", status=500, headers=JSON, body=_error("UNEXPECTED_ERROR"), unsure=True),
    Trouble(name="to a log-in", status=302, headers={"Location": "/login"}, error=Refused),
    after_effect("504 after success", 504, ""),
    after_effect("nothing in it", 200, "{}"),
)
# What the edge asks again by itself, when it only reads.
REPEATED = {"502 after success", "504 after success", "reset before", "reset after"}
QUICK = {"401", "agreement", "rate", "502 after success", "reset after", "state", "null"}
CASES = [
    pytest.param(
        STEPS[what],
        trouble,
        id=f"{what}-{trouble.name}".replace(" ", "_"),
        marks=() if trouble.name in QUICK and STEPS[what].making else pytest.mark.slow,
    )
    for what in STEPS
    for trouble in (*HTTP_TROUBLES, *APPLE_TROUBLES)
]


def times_of(trouble: Trouble, *, making: bool) -> int:
    """How often the same is asked: readings by the edge, and what Apple does not take a token for by the adapter."""
    if trouble.status == HTTPStatus.UNAUTHORIZED:
        return 2
    return 3 if trouble.name in REPEATED and not making else 1


class Impatient(Http):
    """A client that waits less for the answer to one step."""

    step: Step

    async def request(self, method: str, url: str, **options: Any) -> Answer:
        """As ever, but for that step."""
        asked = urlsplit(url).path + ("?" + urlencode(options["params"]) if options["params"] else "")
        if method == self.step.method and re.search(self.step.path, asked):
            options["timeout"] = PATIENCE
        return await super().request(method, url, **options)


def impatient(rig: AppStoreRig, step: Step) -> Impatient:
    """Such a client."""
    http = Impatient(egress=Egress(["127.0.0.1"]), breakers=Breakers(clock=rig.ours), clock=rig.ours)
    http.step = step
    return http


@pytest.mark.parametrize(("step", "trouble"), CASES)
async def test_trouble_with_apple_becomes_a_port_error_and_the_repeat_one_effect(
    step: Step, trouble: Trouble
) -> None:
    """The error says what to do next and whether the effect may be there, a making request was sent once, and the
    repeat finds what the first attempt left, or makes it."""
    async with app_store_rig() as rig:
        rig.upload("1.2.0", "41")
        build = await rig.found()
        times = times_of(trouble, making=step.making)
        rig.simulator.fault(method=step.method, path=step.path, times=times, **trouble.fault)
        http = impatient(rig, step) if trouble.slow else rig.http
        store = rig.another(http=http)
        if trouble.name in step.passes:
            await step.verb(store, build)
        else:
            with pytest.raises(PortError) as caught:
                await step.verb(store, build)
            error = caught.value
            assert type(error) is trouble.error
            assert trouble.words in error.reason
            if isinstance(error, TryLater):
                assert (error.after, error.maybe_done) == (trouble.after, trouble.unsure and step.making)
        if trouble.slow:
            await http.close()
        else:
            assert sum(exchange.spoiled for exchange in rig.simulator.record) == times
        made = [path for path in rig.sent() if re.search(step.path, path)]
        assert len(made) <= (times if step.making else 1)
        rig.simulator.faults.clear()
        rig.clock.now += 3600  # a breaker may have to close again
        await step.verb(rig.store, build)
        assert step.effect(rig) == 1


@pytest.mark.slow
@pytest.mark.parametrize(("what", "word"), [("submit", "betaAppReviewSubmissions"), ("give", '"builds"')])
async def test_a_trickling_answer_of_apples_is_given_up_in_time(what: str, word: str) -> None:
    """An answer that never ends ends at our time-out; what it was about may have happened."""
    step = STEPS[what]
    async with app_store_rig() as rig:
        rig.upload("1.2.0", "41")
        build = await rig.found()
        trickle = Trickle(word=word)
        rig.simulator.hooks.append(trickle)
        http = impatient(rig, step)
        with pytest.raises(TryLater) as caught:
            await step.verb(rig.another(http=http), build)
        await http.close()
        trickle.over.set()
        assert caught.value.maybe_done
        await step.verb(rig.store, build)
        assert step.effect(rig) == 1


@pytest.mark.parametrize("verb", [_find, _give, _give_outside])
async def test_nobody_at_apples_is_surely_not_done(verb: Verb) -> None:
    """A connection that was refused had no effect, whatever was to be made."""
    async with app_store_rig() as rig:
        rig.upload("1.2.0", "41")
        build = await rig.found()
        await rig.simulator.stop()
        with pytest.raises(TryLater) as caught:
            await verb(rig.store, build)
        assert not caught.value.maybe_done


async def test_a_beta_state_that_makes_no_sense_is_no_answer() -> None:
    """What is sent along with a build is judged with it."""
    async with app_store_rig() as rig:
        rig.upload("1.2.0", "41")
        key = {"type": "buildBetaDetails", "id": "b"}
        told = {"version": "41", "uploadedDate": "2026-11-24T08:00:00Z", "processingState": "VALID"}
        row = {
            "type": "builds",
            "id": "1",
            "attributes": told,
            "relationships": {"buildBetaDetail": {"data": key}},
        }
        along = [{**key, "attributes": {"internalBuildState": ["READY"]}}]
        body = json.dumps({"data": [row], "included": along, "links": {"self": "/"}})
        rig.simulator.fault(path=r"^/v1/builds", status=200, headers=JSON, body=body)
        with pytest.raises(TryLater, match="could not be read"):
            await rig.found()


async def test_a_time_without_a_zone_is_one_of_utc() -> None:
    """It is compared with ours, which have one."""
    async with app_store_rig() as rig:
        told = {"version": "41", "uploadedDate": "2026-11-24T08:00:00", "processingState": "VALID"}
        key = {"type": "preReleaseVersions", "id": "v"}
        relations = {"preReleaseVersion": {"data": key}}
        row = {"type": "builds", "id": "1", "attributes": told, "relationships": relations}
        along = [{**key, "attributes": {"version": "1.2.0"}}]
        body = json.dumps({"data": [row], "included": along, "links": {"self": "/"}})
        rig.simulator.fault(path=r"^/v1/builds", status=200, headers=JSON, body=body)
        at = datetime(2026, 11, 24, 8, tzinfo=UTC)
        found = await rig.store.find_build(version="1.2.0", number=None, not_before=at)
        assert found is not None
        assert found.uploaded_at == at
