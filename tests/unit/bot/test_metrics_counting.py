"""What is counted of changes and of calls to providers."""

from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry

from bot.metrics.counting import Counting
from bot.metrics.instruments import Instruments
from integrations.observed import Observed
from orchestration.domain.change import Change
from orchestration.domain.events import EventKind
from orchestration.domain.stages import Stage, StageState
from orchestration.domain.tasks import TaskState, Wait, WaitOwner
from orchestration.ports.errors import AlreadyDifferent, NeedsCredentials, PortError, Refused, TryLater
from tests.store.samples import NOW, small_release

LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def on() -> Instruments:
    """Instruments of their own."""
    return Instruments(CollectorRegistry())


@pytest.fixture
def counting(on: Instruments) -> Counting:
    """Counts at a clock that stands still."""
    return Counting(on, now=lambda: 1000.0, clock=lambda: 5.0)


def _value(on: Instruments, name: str, **labels: str) -> float | None:
    return on.registry.get_sample_value(f"stationmaster_{name}", labels)


def test_a_task_that_waited_and_ended_shows_how_long(on: Instruments, counting: Counting) -> None:
    """Its end, its tries, its whole time, and its wait with the owner."""
    wait = Wait(what="CI", owner=WaitOwner.CI, since=NOW, check_at=NOW, deadline_at=NOW + timedelta(hours=1))
    task = replace(small_release().tasks[0], state=TaskState.WAITING, wait=wait, started_at=NOW, attempts=2)
    change = Change(replace(small_release(), tasks=(task,)), now=LATER)
    done = replace(task, state=TaskState.SUCCEEDED, wait=None, finished_at=LATER)
    change.release = replace(change.release, tasks=(done,))
    counting.saved(change)
    assert _value(on, "task_ends_total", type=task.type, outcome="SUCCEEDED") == 1
    assert _value(on, "task_seconds_sum", type=task.type) == 600
    assert _value(on, "task_wait_seconds_sum", type=task.type, owner="CI") == 600
    assert _value(on, "task_attempts_sum", type=task.type) == 2


def test_a_change_that_ends_nothing_counts_no_end(on: Instruments, counting: Counting) -> None:
    """A task that was over before is not counted again with each change of its release."""
    task = replace(small_release().tasks[0], state=TaskState.SUCCEEDED)
    change = Change(replace(small_release(), tasks=(task,)), now=LATER)
    change.tell(EventKind.HOLD_PLACED)
    counting.saved(change)
    assert _value(on, "task_ends_total", type=task.type, outcome="SUCCEEDED") is None
    assert _value(on, "release_events_total", kind="HOLD_PLACED") == 1


def test_a_stage_that_ended_shows_how_long_it_took(on: Instruments, counting: Counting) -> None:
    """Once, with the change that ended it."""
    change = Change(small_release(), now=LATER)
    over = replace(change.release.stages[0], state=StageState.COMPLETED, completed_at=LATER)
    change.release = replace(change.release, stages=(over, *change.release.stages[1:]))
    counting.saved(change)
    counting.saved(Change(change.release, now=LATER))
    assert _value(on, "stage_seconds_count", stage=Stage.KICKOFF) == 1
    assert _value(on, "stage_seconds_sum", stage=Stage.KICKOFF) == 600


class _Port:
    """A port with one verb, which does as it is told."""

    title = "CI"

    def __init__(self, error: BaseException | None) -> None:
        self._error = error

    async def create_tag(self, name: str) -> str:
        """The name, or the error."""
        if self._error is not None:
            raise self._error
        return name


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, "ok"),
        (TryLater("busy"), "try_later"),
        (NeedsCredentials("token"), "needs_credentials"),
        (Refused("no"), "refused"),
        (AlreadyDifferent("other", expected="a", found="b"), "different"),
        (ValueError("ours"), "fault"),
    ],
)
async def test_a_call_is_counted_by_how_it_ended(
    on: Instruments, counting: Counting, error: Exception | None, outcome: str
) -> None:
    """The error is the provider's answer, and goes on its way unchanged."""
    port = Observed(_Port(error), counting, provider="github", name="scm")
    if error is None:
        assert await port.create_tag("v1") == "v1"
    else:
        with pytest.raises(type(error)) as raised:
            await port.create_tag("v1")
        assert raised.value is error
    labels = {"provider": "github", "port": "scm", "verb": "create_tag"}
    assert _value(on, "provider_calls_total", **labels, outcome=outcome) == 1
    assert _value(on, "provider_call_seconds_count", **labels) == 1
    assert port.title == "CI"


def test_a_receiver_of_webhooks_is_one_label(on: Instruments, counting: Counting) -> None:
    """Its id would be a series for each receiver of each tenant."""
    for number in range(3):
        counting.request(provider=f"webhook wh-{number}", method="POST", status="200")
    assert _value(on, "provider_http_requests_total", provider="webhook", method="POST", status="200") == 3


def test_every_port_error_has_a_word(on: Instruments, counting: Counting) -> None:
    """An error of the ports that is new must not count as a fault of ours."""
    for kind in PortError.__subclasses__():
        error = kind.__new__(kind)
        with pytest.raises(kind), counting.call(provider="p", port="scm", verb=kind.__name__):
            raise error
        assert (
            _value(on, "provider_calls_total", provider="p", port="scm", verb=kind.__name__, outcome="fault")
            is None
        )
