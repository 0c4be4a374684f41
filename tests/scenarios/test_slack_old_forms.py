"""Forms that an older version opened, submitted to the bot of today."""

import json
from pathlib import Path

from tests.support.connecting import command, library_office, tenant_events
from tests.support.library import Library


async def test_a_form_of_an_older_provider_is_not_half_stored(tmp_path: Path) -> None:
    """A setting that is not known any more would be dropped unseen: nothing is kept, and the form says why."""
    async with library_office(tmp_path, Library()) as o:
        form = await command(o, o.ann, "box")
        old = json.loads(json.dumps(form.body).replace("field:label", "field:tag"))
        held = {name.replace("field:label", "field:tag"): value for name, value in form.values.items()}
        o.slack.world.change_view(form, body=old, values=held)
        wrong = await o.ann.submits(o.ann.modal, {"Label": "red"})
        assert "older version" in str(wrong)
        assert await tenant_events(o) == []
        assert not o.slack.violations
