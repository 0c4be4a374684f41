"""What people choose from at App Store Connect: apps and groups of testers."""

from collections.abc import AsyncIterator

import pytest

from integrations.app_store import PROVIDER, AppStoreSettings
from integrations.app_store.choices import apps, groups
from integrations.choices import Asked, Kind, Option, Page, drafted, kind_of
from orchestration.ports.errors import NeedsCredentials, Refused
from sandbox.app_store import BUNDLE
from tests.integrations.app_store.app_store_rig import AppStoreRig, app_store_rig


@pytest.fixture
async def rig() -> AsyncIterator[AppStoreRig]:
    """An account."""
    async with app_store_rig() as made:
        yield made


async def choose(rig: AppStoreRig, **asked: str | None) -> Page:
    """A page of apps, asked for before one was chosen."""
    settings = rig.settings()
    known = {"base_url": settings.base_url, "issuer_id": settings.issuer_id, "key_id": settings.key_id}
    draft = drafted(AppStoreSettings, known)
    return await apps(draft, rig.secrets(), rig.edge(), Asked(**asked), clock=rig.ours)  # type: ignore[arg-type] # a draft


async def choose_group(rig: AppStoreRig, **asked: str | None) -> Page:
    """A page of groups of the connection's app."""
    return await groups(rig.settings(), rig.secrets(), rig.edge(), Asked(**asked), clock=rig.ours)  # type: ignore[arg-type] # texts


def test_the_app_is_chosen_live_and_both_lists_have_readers() -> None:
    """The settings' one field that is chosen, and groups for the configuration of a release."""
    assert kind_of(AppStoreSettings.model_fields["app"]) is Kind.APPS
    assert PROVIDER.choices == {Kind.APPS: apps, Kind.GROUPS: groups}


async def test_apps_are_chosen_by_name_and_kept_by_bundle_id(rig: AppStoreRig) -> None:
    """In the order of their names, before any app was chosen."""
    rig.simulator.world.add_app("com.example.atlas", "Atlas")
    page = await choose(rig)
    assert page.options == (
        Option(value="com.example.atlas", label="Atlas", detail="com.example.atlas"),
        Option(value=BUNDLE, label="Pixel", detail=BUNDLE),
    )
    assert page.next is None


async def test_many_apps_come_in_pages(rig: AppStoreRig) -> None:
    """At most a hundred at a time, each once, by Apple's own cursor."""
    for number in range(249):
        rig.simulator.world.add_app(f"com.example.a{number:03}", f"App {number:03}")
    seen: list[str] = []
    cursor: str | None = None
    sizes = []
    while True:
        page = await choose(rig, cursor=cursor)
        sizes.append(len(page.options))
        seen += [option.value for option in page.options]
        cursor = page.next
        if cursor is None:
            break
    assert sizes == [100, 100, 50]
    assert len(set(seen)) == 250


async def test_words_find_apps_on_every_page(rig: AppStoreRig) -> None:
    """In name or bundle ID, whatever the case; Apple finds whole names only, so that we look ourselves."""
    for number in range(450):
        rig.simulator.world.add_app(f"com.example.a{number:03}", f"App {number:03}")
    assert [option.label for option in (await choose(rig, words=" pix ")).options] == ["Pixel"]
    assert [option.label for option in (await choose(rig, words="EXAMPLE.A44")).options] == [
        f"App {number}" for number in range(440, 450)
    ]
    many = await choose(rig, words="app")
    assert (len(many.options), many.next) == (100, None)


async def test_only_what_the_key_sees_is_offered(rig: AppStoreRig) -> None:
    """A key may be limited to some apps."""
    rig.simulator.world.add_app("com.example.atlas", "Atlas")
    rig.simulator.team_key.sees = frozenset({BUNDLE})
    assert [option.value for option in (await choose(rig)).options] == [BUNDLE]


async def test_groups_are_chosen_by_name_with_their_kind(rig: AppStoreRig) -> None:
    """People see who is outside and has to wait for beta review, and who gets every build anyway."""
    rig.add_group("Everybody", internal=True, gets_all=True)
    assert (await choose_group(rig)).options == (
        Option(value="Everybody", label="Everybody", detail="internal, gets every build"),
        Option(value="Friends", label="Friends", detail="external: Apple's beta review comes first"),
        Option(value="Team", label="Team", detail="internal"),
    )
    found = await choose_group(rig, words="FRI")
    assert [option.value for option in found.options] == ["Friends"]


async def test_many_groups_come_in_pages(rig: AppStoreRig) -> None:
    """By the cursor that came with the page before."""
    for number in range(120):
        rig.add_group(f"Group {number:03}")
    first = await choose_group(rig)
    second = await choose_group(rig, cursor=first.next)
    assert (len(first.options), len(second.options), second.next) == (100, 22, None)


async def test_groups_may_be_of_another_app(rig: AppStoreRig) -> None:
    """`within` goes before the connection's own app; one that is not there is refused."""
    atlas = rig.simulator.world.add_app("com.example.atlas", "Atlas")
    rig.simulator.world.add_group(atlas, "Crew")
    page = await choose_group(rig, within="com.example.atlas")
    assert [option.value for option in page.options] == ["Crew"]
    with pytest.raises(Refused):
        await choose_group(rig, within="com.example.nothing")


async def test_a_bad_key_is_told_while_choosing(rig: AppStoreRig) -> None:
    """A port error, as from the verbs."""
    rig.simulator.team_key.revoked = True
    with pytest.raises(NeedsCredentials):
        await choose(rig)
