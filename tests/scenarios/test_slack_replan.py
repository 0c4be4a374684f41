"""A running release and its configuration: nothing of an edit reaches it until a person re-plans it, knowing what."""

from dataclasses import replace
from pathlib import Path

from orchestration.domain.events import EventKind
from orchestration.domain.snapshot import Snapshot
from sandbox.slack.values import Message
from tests.support.office import Office, office


async def _configure(o: Office, **changes: object) -> Snapshot:
    """Save other settings in the configuration of the release."""
    async with o.store.work() as work:
        (known,) = await work.directory.configurations(o.team)
        wanted = replace(known, snapshot=replace(known.snapshot, **changes))  # type: ignore[arg-type]  # by name
        saved = await work.directory.save_configuration(wanted)
        await work.commit()
    return saved.snapshot


async def _offer(o: Office) -> Message:
    """The differences, as Dan sees them."""
    await o.says(o.dan, "/release edit replan")
    return o.shown(o.dan)[-1]


async def test_an_edit_reaches_a_running_release_only_when_it_is_replanned(tmp_path: Path) -> None:
    """B-30: saved settings change nothing; the differences are shown, taken over by a click, recorded and told."""
    async with office(tmp_path, "asking") as o:
        before = (await o.release()).snapshot
        stricter = replace(before.gate, pass_percent=80)
        await _configure(o, gate=stricter, channels={"critical": ("C0OTHER",)}, home="C0ELSE")
        await o.says(o.ann, "/release hold Wait")
        await o.says(o.ann, "/release resume")
        assert (await o.release()).snapshot == before
        offer = await _offer(o)
        said = str(offer.blocks)
        assert "80 %" in said
        assert "C0OTHER" in said
        assert "Not taken over" in said
        assert (await o.release()).snapshot == before
        await o.told(o.dan, o.dan.clicks(offer, "Re-plan", confirm=True))
        after = (await o.release()).snapshot
        assert after.gate == stricter
        assert after.channels == {"critical": ("C0OTHER",)}
        assert after.home == before.home
        (event,) = await o.events(EventKind.RELEASE_REPLANNED)
        assert (event.actor.id, event.data["changed"]) == (o.dan.id, "channels, gate")
        await o.until(lambda: any("re-planned it from its configuration" in line for line in o.thread()))
        assert "is planned by its configuration as it is now" in await o.says(o.dan, "/release edit replan")


async def test_what_was_seen_is_what_is_done(tmp_path: Path) -> None:
    """Another edit after the look, or a connection that is not verified, changes nothing; nor may who only looks."""
    async with office(tmp_path, "asking") as o:
        before = (await o.release()).snapshot
        await _configure(o, gate=replace(before.gate, pass_percent=80))
        offer = await _offer(o)
        await _configure(o, gate=replace(before.gate, pass_percent=10))
        said = await o.told(o.dan, o.dan.clicks(offer, "Re-plan", confirm=True))
        assert "Look at the differences again" in said
        await _configure(o, gate=replace(before.gate, pass_percent=80), pm="jira")
        offer = await _offer(o)
        said = await o.told(o.dan, o.dan.clicks(offer, "Re-plan", confirm=True))
        assert "jira (missing)" in said
        assert "You may not change releases" in await o.says(o.eve, "/release edit replan")
        assert (await o.release()).snapshot == before
        assert await o.events(EventKind.RELEASE_REPLANNED) == []
