"""The limiter: how long to wait before the next call to Slack."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.limiter import CHANNEL, WORKSPACE, Family, Limiter
from sandbox.slack.rate_limits import RateLimits


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        """The time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The test's own time."""
    return Clock()


@pytest.fixture
def limiter(clock: Clock) -> Limiter:
    """A limiter that has sent nothing yet."""
    return Limiter(clock=clock)


def test_a_short_burst_goes_at_once_and_then_one_a_second(clock: Clock, limiter: Limiter) -> None:
    """Slack takes about one message per second and channel, and short bursts."""
    delays = []
    for _ in range(CHANNEL[Family.POST].burst + 2):
        delays.append(limiter.delay_for(Family.POST, "C1"))
        clock.now += delays[-1]
        limiter.note_sent(Family.POST, "C1")
    assert delays == [0.0, 0.0, 0.0, 1.0, 1.0]


def test_channels_dont_wait_for_each_other(limiter: Limiter) -> None:
    """A busy channel holds nobody else back."""
    for _ in range(10):
        limiter.note_sent(Family.POST, "C1")
    assert limiter.delay_for(Family.POST, "C1") > 0
    assert limiter.delay_for(Family.POST, "C2") == 0


def test_the_workspace_has_a_limit_too(limiter: Limiter) -> None:
    """Many channels together stay below several hundred a minute."""
    for n in range(WORKSPACE[Family.POST].burst):
        limiter.note_sent(Family.POST, f"C{n}")
    assert limiter.delay_for(Family.POST, "C-new") == WORKSPACE[Family.POST].every


def test_one_message_is_edited_every_three_seconds(clock: Clock, limiter: Limiter) -> None:
    """Slack's advice for progress messages; other messages don't wait for it."""
    limiter.note_sent(Family.EDIT, "C1", ts="1.1")
    assert limiter.delay_for(Family.EDIT, "C1", ts="1.1") == 3.0
    assert limiter.delay_for(Family.EDIT, "C1", ts="2.2") == 0
    clock.now += 2
    assert limiter.delay_for(Family.EDIT, "C1", ts="1.1") == 1.0
    clock.now += 1
    assert limiter.delay_for(Family.EDIT, "C1", ts="1.1") == 0


def test_the_time_between_edits_can_be_set(clock: Clock) -> None:
    """A demo may be faster than a workspace of people."""
    limiter = Limiter(clock=clock, edit_seconds=0.5)
    limiter.note_sent(Family.EDIT, "C1", ts="1.1")
    assert limiter.delay_for(Family.EDIT, "C1", ts="1.1") == 0.5


def test_a_sandbox_without_limits_needs_no_waits(clock: Clock) -> None:
    """With scale 0 nothing of ours waits, and Slack's own wish is kept all the same."""
    limiter = Limiter(clock=clock, edit_seconds=0, scale=0)
    for _ in range(100):
        limiter.note_sent(Family.POST, "C1")
        limiter.note_sent(Family.EDIT, "C1", ts="1.1")
    assert limiter.delay_for(Family.POST, "C1") == 0
    assert limiter.delay_for(Family.EDIT, "C1", ts="1.1") == 0
    limiter.note_retry_after(Family.POST, 2)
    assert limiter.delay_for(Family.POST, "C1") == 2


def test_edits_of_many_messages_have_a_limit(limiter: Limiter) -> None:
    """Fifty releases at once don't run into Slack's 50 edits a minute."""
    for n in range(WORKSPACE[Family.EDIT].burst):
        limiter.note_sent(Family.EDIT, "C1", ts=str(n))
    assert limiter.delay_for(Family.EDIT, "C1", ts="new") == pytest.approx(WORKSPACE[Family.EDIT].every)


def test_a_method_rests_for_as_long_as_slack_says(clock: Clock, limiter: Limiter) -> None:
    """In every channel, and no other method."""
    limiter.note_retry_after(Family.POST, 30)
    assert limiter.delay_for(Family.POST, "C1") == 30
    assert limiter.delay_for(Family.POST, "C2") == 30
    assert limiter.delay_for(Family.EDIT, "C1", ts="1.1") == 0
    clock.now += 30
    assert limiter.delay_for(Family.POST, "C1") == 0


def test_a_shorter_wish_doesnt_shorten_a_longer_one(limiter: Limiter) -> None:
    """Answers may overtake each other."""
    limiter.note_retry_after(Family.POST, 30)
    limiter.note_retry_after(Family.POST, 1)
    assert limiter.delay_for(Family.POST, "C1") == 30


def test_asking_costs_nothing(limiter: Limiter) -> None:
    """Only what is sent counts: whoever asks and doesn't send holds nobody back."""
    for _ in range(100):
        limiter.delay_for(Family.POST, "C1")
    assert limiter.delay_for(Family.POST, "C1") == 0


def test_idle_channels_and_messages_are_forgotten(clock: Clock, limiter: Limiter) -> None:
    """A bot that runs for a year remembers what is busy, not what was."""
    for n in range(3_000):
        limiter.note_sent(Family.EDIT, "C1", ts=str(n))
        limiter.note_sent(Family.POST, f"C{n}")
        clock.now += 10
    assert len(limiter._buckets) + len(limiter._edited) < 600


@given(st.lists(st.tuples(st.sampled_from(["C1", "C2", "C3"]), st.floats(0, 3)), max_size=120))
def test_who_waits_as_told_is_never_refused(sends: list[tuple[str, float]]) -> None:
    """Against the limits of the simulator, whatever the order and the pauses."""
    clock = Clock()
    limiter, slack = Limiter(clock=clock), RateLimits(clock=clock)
    for channel, pause in sends:
        clock.now += pause
        clock.now += limiter.delay_for(Family.POST, channel) + 1e-6
        limiter.note_sent(Family.POST, channel)
        assert slack.wait_for("chat.postMessage", 5, channel) == 0


def test_the_first_edit_of_a_message_goes_at_once_at_any_time() -> None:
    """What was never edited has nothing to wait for: no rest of a subtraction keeps it back (seed 0)."""
    for at in (0.1, 0.3173189289394334, 1e9 + 0.7, 1764408000.1234567):
        limiter = Limiter(clock=lambda at=at: at)  # type: ignore[misc]  # a clock that stands
        assert limiter.delay_for(Family.EDIT, "C1", ts="1.1") == 0


def test_each_that_waits_for_a_channel_has_a_turn_of_its_own(clock: Clock, limiter: Limiter) -> None:
    """Who comes back at its turn may go: none of them comes in vain, and Slack's pace is used up."""
    for _ in range(CHANNEL[Family.POST].burst):
        limiter.note_sent(Family.POST, "C1")
    begin = clock.now
    turns = [begin + limiter.turn(Family.POST, "C1") for _ in range(20)]
    for turn in turns:
        clock.now = turn
        assert limiter.delay_for(Family.POST, "C1") == 0
        limiter.note_sent(Family.POST, "C1")
    assert turns[-1] - begin == pytest.approx(20, abs=0.01)
    assert limiter.turn(Family.POST, "C2") < 0.3


def test_the_turns_after_a_429_begin_when_it_ends(clock: Clock, limiter: Limiter) -> None:
    """Nobody comes while the method rests, and then one after the other."""
    limiter.note_retry_after(Family.POST, 30)
    turns = [limiter.turn(Family.POST, "C1") for _ in range(3)]
    assert turns == pytest.approx([30, 31, 32], abs=0.01)
    clock.now += turns[0]
    assert limiter.delay_for(Family.POST, "C1") == 0


def test_no_turn_is_given_far_ahead(limiter: Limiter) -> None:
    """However many wait, each asks again within about a minute."""
    for number in range(500):
        limiter.note_sent(Family.POST, f"C{number % 3}")
    first = limiter.delay_for(Family.POST, "C1")
    assert max(limiter.turn(Family.POST, "C1") for _ in range(500)) - first < 61


def test_an_edit_that_is_too_soon_takes_no_turn_of_others(limiter: Limiter) -> None:
    """The pause of one message is its own: five cards edited too soon all wait for the same three seconds."""
    for number in range(5):
        limiter.note_sent(Family.EDIT, "C1", ts=f"{number}")
    assert {round(limiter.turn(Family.EDIT, "C1", ts=f"{number}"), 1) for number in range(5)} == {3.0}
