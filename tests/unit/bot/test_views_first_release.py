"""The form of a release before which there is none."""

import json
from dataclasses import replace

from bot.views.modals import start_release
from tests.support.release_parts import ANDROID, IOS
from tests.unit.bot.test_views_modals import FORM, problems


def test_a_first_release_asks_for_its_version_and_proposes_none() -> None:
    """No version follows from no release, and a made-up one would be taken for known: the field says so."""
    view = start_release.start_release(replace(FORM, versions={ANDROID: "2.14.0", IOS: None}))
    assert problems(view) == []
    known, first = (
        block for block in json.loads(json.dumps(view))["blocks"] if "version" in block["block_id"]
    )
    assert known["element"]["initial_value"] == "2.14.0"
    assert known["hint"]["text"] == "Empty leaves Android out of this release"
    assert "initial_value" not in first["element"]
    assert first["element"]["placeholder"]["text"] == "1.0.0"
    assert first["hint"]["text"] == (
        "No iOS release is known here yet: write its next version. Empty leaves iOS out of this release"
    )
