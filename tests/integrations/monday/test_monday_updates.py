"""What we say on an item of monday.com is said once, and makes no markup of what people wrote."""

from collections.abc import AsyncIterator

import pytest

from integrations.monday.wording import holds
from orchestration.ports.errors import Refused
from tests.integrations.monday.monday_rig import MondayRig, judge, monday_rig


@pytest.fixture
async def rig() -> AsyncIterator[MondayRig]:
    """An account and an adapter. At the end, what was said is held against monday.com's SDL."""
    async with monday_rig() as made:
        yield made
        if made.simulator.record:
            judge(made.simulator.record)


async def test_a_marker_is_found_on_any_page_of_updates(rig: MondayRig) -> None:
    """Updates come a hundred at a time, newest first; the marker may stand on the last page."""
    key = rig.seed("x")
    await rig.pm.comment(key, "first", marker="sm:[1]!")
    rig.chat(key, *(f"chat {number}" for number in range(199)))
    await rig.pm.comment(key, "first, again", marker="sm:[1]!")
    await rig.pm.comment(key, "last", marker="sm:[2]!")
    assert len(rig.comments(key)) == 201


async def test_too_many_updates_are_no_proof_of_absence(rig: MondayRig) -> None:
    """Where the last page is not reached, we can't tell our own among them: nothing is made."""
    key = rig.seed("x")
    rig.chat(key, *["chat"] * 2000)
    with pytest.raises(Refused) as caught:
        await rig.pm.comment(key, "text", marker="sm:1")
    assert "2000 updates" in caught.value.reason
    assert len(rig.comments(key)) == 2000


async def test_what_people_wrote_makes_no_markup(rig: MondayRig) -> None:
    """Updates are HTML: every text is escaped, each line a paragraph, the marker the last of them."""
    key = rig.seed("x")
    await rig.pm.comment(key, "<b> & @all\n\nSee https://example.com/a_b", marker="sm:<1>")
    assert rig.comments(key) == [
        "<p>&lt;b&gt; &amp; @all</p><p>See https://example.com/a_b</p><p>sm:&lt;1&gt;</p>"
    ]
    await rig.pm.comment(key, "again", marker="sm:<1>")
    assert len(rig.comments(key)) == 1


async def test_a_link_names_the_other_item(rig: MondayRig) -> None:
    """With its address and name, which is escaped; it is a link from both sides."""
    one, two = rig.seed("one"), rig.seed('<two> & "three"')
    await rig.pm.link(one, two)
    await rig.pm.link(two, one)
    assert (rig.links(one, two), rig.comments(two)) == (1, [])
    (body,) = rig.comments(one)
    assert (
        f'<a href="{rig.simulator.world.url(rig.simulator.item(two))}">&lt;two&gt; &amp; &quot;three&quot;</a>'
        in body
    )


@pytest.mark.parametrize(
    ("body", "there"),
    [
        ("<p>sm:1</p>", True),
        ("<p>text<br>sm:1</p>", True),
        ("<div>\ufeff<span style='x'>sm:1</span></div>", True),
        ("sm:1", True),
        ("<p>sm:10</p>", False),
        ("<p>see sm:1</p>", False),
        ("", False),
    ],
)
def test_a_mark_is_a_line_of_its_own(body: str, *, there: bool) -> None:
    """Whatever the editor makes of the tags; a mark in the middle of a sentence is somebody's talk."""
    assert holds(body, "sm:1") is there
