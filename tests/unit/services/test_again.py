"""What the database undid is begun anew, a few times and not at once; nothing else is."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from orchestration.ports.runtime import DatabaseAway, GaveWay, ReleaseHeld, StaleClaim
from orchestration.services import again as module
from orchestration.services.again import again, stand_back


@dataclass
class Act:
    """Something that may be done twice: each of `troubles` ends a try of it, and then it goes well."""

    troubles: list[Exception] = field(default_factory=list)
    did: list[str] = field(default_factory=list)

    async def act(self, word: str, *, sign: str) -> str:
        """One try."""
        self.did.append("tried")
        if self.troubles:
            raise self.troubles.pop(0)
        return word + sign

    async def rest(self) -> None:
        """What is done between two tries."""
        self.did.append("stood back")


def _undone(times: int) -> list[Exception]:
    return [GaveWay(f"deadlock {number}") for number in range(times)]


async def _tried(monkeypatch: pytest.MonkeyPatch, troubles: Sequence[Exception]) -> tuple[Act, object]:
    """What was done, and what it came to."""
    acting = Act(list(troubles))
    monkeypatch.setattr(module, "stand_back", acting.rest)
    try:
        return acting, await again(acting.act)("Done", sign="!")
    except Exception as error:  # noqa: BLE001 - it is looked at
        return acting, error


@pytest.mark.parametrize("times", [0, 1, 2])
async def test_who_gave_way_stands_back_before_the_next_try(
    monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    """Up to twice: with the same arguments, and each time the other one is let on first."""
    acting, came_of_it = await _tried(monkeypatch, _undone(times))
    assert came_of_it == "Done!"
    assert acting.did == ["tried", "stood back"] * times + ["tried"]


async def test_who_gave_way_three_times_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asked hears of the last one; it is not tried for ever."""
    acting, came_of_it = await _tried(monkeypatch, _undone(4))
    assert str(came_of_it) == "deadlock 2"
    assert acting.did.count("tried") == 3


@pytest.mark.parametrize("trouble", [DatabaseAway("gone"), ReleaseHeld("locked"), StaleClaim("lost")])
async def test_what_may_have_been_stored_is_not_begun_anew(
    monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    """Of a database that went away nobody knows whether it stored: only what it surely undid is done again."""
    acting, came_of_it = await _tried(monkeypatch, [trouble])
    assert came_of_it is trouble
    assert acting.did == ["tried"]


async def test_to_stand_back_takes_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Longer than it takes the other one to have the locks, and no longer than a person would notice."""
    rested: list[float] = []

    async def sleep(seconds: float) -> None:
        rested.append(seconds)

    monkeypatch.setattr("asyncio.sleep", sleep)
    await stand_back()
    assert 0.05 <= sum(rested) <= 0.5
