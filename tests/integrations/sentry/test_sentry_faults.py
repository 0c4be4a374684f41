"""The fault matrix of Sentry: reading, times every trouble, and then once more."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from orchestration.ports.errors import NeedsCredentials, PortError, Refused, TryLater
from orchestration.ports.release_health import HealthReport, ReleaseHealth
from sandbox.kit import Fault, FaultKind
from tests.integrations.sentry.sentry_rig import APP, START, SentryRig, client, sentry_rig

JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html"}
BEFORE, AFTER = FaultKind.ANSWER_BEFORE, FaultKind.ANSWER_AFTER


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """A fault, and what the adapter must make of it."""

    kind: FaultKind = BEFORE
    error: type[PortError] = TryLater
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=lambda: JSON)
    body: str = '{"detail": "no"}'
    after: float | None = None


TROUBLES = {
    "401": Trouble(error=NeedsCredentials, status=401, body='{"detail": "Invalid token"}'),
    "403": Trouble(error=NeedsCredentials, status=403),
    "404": Trouble(error=Refused, status=404),
    "409": Trouble(error=Refused, status=409),
    "422": Trouble(error=Refused, status=422),
    "429": Trouble(status=429),
    "429 told when": Trouble(status=429, headers={**JSON, "Retry-After": "17"}, after=17.0),
    "429 told the reset": Trouble(
        status=429, headers={**JSON, "X-Sentry-Rate-Limit-Reset": f"{START + 42:.0f}"}, after=42.0
    ),
    "500": Trouble(),
    "502 after": Trouble(kind=AFTER, status=502, headers=HTML, body="<h1>502</h1>"),
    "503 told when": Trouble(status=503, headers={"Retry-After": "9"}, after=9.0),
    "reset before": Trouble(kind=FaultKind.DROP_BEFORE),
    "reset after": Trouble(kind=FaultKind.DROP_AFTER),
    "time-out before": Trouble(kind=FaultKind.SLOW_BEFORE),
    "time-out after": Trouble(kind=FaultKind.SLOW_AFTER),
    "malformed": Trouble(kind=AFTER, status=200, body='{"groups": ['),
    "no body": Trouble(kind=AFTER, status=200, body=""),
    "not JSON": Trouble(kind=AFTER, status=200, headers=HTML, body="<h1>hi</h1>"),
    "other JSON": Trouble(kind=AFTER, status=200, body="[1, 2]"),
    "a rate above 1": Trouble(
        kind=AFTER,
        status=200,
        body=(
            '{"groups": [{"by": {"release": "a@1"}, "version": "a@1", "totals": {"sum(session)": 1, '
            '"count_unique(user)": 1, "crash_free_rate(session)": 99.5, "crash_free_rate(user)": 1}}], '
            '"projects": 7}'
        ),
    ),
}
REQUESTS = {"sessions": "/sessions/", "release": r"/releases/.+/"}


@pytest.fixture
async def rig() -> AsyncIterator[SentryRig]:
    """A server that counted something, and an adapter."""
    async with sentry_rig() as made:
        made.count("2.14.0", "417", sessions=100, crashed=1)
        yield made


async def read(rig: SentryRig, health: ReleaseHealth | None = None) -> HealthReport:
    """The verb of the port."""
    return await (health or rig.health).read_health(
        project=rig.project,
        app=APP,
        version="2.14.0",
        build="417",
        since=rig.now() - timedelta(days=1),
        until=rig.now() + timedelta(hours=1),
    )


@pytest.mark.parametrize(
    ("what", "why"),
    [
        pytest.param(what, why, marks=[pytest.mark.slow] if "time-out" in why else [])
        for what in REQUESTS
        for why in TROUBLES
        if (what, why) != ("release", "404")  # there it says that the release is not known
    ],
)
async def test_trouble_is_told_and_passes(rig: SentryRig, what: str, why: str) -> None:
    """The error says what to do next and when; asked again, everything is there."""
    trouble = TROUBLES[why]
    slow = trouble.kind in (FaultKind.SLOW_BEFORE, FaultKind.SLOW_AFTER)
    http = client(rig.clock, total=0.3) if slow else rig.http
    fault = Fault(
        path=REQUESTS[what],
        kind=trouble.kind,
        times=3,
        status=trouble.status,
        headers=trouble.headers,
        body=trouble.body,
        seconds=60.0,
    )
    rig.simulator.faults.append(fault)
    with pytest.raises(trouble.error) as caught:
        await read(rig, rig.another(http=http))
    if slow:
        await http.close()
    if isinstance(caught.value, TryLater):
        assert not caught.value.maybe_done
        assert caught.value.after == (None if trouble.after is None else timedelta(seconds=trouble.after))
    rig.simulator.faults.clear()
    rig.clock.now += 60.0
    (vitals,) = (await read(rig)).vitals
    assert vitals.sessions == 100


async def test_a_refused_connection_asks_for_patience(rig: SentryRig) -> None:
    """With the server down nothing was done."""
    await rig.simulator.stop()
    with pytest.raises(TryLater) as caught:
        await read(rig)
    assert not caught.value.maybe_done


async def test_no_error_shows_the_token(rig: SentryRig) -> None:
    """A server that echoes the request does not make us print the token."""
    body = '{"detail": "bad header Authorization: Bearer sentry-sandbox-token"}'
    rig.simulator.fault(status=400, headers=JSON, body=body)
    with pytest.raises(Refused) as caught:
        await read(rig)
    assert "sandbox-token" not in str(caught.value)
