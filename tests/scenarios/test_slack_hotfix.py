"""A hotfix in Slack: the form asks what it mends, preview and card tell it, a skipped regression is announced."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from orchestration.ports.runtime import Configuration
from sandbox.slack.screen import text_on
from sandbox.slack.values import View
from tests.support.office import Office, office
from tests.support.prepared import TEAM, small

HOUR = 3600


async def _form(o: Office) -> View:
    """The form, of type hotfix."""
    await o.ann.types("/release start", channel="releases")
    view = await o.until(lambda: o.ann.modal)
    assert view is not None
    await o.ann.chooses(view, "Type", "Hotfix")

    def asks_for_parent() -> View | None:
        shown = o.ann.modal
        blocks = shown.body["blocks"] if shown is not None else []
        return shown if any(block["block_id"] == "parent" for block in blocks) else None

    return await o.until(asks_for_parent)


def _showing(o: Office, title: str, words: str) -> View | None:
    """Ann's modal, once it has this title and these words."""
    shown = o.ann.modal
    if shown is None or shown.body["title"]["text"] != title or words not in text_on(shown):
        return None
    return shown


async def _allow(o: Office, **changes: Any) -> None:
    async with o.store.work() as work:
        (known,) = await work.directory.configurations(TEAM)
        changed: Configuration = replace(known, snapshot=replace(small(), **changes))
        await work.directory.save_configuration(changed)
        await work.commit()


async def test_a_hotfix_is_ordered_beside_a_running_release(tmp_path: Path) -> None:
    """What it mends is found in the repository; an unknown parent and a wrong version stand at their fields."""
    async with office(tmp_path, "two") as o:
        assert o.company is not None
        await o.company.scm.create_release_tag(ref="main", tag="v2.13.0", targets=(), version="2.13.0")
        form = await _form(o)
        now = int(o.slack.world.clock())
        fields = {
            "Android version": "2.13.1",
            "Target": now + 10 * HOUR,
            "Regression slot 1": now + HOUR,
            "Hotfix of": "v9.9.9",
        }
        wrong = await o.ann.submits(form, fields)
        assert wrong == {"parent": "There is no release, tag or branch v9.9.9"}
        assert await o.ann.submits(form, {**fields, "Hotfix of": None}) == {}
        preview = await o.until(lambda: _showing(o, "Check the plan", "Hotfix of"))
        assert preview is not None
        assert "from v2.13.0" in text_on(preview).replace("`", "")
        said = await o.told(o.ann, o.ann.submits(preview))
        assert "Pixel 2.13.1 is planned" in said
        assert "Hotfix of 2.13.0" in text_on(await o.card("Pixel 2.13.1"))
        assert not o.slack.violations


async def test_regression_is_skipped_with_a_reason_that_everybody_reads(tmp_path: Path) -> None:
    """The field is there only where the configuration allows it; preview, card and thread tell the reason."""
    async with office(tmp_path, "two") as o:
        assert o.company is not None
        await o.company.scm.create_release_tag(ref="main", tag="v2.13.0", targets=(), version="2.13.0")
        without = await _form(o)
        assert "skip_regression" not in str(without.body)
        await o.ann.closes(without)
        await _allow(o, hotfix_may_skip_regression=True)
        form = await _form(o)
        now = int(o.slack.world.clock())
        fields = {
            "Android version": "2.13.1",
            "Target": now + 10 * HOUR,
            "Regression slot 1": None,
            "Skip regression, because": "The shop is down",
        }
        assert await o.ann.submits(form, fields) == {}
        preview = await o.until(lambda: _showing(o, "Check the plan", "skipped"))
        assert preview is not None
        assert "The shop is down" in text_on(preview)
        await o.told(o.ann, o.ann.submits(preview))
        card = text_on(await o.card("Hotfix of 2.13.0"))
        assert f"regression skipped by <@{o.ann.id}>: The shop is down" in card
        await o.until(lambda: any("without regression: The shop is down" in line for line in o.thread()))
        assert not o.slack.violations
