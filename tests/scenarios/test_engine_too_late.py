"""A worker that stands still inside a verb of a port, between its look and its making."""

from pathlib import Path

import pytest

from orchestration.domain.effects import EffectState
from orchestration.domain.tasks import TaskState, TaskType
from orchestration.ports.making import TooLate, check_before_making
from tests.support.engine import Bench, bench
from tests.support.rehearsed import Company, begin, found


class Sleeper:
    """Stands still for a while inside the first call of a verb, and then wants to make something."""

    def __init__(self, verb: str, seconds: float) -> None:
        self._verb = verb
        self._seconds = seconds
        self.bench: Bench | None = None
        self.told: list[str] = []

    def __call__(self, _port: str, verb: str) -> None:
        """The hook of the twins."""
        if verb != self._verb or self.bench is None or self.told:
            return
        self.bench.clock.forward(seconds=self._seconds)
        try:
            check_before_making()
        except TooLate:
            self.told.append("too late")
            raise
        self.told.append("in time")


@pytest.mark.parametrize(("seconds", "told"), [(10, "in time"), (31, "too late")])
@pytest.mark.parametrize("verb", ["create_release_ticket", "create_test_suite", "trigger_planned_release"])
async def test_a_long_sleep_in_the_midst_of_a_verb_makes_nothing(
    tmp_path: Path, verb: str, seconds: float, told: str
) -> None:
    """R2, R4: by then the lease may be over and the thing made by another worker, so the verb is told to stop, the
    try is put off, and the next one looks first. A sleep that the lease covers changes nothing."""
    sleeper = Sleeper(verb, seconds)
    company = Company(hook=sleeper)
    async with bench(tmp_path, company.ports()) as place:
        sleeper.bench = place
        await found(place)
        release_id = (await begin(place)).id
        await place.settle()
        assert sleeper.told == [told]
        release = await place.release(release_id)
        retrying = [task.type for task in release.tasks if task.state is TaskState.RETRYING]
        assert len(retrying) == (told == "too late")
        dropped = [e for e in release.effects if e.state is EffectState.DROPPED]
        assert len(dropped) == (told == "too late")
        await place.live(steps=3, seconds=30)
        release = await place.release(release_id)
        ticket = release.find_task(TaskType.CREATE_PROJECT_MANAGEMENT_TICKET, pair=release.plans[0].pair)
        assert ticket is not None
        assert ticket.state is TaskState.SUCCEEDED
        assert [e for e in release.effects if e.state is EffectState.DROPPED] == []
