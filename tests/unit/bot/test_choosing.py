"""Live choices: one question per minute and words, an answer in time, and never an empty silent list."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot import choosing
from bot.choosing import Chooser
from bot.slack.blocks import validate
from bot.views.offers import is_hint, offers
from integrations.choices import Asked, Kind
from orchestration.ports.errors import NeedsCredentials, Refused, TryLater
from orchestration.store.integrations import NoSuchIntegration
from tests.support.library import CANARY, TENANT, Library, library_book


class Moments:
    """A monotonic clock that is set."""

    at = 0.0

    def __call__(self) -> float:
        """Now."""
        return self.at


@pytest.fixture
def library() -> Library:
    """An open one."""
    return Library()


@pytest.fixture
def clock() -> Moments:
    """At its start."""
    return Moments()


@pytest.fixture
async def chooser(library: Library, clock: Moments, tmp_path: Path) -> AsyncIterator[Chooser]:
    """Choices of the connection `shelf`."""
    async with library_book(library, tmp_path) as (_store, book, edge):
        made = Chooser(book=book, edge=lambda _tenant: edge, clock=clock)
        yield made
        await made.close()


def words(options: Any) -> list[str]:
    """What is read, hints with their rest."""
    return [" ".join([o["text"]["text"], o.get("description", {}).get("text", "")]).strip() for o in options]


async def test_the_same_question_is_asked_once_a_minute(
    library: Library, chooser: Chooser, clock: Moments
) -> None:
    """Other words or another parent are another question; after a minute it is asked anew."""
    first = await chooser.choose(TENANT, "shelf", Kind.PROJECTS, Asked(within="north"))
    assert [option.value for option in first.options] == ["n1", "n2"]
    assert await chooser.choose(TENANT, "shelf", Kind.PROJECTS, Asked(within="north")) is first
    assert len(library.asked) == 1
    await chooser.choose(TENANT, "shelf", Kind.PROJECTS, Asked(within="south"))
    await chooser.choose(TENANT, "shelf", Kind.PROJECTS, Asked(within="north", words="n2"))
    assert len(library.asked) == 3
    clock.at = choosing.KEPT_SECONDS
    await chooser.choose(TENANT, "shelf", Kind.PROJECTS, Asked(within="north"))
    assert len(library.asked) == 4


async def test_who_asks_while_it_is_read_waits_for_the_same_answer(
    library: Library, chooser: Chooser
) -> None:
    """Ten at once are one question, and one who gives up does not take it from the others."""
    library.gate = asyncio.Event()
    asking = [
        asyncio.create_task(chooser.choose(TENANT, "shelf", Kind.WORKSPACES, Asked())) for _ in range(10)
    ]
    await library.began.wait()
    asking[0].cancel()
    library.gate.set()
    pages = await asyncio.gather(*asking[1:])
    assert len(library.asked) == 1
    assert all(len(page.options) == 2 for page in pages)


async def test_what_fails_is_not_kept(library: Library, chooser: Chooser) -> None:
    """An error is told, and the next one who asks gets a new answer."""
    library.error = TryLater("Shelf is away")
    with pytest.raises(TryLater):
        await chooser.choose(TENANT, "shelf", Kind.WORKSPACES, Asked())
    library.error = None
    assert (await chooser.choose(TENANT, "shelf", Kind.WORKSPACES, Asked())).options


async def test_kept_pages_are_bounded(chooser: Chooser, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever types for hours does not fill the memory."""
    monkeypatch.setattr(choosing, "KEPT_PAGES", 3)
    for number in range(9):
        await chooser.choose(TENANT, "shelf", Kind.WORKSPACES, Asked(words=str(number)))
    assert len(chooser._kept) == 3


async def test_only_what_the_tenant_has_can_be_chosen_from(chooser: Chooser) -> None:
    """Another workspace's connection is not there; a kind that the provider has not is refused in words."""
    with pytest.raises(NoSuchIntegration):
        await chooser.choose("T0002", "shelf", Kind.WORKSPACES, Asked())
    with pytest.raises(Refused, match="Shelf has no issue types"):
        await chooser.choose(TENANT, "shelf", Kind.ISSUE_TYPES, Asked())


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (TryLater("Shelf is away"), "Shelf is away"),
        (NeedsCredentials("Shelf refuses the token"), "Shelf refuses the token"),
        (RuntimeError("ours"), "Something broke"),
    ],
)
async def test_a_list_in_slack_says_what_is_in_the_way(
    library: Library, chooser: Chooser, error: Exception, says: str
) -> None:
    """Never an exception and never an empty list: a line that can't be chosen."""
    library.error = error
    found = await chooser.offered(TENANT, "shelf", Kind.WORKSPACES, words="")
    assert says in words(found)[0]
    assert all(is_hint(str(option["value"])) for option in found)
    assert validate({"options": list(found)}, "ack") == ()


async def test_a_list_in_slack_comes_in_time(
    library: Library, chooser: Chooser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow provider gets a hint now; its answer is there for the next letter."""
    monkeypatch.setattr(choosing, "ANSWER_SECONDS", 0.0)
    library.gate = asyncio.Event()
    assert "takes its time" in words(await chooser.offered(TENANT, "shelf", Kind.WORKSPACES, words=""))[0]
    monkeypatch.setattr(choosing, "ANSWER_SECONDS", 60.0)
    library.gate.set()
    assert words(await chooser.offered(TENANT, "shelf", Kind.WORKSPACES, words="")) == ["North", "South"]
    assert len(library.asked) == 1


async def test_a_connection_that_is_gone_says_so(chooser: Chooser) -> None:
    """A form may be older than the connection that it asks."""
    found = await chooser.offered(TENANT, "gone", Kind.WORKSPACES, words="")
    assert "/release connect" in words(found)[0]


def test_a_long_list_is_cut_and_says_so() -> None:
    """A hundred lines at most, the last of which asks to type; the provider's next page counts too."""
    many = [(f"v{n}", f"l{n}", "") for n in range(300)]
    assert len(offers(many)) == 100
    assert words(offers(many))[-1].startswith("There are more")
    assert words(offers(many[:5], more=True))[-1].startswith("There are more")
    assert not any(is_hint(str(o["value"])) for o in offers(many[:100]))


def test_what_slack_can_not_carry_is_told() -> None:
    """A value of more than 150 characters is left out, not cut into another one's name; doubles become one."""
    found = offers([("x" * 151, "long", ""), ("a", "A", "words"), ("a", "A again", "")])
    assert [o["value"] for o in found] == ["a", "!hint0"]
    assert "too long for Slack" in words(found)[1]
    assert validate({"options": list(found)}, "ack") == ()


def test_nothing_found_is_told() -> None:
    """With the words that were typed, or without."""
    assert words(offers((), words="zz")) == ["Nothing fits “zz”"]
    assert words(offers(())) == ["There is nothing to choose from"]
    long = offers((), says="word " * 60)
    assert validate({"options": list(long)}, "ack") == ()


async def test_a_provider_that_repeats_a_secret_is_not_repeated(library: Library, chooser: Chooser) -> None:
    """Neither in the list's line nor in the error that REST tells."""
    library.error = Refused(f"no such token: {CANARY}!", link=f"https://shelf.example/?t={CANARY}")
    shown = await chooser.offered(TENANT, "shelf", Kind.WORKSPACES, words="")
    assert CANARY not in str(shown)
    with pytest.raises(Refused, match=r"no such token: \[hidden\]!") as caught:
        await chooser.choose(TENANT, "shelf", Kind.PROJECTS, Asked(within="north"))
    assert CANARY not in f"{caught.value} {caught.value.reason} {caught.value.link}"
