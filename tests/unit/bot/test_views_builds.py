"""What is told of builds."""

from dataclasses import replace

from bot.slack.blocks import Surface, validate
from bot.views.notices import notice
from orchestration.domain.builds import BuildKind, InStore
from orchestration.domain.events import Event, EventKind
from orchestration.domain.people import SYSTEM
from orchestration.domain.phase import Phase
from tests.support.release_parts import NOW
from tests.support.releases import in_phase


def test_a_store_build_is_told_by_the_stores_number() -> None:
    """Who looks in TestFlight looks for the number that is there, not for the CI run's; and who has it is said."""
    release = in_phase(Phase.AWAITING_SUBMISSION)
    built = next(build for build in release.builds if build.kind is BuildKind.TEST_FLIGHT)
    kept = InStore(number="4711", url="https://apps.example/4711", group="QA & <friends>")
    changed = replace(built, number="7", store=kept)
    builds = tuple(changed if build.id == built.id else build for build in release.builds)
    event = Event(
        kind=EventKind.BUILD_READY, at=NOW, actor=SYSTEM, release_id=release.id, data={"build": built.id}
    )
    found = notice(event, replace(release, builds=builds), now=NOW)
    assert found is not None
    blocks = list(found.rendered.blocks)
    assert "TestFlight build 4711 (iOS" in found.rendered.text
    assert "In the store: <https://apps.example/4711|4711>, for QA &amp; &lt;friends&gt;" in str(blocks)
    assert validate({"text": found.rendered.text, "blocks": blocks}, Surface.MESSAGE) == ()
