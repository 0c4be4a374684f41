"""The testing tracks of an app are read live where people choose."""

from collections.abc import AsyncIterator

import pytest

from integrations.choices import MOST, Asked, Kind, Page, drafted
from integrations.google_play import PROVIDER
from integrations.google_play.settings import GooglePlaySettings
from orchestration.ports.errors import NeedsCredentials, Refused
from sandbox.google_play import PACKAGE
from tests.integrations.google_play.google_play_rig import GooglePlayRig, google_play_rig, judge


@pytest.fixture
async def rig() -> AsyncIterator[GooglePlayRig]:
    """An app. At the end, all that was said is judged."""
    async with google_play_rig() as made:
        yield made
        if made.asked("/androidpublisher/"):
            judge(made.simulator.record)


async def read(rig: GooglePlayRig, asked: Asked, package: str = PACKAGE) -> Page:
    """Read a page with settings that are not whole: only what is typed has a value yet."""
    draft = drafted(GooglePlaySettings, {"base_url": rig.simulator.url, "package_name": package})
    return await PROVIDER.choices[Kind.TRACKS](draft, rig.secrets(), rig.edge(), asked)


async def test_testing_tracks_are_listed_and_production_is_not(rig: GooglePlayRig) -> None:
    """Closed tracks by the names that people gave them too; the edit that shows them is deleted again."""
    rig.app.tracks["Freunde & Familie"] = []
    page = await read(rig, Asked())
    assert [(option.value, option.detail) for option in page.options] == [
        ("beta", "open testing"),
        ("alpha", "closed testing"),
        ("internal", "internal testing"),
        ("Freunde & Familie", "closed testing"),
    ]
    assert page.next is None
    assert [edit.ended for edit in rig.app.edits.values()] == ["deleted"]


async def test_words_narrow_the_tracks(rig: GooglePlayRig) -> None:
    """In any case."""
    assert [option.value for option in (await read(rig, Asked(words="INTER"))).options] == ["internal"]


async def test_many_tracks_come_page_by_page(rig: GooglePlayRig) -> None:
    """Slack shows no more than so many at once."""
    rig.app.tracks |= {f"qa {number}": [] for number in range(MOST)}
    first = await read(rig, Asked())
    rest = await read(rig, Asked(cursor=first.next))
    assert (len(first.options), len(rest.options), rest.next) == (MOST, 3, None)
    assert not set(first.options) & set(rest.options)


async def test_without_a_package_name_there_is_nothing_to_read(rig: GooglePlayRig) -> None:
    """People are told to type it first, and Google is not asked."""
    with pytest.raises(Refused, match="package name"):
        await read(rig, Asked(), package="")
    assert rig.simulator.record == []


async def test_a_reader_may_be_refused_as_any_verb(rig: GooglePlayRig) -> None:
    """Only port errors come out."""
    rig.simulator.captain.invited.clear()
    with pytest.raises(NeedsCredentials):
        await read(rig, Asked())
