"""Nothing is made by a worker whose work may be another's by now, whichever client it uses."""

import pytest
from requests import Session

from integrations.breaker import Breakers, BreakerState, Limits
from integrations.egress import Egress
from integrations.http import Http
from integrations.threads import Threads, guarded_session
from orchestration.ports.making import TooLate, check_before_making, making_while
from tests.integrations.edge.conftest import Things

TENANT, PROVIDER = "T1", "things"
LOCAL = Egress(["127.0.0.0/8"])


def _over() -> bool:
    return False


async def _make(http: Http, things: Things) -> None:
    await http.request("POST", f"{things.url}/thing", provider=PROVIDER, tenant=TENANT, json={}, making=True)


async def test_a_request_that_makes_something_is_not_sent_too_late(http: Http, things: Things) -> None:
    """Nothing was done, and the caller is told so; in time, and outside of any work, it is sent."""
    with making_while(_over), pytest.raises(TooLate) as late:
        await _make(http, things)
    assert not late.value.maybe_done
    assert things.made == 0
    with making_while(lambda: True):
        await _make(http, things)
    await _make(http, things)
    assert things.made == 2


async def test_reading_is_never_too_late(http: Http, things: Things) -> None:
    """A look changes nothing, so whoever may have lost the work may still look."""
    with making_while(_over):
        answer = await http.request("GET", f"{things.url}/thing", provider=PROVIDER, tenant=TENANT)
    assert answer.status == 200


async def test_blocking_clients_are_held_back_in_their_threads(things: Things) -> None:
    """PyGithub and jira send from a thread: the limit of the work goes with them, and no breaker is to hear of it."""
    breakers = Breakers(clock=lambda: 0.0, limits=Limits(failures=1))
    threads = Threads(egress=LOCAL, breakers=breakers)
    session: Session = guarded_session(LOCAL, things.url)

    async def make() -> int:
        answer = await threads.ask((TENANT, PROVIDER), session.post, f"{things.url}/thing", timeout=5)
        return answer.status_code

    with making_while(_over), pytest.raises(TooLate):
        await make()
    assert things.made == 0
    assert breakers.of(TENANT, PROVIDER).state() is BreakerState.CLOSED
    assert await make() == 200
    assert things.made == 1
    session.close()
    await threads.close()


def test_the_limit_ends_with_its_block() -> None:
    """An inner limit does not outlive its block, and the outer one holds again."""
    with making_while(_over):
        with making_while(lambda: True):
            check_before_making()
        with pytest.raises(TooLate):
            check_before_making()
    check_before_making()
