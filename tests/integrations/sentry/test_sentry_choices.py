"""What people choose from at Sentry: projects by number, slugs to read."""

import pytest

from integrations.choices import MOST, Asked, Kind, Page
from integrations.sentry import PROVIDER
from orchestration.ports.errors import NeedsCredentials
from sandbox.sentry import TOKEN, Project
from tests.integrations.sentry.sentry_rig import SentryRig, judge, secrets, sentry_rig


async def asked(rig: SentryRig, *, token: str = TOKEN, **words: str) -> Page:
    """Ask the reader of projects."""
    edge = rig.edge()
    try:
        return await PROVIDER.choices[Kind.PROJECTS](rig.settings(), secrets(token), edge, Asked(**words))
    finally:
        await edge.threads.close()


async def test_projects_of_sentry_are_offered_page_by_page() -> None:
    """By number, with slug and platform; long lists go on where the cursor says."""
    async with sentry_rig() as rig:
        found = await asked(rig)
        assert [(o.value, o.label, o.detail) for o in found.options] == [
            ("4501", "pixel-android", "android"),
            ("4502", "pixel-ios", "apple-ios"),
        ]
        for number in range(1, MOST + 4):
            rig.simulator.world.projects[number] = Project(id=number, slug=f"many-{number}", platform="apple")
        first = await asked(rig)
        rest = await asked(rig, cursor=first.next or "")
        assert (len(first.options), len(rest.options), rest.next) == (MOST, 5, None)
        assert judge(rig.simulator.record) == 3


async def test_projects_of_sentry_are_narrowed_by_words() -> None:
    """What was typed is looked for in slug and number."""
    async with sentry_rig() as rig:
        assert [o.label for o in (await asked(rig, words="IOS")).options] == ["pixel-ios"]


async def test_a_bad_token_of_sentry_is_a_port_error() -> None:
    """A reader raises what every verb raises."""
    async with sentry_rig() as rig:
        with pytest.raises(NeedsCredentials):
            await asked(rig, token="unknown")
