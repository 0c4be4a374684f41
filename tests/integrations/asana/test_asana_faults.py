"""R7 for Asana: every request of every verb, spoiled in every way, ends in the right port error; and the repeat
leaves exactly one effect (R2)."""

import asyncio
import re
from typing import Any

import pytest

from integrations.answers import Answer
from integrations.breaker import Breakers
from integrations.egress import Egress
from integrations.http import Http
from orchestration.ports.errors import PortError, Refused, TryLater
from sandbox.asana import TOKEN
from sandbox.kit import Moment
from tests.integrations.asana.asana_faults import (
    ASANA_TROUBLES,
    STEPS,
    VERBS,
    Step,
    Verb,
    create,
    path_of,
    says,
)
from tests.integrations.asana.asana_rig import LABEL, AsanaRig, asana_rig, at_once, judge
from tests.support.troubles import HTTP_TROUBLES, JSON, Trickle, Trouble

PATIENCE = 1.0  # seconds, for the request that is spoiled; the others have all the time of a busy machine
QUICK = {
    "401",
    "429 in Asana's words",
    "502 after success",
    "reset after",
    "not wrapped",
    "400 in Asana's words",
}
CASES = [
    pytest.param(
        step,
        trouble,
        id=f"{step.name}-{trouble.name}".replace(" ", "_"),
        marks=() if trouble.name in QUICK and step.making else pytest.mark.slow,
    )
    for step in STEPS
    for trouble in (*HTTP_TROUBLES, *ASANA_TROUBLES)
]


class Impatient(Http):
    """A client that waits less for the answer to one request."""

    method = ""
    path = ""

    async def request(self, method: str, url: str, **options: Any) -> Answer:
        """As ever, but for that request."""
        hurried = method == self.method and re.search(self.path, f"/{url.split('/', 3)[3]}?") is not None
        return await super().request(method, url, timeout=PATIENCE if hurried else None, **options)


def impatient(rig: AsanaRig, step: Step) -> Impatient:
    """Such a client, for the request of a step."""
    egress = Egress(["127.0.0.1"])
    http = Impatient(egress=egress, breakers=Breakers(clock=rig.clock), clock=rig.clock, sleep=at_once)
    http.method, http.path = step.method, path_of(step, rig)
    return http


def ground(rig: AsanaRig) -> None:
    """Two tasks."""
    rig.seed("one")
    rig.seed("two")


@pytest.mark.parametrize(("step", "trouble"), CASES)
async def test_trouble_with_asana_becomes_a_port_error_and_the_repeat_one_effect(
    step: Step, trouble: Trouble
) -> None:
    """The error says what to do next and whether the effect may be there, a making request was sent once, and the
    repeat finds what the first attempt left, or makes it."""
    async with asana_rig() as rig:
        ground(rig)
        # A reading is repeated by the edge where that may help, so it must fail more than once.
        times = 1 if step.making or trouble.slow else 3
        path = path_of(step, rig)
        rig.simulator.fault(method=step.method, path=path, times=times, **trouble.fault)
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
        if step.making:
            assert sum(asked.startswith("POST") for asked in rig.asked()) <= 1
        rig.simulator.faults.clear()
        rig.settle()
        await step.verb(rig, rig.pm)
        assert step.effect(rig) == 1
        assert judge(rig.simulator.record) > 0


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name.replace(" ", "_"))
async def test_a_trickling_answer_of_asana_is_given_up_in_time(step: Step) -> None:
    """An answer that never ends ends at our time-out; what it was about may have happened."""
    async with asana_rig() as rig:
        ground(rig)
        trickle = Trickle(word="")
        path = path_of(step, rig)

        async def only(moment: Moment, asked: Any) -> None:
            if asked.method == step.method and re.search(path, asked.path_qs):
                await trickle(moment, asked)

        rig.simulator.hooks.append(only)
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
async def test_no_asana_there_is_surely_not_done(verb: Verb) -> None:
    """A connection that was refused had no effect, whatever was to be made."""
    async with asana_rig() as rig:
        ground(rig)
        await rig.simulator.stop()
        with pytest.raises(TryLater) as caught:
            await verb(rig, rig.pm)
        assert not caught.value.maybe_done


@pytest.mark.parametrize("verb", VERBS)
async def test_errors_of_asana_hold_no_token(verb: Verb) -> None:
    """An answer that echoes the request does not make us print the token."""
    async with asana_rig() as rig:
        ground(rig)
        body = says(f"bad header Authorization: Bearer {TOKEN}")
        rig.simulator.fault(status=400, headers=JSON, body=body, times=9)
        with pytest.raises(Refused) as caught:
            await verb(rig, rig.pm)
        assert "c0ffee" not in str(caught.value)


async def test_two_creates_at_once_agree_on_one_task() -> None:
    """Asana has no key to hold two creates apart, so both may make one; from then on everybody takes the older."""
    async with asana_rig() as rig:
        both = asyncio.Barrier(2)

        async def together(moment: Moment, asked: Any) -> None:
            if moment is Moment.ARRIVED and asked.method == "POST":
                rig.clock.now += 1
                await both.wait()

        rig.simulator.hooks.append(together)
        await asyncio.gather(create(rig, rig.pm), create(rig, rig.pm))
        rig.simulator.hooks.clear()
        assert rig.tickets(LABEL) == 2
        found = await rig.pm.find_ticket(project=rig.project, label=LABEL)
        assert found == await rig.pm.create_release_ticket(rig.request())
        assert found is not None
        rows = rig.simulator.world.rows
        assert found.key == next(gid for gid, row in rows.items() if row.name == rig.request().summary)
