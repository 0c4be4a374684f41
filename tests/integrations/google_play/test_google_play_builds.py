"""Which build Google Play's releases speak of, and how far it is."""

from collections.abc import AsyncIterator

import pytest

from integrations.google_play.builds import names_version
from orchestration.ports.app_store import StoreBuild, StoreBuildState
from orchestration.ports.errors import Refused
from tests.integrations.google_play.google_play_rig import GooglePlayRig, build, judged_rig


@pytest.fixture
async def rig() -> AsyncIterator[GooglePlayRig]:
    """An app. At the end, all that was said is judged."""
    async with judged_rig() as made:
        yield made


async def found(rig: GooglePlayRig, number: str | None = None, version: str = "1.2.0") -> StoreBuild | None:
    """Look for a build."""
    return await rig.store.find_build(version=version, number=number, not_before=rig.now())


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("42 (1.2.0)", True),
        ("42 (1.2.1)", False),
        ("41 (1.2.0)", None),
        ("1.2.0", True),
        ("v1.2.0", True),
        ("1.2.0.1", False),
        ("1.2.0-rc1", False),
        ("11.2.0", False),
        ("Pixel 1.2.0, take two", True),
        ("Pixel 1.2.0.", True),
        ("Pixel 1.3.0", None),
        ("Weekly", None),
        ("", None),
        ("24 Nov", None),
    ],
)
def test_a_releases_name_tells_the_version_of_a_code(name: str, says: bool | None) -> None:
    """Generated names say yes or no; words of people say yes, or nothing that could be relied on."""
    assert names_version(name, code=42, version="1.2.0") is says


async def test_looking_opens_no_edit(rig: GooglePlayRig) -> None:
    """The releases of five tracks are read without one: opening it would end the edit of a CI that uploads."""
    rig.app.upload(42, "1.2.0", track="beta")
    assert await found(rig, "42") == await found(rig)
    assert rig.asked("/edits") == []
    assert len(rig.asked("/tracks/internal/releases")) == 2


async def test_the_greatest_code_of_the_version_is_taken(rig: GooglePlayRig) -> None:
    """Google Play tells no upload time, so the time that is asked from does not matter."""
    rig.app.upload(9, "1.2.0", track="internal")
    rig.app.upload(10, "1.2.0", track="alpha")
    rig.app.upload(11, "1.3.0", track="beta")
    newest = await found(rig)
    assert newest is not None
    assert (newest.number, newest.uploaded_at) == ("10", None)


async def test_a_release_that_nobody_named_well_needs_the_number(rig: GooglePlayRig) -> None:
    """Its version stands nowhere: only who knows the code finds it."""
    rig.app.upload(42, "1.2.0", track="internal", name="Weekly")
    assert await found(rig) is None
    known = await found(rig, "42")
    assert known is not None
    assert known.detail == "internal: published"


async def test_a_code_of_another_version_is_not_the_build(rig: GooglePlayRig) -> None:
    """Where one release says that it is, that counts more than another that says it is not."""
    rig.app.upload(42, "1.2.0", track="internal")
    assert await found(rig, "42", version="1.3.0") is None
    rig.app.upload(42, "1.2.0", track="beta", name="Pixel 1.3.0")
    assert await found(rig, "42", version="1.3.0") is not None


async def test_what_is_on_no_track_is_not_shown(rig: GooglePlayRig) -> None:
    """A bundle in the library, and a release that a newer one has replaced: both would need an edit to be seen."""
    rig.app.upload(41, "1.2.0")
    rig.app.upload(42, "1.2.0", track="internal")
    rig.app.upload(43, "1.2.0", track="internal")
    assert [await found(rig, code) for code in ("41", "42")] == [None, None]
    newest = await found(rig)
    assert newest is not None
    assert newest.number == "43"


@pytest.mark.parametrize(
    ("lifecycle", "state", "reachable"),
    [
        ("PUBLISHED", StoreBuildState.READY, True),
        ("IN_REVIEW", StoreBuildState.READY, True),
        ("APPROVED_NOT_PUBLISHED", StoreBuildState.READY, True),
        ("NOT_SENT_FOR_REVIEW", StoreBuildState.READY, False),
        ("NOT_APPROVED", StoreBuildState.REJECTED, False),
        ("BRAND_NEW", StoreBuildState.READY, True),
    ],
)
async def test_how_far_a_release_is_decides_the_state(
    rig: GooglePlayRig, lifecycle: str, state: StoreBuildState, reachable: bool
) -> None:
    """REJECTED is what was not approved; testers have an address where they can get it."""
    rig.app.upload(42, "1.2.0", track="beta", lifecycle="PUBLISHED")
    rig.app.tracks["beta"][0].lifecycle = lifecycle
    if lifecycle == "BRAND_NEW":
        rig.simulator.fault(path="/beta/releases", body=_summary(lifecycle), status=200, headers=_JSON)
    known = await found(rig, "42")
    assert known is not None
    assert (known.state, known.testers_url is not None) == (state, reachable)
    assert str(known.detail).startswith("beta: ")


_JSON = {"Content-Type": "application/json"}


def _summary(lifecycle: str) -> str:
    state = f"RELEASE_LIFECYCLE_STATE_{lifecycle}"
    return f'{{"releases": [{{"activeArtifacts": [{{"versionCode": 42}}], "releaseLifecycleState": "{state}"}}]}}'


async def test_a_build_that_was_approved_anywhere_is_not_rejected(rig: GooglePlayRig) -> None:
    """The bundle is the same on every track; what was refused there may be used here."""
    rig.app.upload(42, "1.2.0", track="internal")
    rig.app.upload(42, "1.2.0", track="production", lifecycle="NOT_APPROVED")
    known = await found(rig)
    assert known is not None
    assert known.state is StoreBuildState.READY
    assert known.detail == "internal: published; production: not approved"


async def test_production_is_no_address_for_testers(rig: GooglePlayRig) -> None:
    """A build that is in production only has none."""
    rig.app.upload(42, "1.2.0", track="production")
    known = await found(rig)
    assert known is not None
    assert known.testers_url is None


async def test_a_build_that_was_not_approved_is_not_given_again(rig: GooglePlayRig) -> None:
    """A person has to see why, in Play Console; no edit is opened."""
    rig.app.upload(42, "1.2.0", track="alpha", lifecycle="NOT_APPROVED")
    with pytest.raises(Refused) as caught:
        await rig.store.share_with_testers(build(), group="alpha")
    assert caught.value.link == "https://play.google.com/console"
    assert rig.asked("/edits") == []


@pytest.mark.parametrize("number", ["", "0", "-1", "1.5", "four", "2100000001", "٤٢", "9" * 400])
async def test_what_is_no_version_code_is_refused(rig: GooglePlayRig, number: str) -> None:
    """It would be waited for in vain; nothing is asked."""
    with pytest.raises(Refused):
        await found(rig, number)
    with pytest.raises(Refused):
        await rig.store.share_with_testers(build(number), group="internal")
    assert rig.simulator.record == []


async def test_a_testing_track_that_is_gone_is_told(rig: GooglePlayRig) -> None:
    """The settings name it, so a person must; a standard track that is hidden is passed over."""
    del rig.app.tracks["beta"]
    rig.app.upload(42, "1.2.0", track="internal")
    assert await found(rig) is not None
    with pytest.raises(Refused, match="no track qa"):
        await rig.another(track="qa").find_build(version="1.2.0", number=None, not_before=None)


async def test_an_app_that_is_not_there_is_told(rig: GooglePlayRig) -> None:
    """It is no hidden track: nothing would ever be found."""
    with pytest.raises(Refused, match=r"Package not found: com\.acme\.other"):
        await rig.another(package_name="com.acme.other").find_build(version="1", number=None, not_before=None)
