"""The fault matrix of Checkmate: every verb times every trouble, and then the same verb once more.

Whatever happened, the repeat leaves exactly one effect.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from orchestration.ports.errors import NeedsCredentials, PortError, Refused, TryLater
from orchestration.ports.test_platform import Selection, Suite
from sandbox.checkmate import CaseStatus, RunStatus
from sandbox.checkmate.world import Run
from sandbox.kit import Fault, FaultKind
from tests.integrations.checkmate.checkmate_rig import CheckmateRig, checkmate_rig, client

NAME = "1.2.0 iOS r7f3k2q9"
JSON = {"Content-Type": "application/json; charset=utf-8"}
HTML = {"Content-Type": "text/html; charset=utf-8"}


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """A fault, what the adapter must make of it, and whether an effect may have happened when making."""

    kind: FaultKind
    error: type[PortError]
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    doubt: bool = False
    after: float | None = None


BEFORE, AFTER = FaultKind.ANSWER_BEFORE, FaultKind.ANSWER_AFTER
ENVELOPE = '{"data": null, "error": "SqlError: deadlock", "status": 500}'
TROUBLES = {
    "401 role": Trouble(
        kind=BEFORE, error=NeedsCredentials, status=401, headers=JSON, body='{"status": 401}'
    ),
    "403 token": Trouble(
        kind=BEFORE, error=NeedsCredentials, status=403, headers=JSON, body='{"status": 403}'
    ),
    "404 page": Trouble(kind=BEFORE, error=Refused, status=404, headers=HTML, body="<h1>404</h1>"),
    "409": Trouble(kind=BEFORE, error=Refused, status=409, headers=JSON, body='{"error": "conflict"}'),
    "422": Trouble(kind=BEFORE, error=Refused, status=422, headers=JSON, body='{"error": "no"}'),
    "423 locked": Trouble(
        kind=BEFORE, error=Refused, status=423, headers=JSON, body='{"error": "Run is not active"}'
    ),
    "429 told when": Trouble(
        kind=BEFORE, error=TryLater, status=429, headers={"Retry-After": "17"}, after=17.0
    ),
    "429": Trouble(kind=BEFORE, error=TryLater, status=429),
    "500": Trouble(kind=BEFORE, error=TryLater, headers=JSON, body=ENVELOPE, doubt=True),
    "502 after": Trouble(
        kind=AFTER, error=TryLater, status=502, headers=HTML, body="<h1>502</h1>", doubt=True
    ),
    "503 told when": Trouble(
        kind=BEFORE, error=TryLater, status=503, headers={"Retry-After": "9"}, doubt=True, after=9.0
    ),
    "reset before": Trouble(kind=FaultKind.DROP_BEFORE, error=TryLater, doubt=True),
    "reset after": Trouble(kind=FaultKind.DROP_AFTER, error=TryLater, doubt=True),
    "time-out before": Trouble(kind=FaultKind.SLOW_BEFORE, error=TryLater, doubt=True),
    "time-out after": Trouble(kind=FaultKind.SLOW_AFTER, error=TryLater, doubt=True),
    "malformed": Trouble(kind=AFTER, error=TryLater, status=200, headers=JSON, body='{"data": {', doubt=True),
    "no body": Trouble(kind=AFTER, error=TryLater, status=200, headers=JSON, doubt=True),
    "not JSON": Trouble(kind=AFTER, error=TryLater, status=200, headers=HTML, body="<h1>hi</h1>", doubt=True),
    "other JSON": Trouble(kind=AFTER, error=TryLater, status=200, headers=JSON, body="[1, 2]", doubt=True),
    "other data": Trouble(
        kind=AFTER, error=TryLater, status=200, headers=JSON, body='{"data": {"a": 1}}', doubt=True
    ),
    "no data": Trouble(
        kind=AFTER, error=TryLater, status=200, headers=JSON, body='{"data": null, "error": null}', doubt=True
    ),
    "error in a success": Trouble(
        kind=BEFORE, error=Refused, status=200, headers=JSON, body='{"data": null, "error": "Odd thing"}'
    ),
}


@dataclass(frozen=True, kw_only=True)
class Verb:
    """A verb of the port, the request that the trouble hits, and the effect that must be there in the end."""

    path: str
    method: str
    call: Callable[[CheckmateRig, Suite], Awaitable[object]]
    holds: Callable[[CheckmateRig, Run], bool]

    @property
    def making(self) -> bool:
        """Whether the request has an effect."""
        return self.method != "GET"


async def create(rig: CheckmateRig, _suite: Suite) -> object:
    """A second run beside the one that every test has."""
    return await rig.platform.create_test_suite(
        project="1", name=f"{NAME} b", release_version="1.2.0", selection=Selection()
    )


VERBS = {
    "find": Verb(
        path=r"/runs\?",
        method="GET",
        call=lambda rig, suite: rig.platform.find_suite(project="1", name=suite.name),
        holds=lambda rig, run: rig.made(run.name) == 1,
    ),
    "create": Verb(
        path="/run/create",
        method="POST",
        call=create,
        holds=lambda rig, _run: rig.made(f"{NAME} b") == 1,
    ),
    "reset": Verb(
        path="/run/reset",
        method="PUT",
        call=lambda rig, suite: rig.platform.reset_test_suite(project="1", suite=suite.id),
        holds=lambda _rig, run: set(run.cases.values()) == {CaseStatus.RETEST},
    ),
    "status": Verb(
        path="/run/state-detail",
        method="GET",
        call=lambda rig, suite: rig.platform.get_test_suite_status(project="1", suite=suite.id),
        holds=lambda _rig, run: run.status is RunStatus.ACTIVE,
    ),
    "lock": Verb(
        path="/run/lock",
        method="PUT",
        call=lambda rig, suite: rig.platform.lock(project="1", suite=suite.id),
        holds=lambda _rig, run: run.status is RunStatus.LOCKED,
    ),
}


@pytest.fixture
async def rig() -> AsyncIterator[CheckmateRig]:
    """A server and an adapter."""
    async with checkmate_rig() as made:
        yield made


async def prepared(rig: CheckmateRig) -> Suite:
    """A run in which everything passed, so that a reset has something to do."""
    suite = await rig.platform.create_test_suite(
        project="1", name=NAME, release_version="1.2.0", selection=Selection()
    )
    rig.fill(suite.id, "passed")
    return suite


def fault_of(trouble: Trouble, verb: Verb) -> Fault:
    """The fault for the verb's own request. A reading is repeated by the edge, so it fails more than once."""
    return Fault(
        method=verb.method,
        path=verb.path,
        kind=trouble.kind,
        times=1 if verb.making else 3,
        status=trouble.status,
        headers=trouble.headers,
        body=trouble.body,
        seconds=60.0,
    )


@pytest.mark.parametrize("what", VERBS)
@pytest.mark.parametrize(
    "why", [pytest.param(w, marks=pytest.mark.slow) if "time-out" in w else w for w in TROUBLES]
)
async def test_a_repeat_after_trouble_leaves_one_effect(rig: CheckmateRig, what: str, why: str) -> None:
    """The error says what to do next and whether the effect may be there; doing it again makes it so, once."""
    verb, trouble = VERBS[what], TROUBLES[why]
    suite = await prepared(rig)
    slow = trouble.kind in (FaultKind.SLOW_BEFORE, FaultKind.SLOW_AFTER)
    usual = rig.adapter
    http = client(rig.clock, total=0.3) if slow else rig.http
    rig.adapter = rig.another(http=http)
    rig.simulator.faults.append(fault_of(trouble, verb))
    with pytest.raises(trouble.error) as caught:
        await verb.call(rig, suite)
    if slow:
        await http.close()
    error = caught.value
    if isinstance(error, TryLater):
        assert error.maybe_done is (trouble.doubt and verb.making)
        assert error.after == (None if trouble.after is None else timedelta(seconds=trouble.after))
    rig.simulator.faults.clear()
    rig.clock.now += 3600.0
    rig.adapter = usual
    await verb.call(rig, suite)
    assert verb.holds(rig, rig.simulator.world.runs[int(suite.id)])


@pytest.mark.parametrize("what", VERBS)
async def test_a_refused_connection_did_nothing(rig: CheckmateRig, what: str) -> None:
    """With the server down every verb asks for patience and is sure that nothing happened."""
    suite = await prepared(rig)
    await rig.simulator.stop()
    with pytest.raises(TryLater) as caught:
        await VERBS[what].call(rig, suite)
    assert not caught.value.maybe_done


@pytest.mark.parametrize("what", VERBS)
async def test_no_error_shows_the_token(rig: CheckmateRig, what: str) -> None:
    """A server that echoes the request does not make us print the token."""
    suite = await prepared(rig)
    body = '{"error": "bad header Authorization: Bearer checkmate-sandbox-token"}'
    rig.simulator.fault(status=400, headers=JSON, body=body)
    with pytest.raises(Refused) as caught:
        await VERBS[what].call(rig, suite)
    assert "sandbox-token" not in str(caught.value)
