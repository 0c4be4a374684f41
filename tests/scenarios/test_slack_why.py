"""`/release why` and Nudge in Slack: who is waited for, what time it is for them, and one message to them."""

import re
from functools import partial
from pathlib import Path

from orchestration.domain.events import EventKind
from sandbox.slack.people import Person
from sandbox.slack.screen import text_on
from sandbox.slack.values import Usergroup
from tests.support.office import Office, office


async def _why(o: Office) -> str:
    return await o.says(o.eve, "/release why 2.14.0")


async def test_a_nudge_reaches_its_owner_directly_and_once(tmp_path: Path) -> None:
    """Eve sees what waits and for whom; Ann and the thread are told; a second nudge is answered with the first."""
    async with office(tmp_path, "failed") as o:
        await o.card()
        said = await _why(o)
        assert "failed" in said
        assert f"<@{o.ann.id}>" in said
        assert "waiting for" in said
        answer = o.shown(o.eve)[-1]
        before = len(o.answers(o.ann))
        told = await o.told(o.eve, o.eve.clicks(answer, "release.nudge"))
        assert f"<@{o.ann.id}> is told" in told
        await o.until(lambda: len(o.answers(o.ann)) > before)
        asked = o.answers(o.ann)[-1]
        assert f"<@{o.eve.id}> asks you to see to this for Pixel" in asked
        assert "What settles it" in asked
        await o.until(lambda: any("nudged" in line and o.eve.id in line for line in o.thread()))
        await o.says(o.dan, "/release why 2.14.0")
        again = await o.told(o.dan, o.dan.clicks(o.shown(o.dan)[-1], "release.nudge"))
        assert "was nudged about this by" in again
        assert len(await o.events(EventKind.NUDGED)) == 1
        assert not o.slack.violations


async def test_the_local_time_of_the_owner_is_told(tmp_path: Path) -> None:
    """Slack knows their zone: whether they can be expected to see to it now."""
    async with office(tmp_path, "failed") as o:
        await o.card()
        assert ", where it is " in await _why(o)


async def test_the_owner_reads_no_button_to_nudge_themselves(tmp_path: Path) -> None:
    """What is yours is for you to settle."""
    async with office(tmp_path, "failed") as o:
        await o.card()
        await o.says(o.ann, "/release why 2.14.0")
        assert "release.nudge" not in str(o.shown(o.ann)[-1].blocks)
        assert "failed" in text_on(o.shown(o.ann)[-1])


async def test_a_nudge_about_an_area_reaches_those_who_hold_it(tmp_path: Path) -> None:
    """Where nobody is named: by name and through a user group, but not who has signed, nor who asks."""
    async with office(tmp_path, "areas") as o:
        group = o.slack.world.put_group(
            Usergroup(id="S0QATEAM", handle="qa-team", name="QA", users=(o.cleo.id, o.dan.id))
        )
        async with o.store.work() as work:
            await work.directory.grant(o.team, o.eve.id, "approver:qa")
            await work.directory.grant(o.team, group.id, "approver:qa")
            await work.commit()
        await o.told(o.bo, o.bo.clicks(await o.gate("Approve"), "gate.approve", confirm=True))
        assert "1 more from qa" in await o.says(o.dan, "/release why 2.14.0")
        told = await o.told(o.dan, o.dan.clicks(o.shown(o.dan)[-1], "release.nudge"))
        assert {p.id for p in (o.cleo, o.eve)} == set(re.findall(r"<@(\w+)>", told))
        for person in (o.cleo, o.eve):
            await o.until(partial(_asked, o, person))


def _asked(o: Office, person: Person) -> list[str]:
    return [line for line in o.answers(person) if "asks you to see to this" in line]
