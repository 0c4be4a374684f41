"""What we make in Asana is recognised by its line, and people may move, rename and comment as they like."""

import pytest

from orchestration.ports.errors import NeedsCredentials, Refused
from sandbox.asana.world import Tag
from tests.integrations.asana.asana_rig import LABEL, AsanaRig


async def test_an_issue_type_is_a_tag_that_exists(rig: AsanaRig) -> None:
    """By name in any case, or by gid; one that is not there is refused and not made."""
    release = next(tag for tag in rig.simulator.world.all(Tag) if tag.name == "Release")
    for number, wanted in enumerate(("release", " RELEASE ", release.gid)):
        ticket = await rig.pm.create_release_ticket(rig.request(f"rel-{number}", issue_type=wanted))
        assert rig.simulator.task(ticket.key).tags == [release]
    before = len(rig.simulator.world.all(Tag))
    with pytest.raises(Refused) as caught:
        await rig.pm.create_release_ticket(rig.request(issue_type="Relaese"))
    assert "issue type" in caught.value.reason
    assert len(rig.simulator.world.all(Tag)) == before


async def test_no_issue_type_is_no_tag(rig: AsanaRig) -> None:
    """Asana has no issue types, so a company may do without, and no tags are read."""
    ticket = await rig.pm.create_release_ticket(rig.request(issue_type=""))
    assert rig.simulator.task(ticket.key).tags == []
    assert "GET /tags" not in rig.asked()


async def test_the_description_ends_with_the_line(rig: AsanaRig) -> None:
    """Text is plain text in Asana: it is sent as it is, and the line of the label stands last."""
    text = "See [x](y) <b> *z*\nhttps://example.com/a_b"
    ticket = await rig.pm.create_release_ticket(rig.request(description=text))
    assert rig.simulator.task(ticket.key).notes == f"{text}\n\nStationmaster: {LABEL}"
    empty = await rig.pm.create_release_ticket(rig.request("rel-2", description=""))
    assert rig.simulator.task(empty.key).notes == "Stationmaster: rel-2"


@pytest.mark.parametrize(
    "notes", [f"ours\n  Stationmaster: {LABEL}\t\nmore", LABEL, f"{LABEL}\nsince Monday"]
)
async def test_people_may_write_the_line(rig: AsanaRig, notes: str) -> None:
    """A task that people made, or wrote on in, is the release's if the line or the bare label is in it."""
    key = rig.seed("By hand", notes=notes)
    found = await rig.pm.find_ticket(project=rig.project, label=LABEL)
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize("notes", [f"{LABEL}-2", f"see {LABEL}", f"Stationmaster: {LABEL}x", ""])
async def test_a_label_inside_a_line_is_none(rig: AsanaRig, notes: str) -> None:
    """The line is compared whole: another label that begins so, or a sentence about it, does not count."""
    rig.seed("Other", notes=notes)
    assert await rig.pm.find_ticket(project=rig.project, label=LABEL) is None


async def test_of_two_tasks_the_older_counts(rig: AsanaRig) -> None:
    """Whatever their order in the project: by when they were made, then by gid."""
    first = await rig.pm.create_release_ticket(rig.request())
    rig.seed("Copy", notes=f"Stationmaster: {LABEL}")
    rig.clock.now += 60
    rig.seed("Later copy", notes=f"Stationmaster: {LABEL}")
    assert await rig.pm.find_ticket(project=rig.project, label=LABEL) == first


async def test_another_project_has_its_own_tasks(rig: AsanaRig) -> None:
    """The label is a key within a project; one that is not there, or not seen, is refused."""
    simulator = rig.simulator
    other = simulator.world.add_project("Web", simulator.workspace, "All")
    await rig.pm.create_release_ticket(rig.request())
    assert await rig.pm.find_ticket(project=other.gid, label=LABEL) is None
    hidden = simulator.world.add_project("Board", simulator.workspace, "All", readers=frozenset())
    for project in ("4711", hidden.gid):
        with pytest.raises(Refused) as caught:
            await rig.pm.find_ticket(project=project, label=LABEL)
        assert "may not see it" in caught.value.reason


async def test_a_project_that_may_only_be_read_needs_credentials(rig: AsanaRig) -> None:
    """Asana answers 403: somebody must let the token's user edit the project."""
    rig.simulator.project.writers = frozenset()
    with pytest.raises(NeedsCredentials) as caught:
        await rig.pm.create_release_ticket(rig.request())
    assert "permission to edit this project" in caught.value.reason
    assert caught.value.link is not None


async def test_a_marker_is_found_among_many_comments(rig: AsanaRig) -> None:
    """Comments are read to the end, page by page."""
    key = rig.seed()
    rig.chat(key, *(f"chat {number}" for number in range(130)))
    await rig.pm.comment(key, "first", marker="sm:[1]!")
    rig.chat(key, "sm:[1]! was that")
    await rig.pm.comment(key, "first, again", marker="sm:[1]!")
    assert len(rig.comments(key)) == 132


async def test_what_asana_writes_down_is_no_comment(rig: AsanaRig) -> None:
    """Stories also tell what was changed, with words of people in them: only comments have markers."""
    key, other = rig.seed(), rig.seed()
    for words in ("sm:1", f"changed the name to {other}"):
        rig.simulator.world.add_story(rig.simulator.task(key), words, rig.simulator.captain, "name_changed")
    await rig.pm.comment(key, "text", marker="sm:1")
    assert rig.comments(key) == ["text\n\nsm:1"]
    await rig.pm.link(key, other)
    assert rig.links(key, other) == 1


async def test_a_link_is_a_comment_with_the_others_address(rig: AsanaRig) -> None:
    """Asana has no relation but dependency, which would say that one task blocks the other."""
    one, two = rig.seed(), rig.seed()
    await rig.pm.link(one, two)
    (said,) = rig.comments(one)
    url = (await rig.pm.check_ticket_status(two)).url
    assert said == f"Related to {url}\n\nStationmaster: {two}"
    assert rig.comments(two) == []


async def test_a_link_that_people_made_is_left_as_it_is(rig: AsanaRig) -> None:
    """A comment of either task that names the other, in any of Asana's addresses; a longer number is another gid."""
    one, two, three = rig.seed(), rig.seed(), rig.seed()
    rig.chat(two, f"see https://app.asana.com/0/0/{one}/f")
    await rig.pm.link(one, two)
    assert rig.comments(one) == []
    rig.chat(one, f"not {three}7")
    await rig.pm.link(one, three)
    assert len(rig.comments(one)) == 2
