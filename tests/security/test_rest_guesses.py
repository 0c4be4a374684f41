"""Wrong tokens, odd numbers and odd cursors at REST: bounded in number, told as 4xx, and no burden to others."""

import base64
from collections.abc import AsyncIterator

import pytest

from bot.api.v1.guesses import PER_MINUTE, Guesses
from bot.api.v1.route import MANAGEMENT, PREFIX
from tests.rest.rest_rig import RELEASES, TENANT, Rest, rest_on
from tests.support.databases import open_store, sqlite_url

__all__ = ["sqlite_url"]
CALENDAR = f"{PREFIX}{MANAGEMENT}/tenants/{TENANT}/calendar"


@pytest.fixture
async def quick(sqlite_url: str) -> AsyncIterator[Rest]:
    """REST on SQLite."""
    opened = open_store(sqlite_url)
    async with rest_on(opened, wrong_per_minute=PER_MINUTE) as made:
        yield made
    await opened.close()


async def test_wrong_tokens_are_looked_up_so_often_and_no_more(quick: Rest) -> None:
    """Behind the limit they get 429 and when to come back; a token that was good lately goes on from the same place."""
    quick.judged = False
    assert (await quick.ask("GET", RELEASES)).status == 200
    answers = [await quick.ask("GET", RELEASES, token=f"sm_{n:064}") for n in range(PER_MINUTE + 3)]
    assert {reply.status for reply in answers[:PER_MINUTE]} == {401}
    late = answers[-1]
    assert late.status == 429
    assert 1 <= int(late.headers["Retry-After"]) <= 2
    assert (await quick.ask("GET", RELEASES)).status == 200


class _Hand:
    """A clock that is moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        """The time."""
        return self.now


def test_guesses_come_back_with_time() -> None:
    """One a second, of each place alone; IPv6 counts by network, and an IPv4 address in its clothes is the same."""
    clock = _Hand()
    guesses = Guesses(per_minute=60, clock=clock)
    for n in range(60):
        guesses.wrong("x", f"2001:db8::{n:x}")
        guesses.wrong("x", "10.0.0.1" if n % 2 else "::ffff:10.0.0.1")
    assert guesses.wait("y", "2001:db8::ffff") > 0
    assert guesses.wait("y", "10.0.0.1") > 0
    assert (
        guesses.wait("y", "2001:db8:0:1::1") == guesses.wait("y", "10.0.0.2") == guesses.wait("y", None) == 0
    )
    clock.now = 1.1
    assert guesses.wait("y", "10.0.0.1") == 0


def test_a_token_that_was_good_is_always_looked_at_until_it_is_not() -> None:
    """A proxy in front makes all the same place: an attacker shuts out nobody who was in; who is revoked is out."""
    guesses = Guesses(per_minute=1, clock=_Hand())
    guesses.right("good")
    guesses.wrong("bad", "10.0.0.1")
    assert guesses.wait("good", "10.0.0.1") == 0
    guesses.wrong("good", "10.0.0.1")
    assert guesses.wait("good", "10.0.0.1") > 0


NUMBERS = [
    "0",
    "101",
    "367",
    "00010000",
    "000199999999999999999999",
    "9" * 2000,
    "-1",
    "1.0",
    "1e2",
    "\u0661",
    " 1",
]


@pytest.mark.parametrize("text", NUMBERS)
async def test_numbers_of_a_query_are_read_whole(quick: Rest, text: str) -> None:
    """What is more than the most is refused, however many zeros stand before it: no page of everything."""
    quick.judged = False
    for path, name in ((RELEASES, "limit"), (CALENDAR, "days")):
        if name == "days" and text == "101":
            continue
        reply = await quick.ask(
            "GET", f"{path}?{name}={text}".replace(" ", "%20").replace("\u0661", "%D9%A1")
        )
        assert (reply.status, list(reply.places)) == (400, [name]), (path, text)


CURSORS = ["\0", "a\0b", "\x1f", "9" * 19, "x" * 2001, "%", "' OR 1=1 --", "_", "\ud7ff", "9" * 1000]


@pytest.mark.parametrize("text", CURSORS, ids=range(len(CURSORS)))
@pytest.mark.parametrize("path", [RELEASES, f"{RELEASES}/r1/activity"])
async def test_cursors_of_a_strangers_making_break_nothing(quick: Rest, path: str, text: str) -> None:
    """A zero character, wildcards, SQL, numbers that no column holds: an empty page or 400, never 500."""
    quick.judged = False
    cursor = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    reply = await quick.ask("GET", f"{path}?cursor={cursor}")
    assert reply.status in {200, 400, 404}
    if "\0" in text or "\x1f" in text:
        assert reply.status == 400
