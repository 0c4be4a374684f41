"""Versions, the bump rule of each pair, and the name that a release gets from its versions."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.domain.pairs import Pair, Platform, Target
from orchestration.domain.version import ReleaseType, Version, bump_problem, version_string
from tests.support.release_parts import ANDROID, IOS, WEB

ANDROID_WEB = Pair(platform=Platform.ANDROID, target=Target.WEB)
numbers = st.integers(min_value=0, max_value=999_999)
versions = st.builds(Version, numbers, numbers, numbers)
NO_VERSIONS = (
    *("", "2", "2.14", "2.14.0.1", "2.14.x", "02.14.0", "2.14.00", "-1.0.0", "2,14,0", "2. 14.0", "latest"),
    *("2.14.0-rc.1", "2.14.0+7", "vv2.14.0", "V2.14.0", "2.14.1234567", "2.14.0\n2.15.0"),
    *("\uff12.14.0", "2.14.\u0663"),  # digits of other scripts
)
same_run_every_time = settings(deadline=None, derandomize=True)


@same_run_every_time
@given(versions)
def test_a_version_reads_as_it_is_written(version: Version) -> None:
    """`parse` is the inverse of `str`, with or without the v that tags carry."""
    assert Version.parse(str(version)) == version
    assert Version.parse(f" v{version} ") == version


@pytest.mark.parametrize(
    "text",
    NO_VERSIONS,
)
def test_what_is_no_version_is_refused(text: str) -> None:
    """Three plain ASCII numbers without leading zeros, as both stores want them; nothing is guessed."""
    with pytest.raises(ValueError, match=r"is not a version like 2\.14\.0"):
        Version.parse(text)


@same_run_every_time
@given(versions, versions)
def test_versions_are_ordered_as_numbers_are(one: Version, other: Version) -> None:
    """B-36: the latest version is the greatest, and 2.10.0 is greater than 2.9.0."""
    as_numbers = (one.major, one.minor, one.patch) < (other.major, other.minor, other.patch)
    assert (one < other) is as_numbers
    assert Version(2, 9, 0) < Version(2, 10, 0)


@pytest.mark.parametrize(
    ("kind", "wanted", "fits"),
    [
        (ReleaseType.MAJOR, "3.0.0", True),
        (ReleaseType.MAJOR, "4.2.1", True),
        (ReleaseType.MAJOR, "2.14.0", False),
        (ReleaseType.MAJOR, "1.99.99", False),
        (ReleaseType.MINOR, "2.14.0", True),
        (ReleaseType.MINOR, "2.20.3", True),
        (ReleaseType.MINOR, "2.13.5", False),
        (ReleaseType.MINOR, "3.14.0", False),
        (ReleaseType.MINOR, "2.9.0", False),
        (ReleaseType.HOTFIX, "2.13.5", True),
        (ReleaseType.HOTFIX, "2.13.9", True),
        (ReleaseType.HOTFIX, "2.13.4", False),
        (ReleaseType.HOTFIX, "2.13.3", False),
        (ReleaseType.HOTFIX, "2.14.5", False),
        (ReleaseType.HOTFIX, "3.13.5", False),
    ],
)
def test_the_type_of_a_release_fixes_which_number_rises(kind: ReleaseType, wanted: str, fits: bool) -> None:
    """The bump rule after 2.13.4; a refusal says what would fit."""
    latest = Version(2, 13, 4)
    problem = bump_problem(latest, Version.parse(wanted), kind)
    assert (problem is None) is fits
    if problem is not None:
        assert problem.endswith(f"for example {latest.bump(kind)}")
        assert kind.lower() in problem


@same_run_every_time
@given(versions, versions)
def test_a_version_fits_one_type_at_most_and_the_suggestion_always_fits(
    latest: Version, wanted: Version
) -> None:
    """No version may be ordered as two kinds of release, none that is not greater, and the example is true."""
    fitting = [kind for kind in ReleaseType if bump_problem(latest, wanted, kind) is None]
    assert len(fitting) <= 1
    if fitting:
        assert wanted > latest
    for kind in ReleaseType:
        assert bump_problem(latest, latest.bump(kind), kind) is None


def test_pairs_that_agree_share_one_plain_version() -> None:
    """The release tag of an ordinary release is v2.14.0 and not a list."""
    assert version_string({ANDROID: Version(2, 14, 0), IOS: Version(2, 14, 0)}) == "2.14.0"


def test_pairs_that_differ_are_told_apart_in_every_order() -> None:
    """The name becomes a branch and a tag, so it must not depend on the order in which pairs were written."""
    wanted = {
        IOS: Version(7, 0, 0),
        ANDROID: Version(6, 7, 0),
        ANDROID_WEB: Version(6, 8, 0),
        WEB: Version(1, 0, 0),
    }
    names = {version_string(dict(order)) for order in permutations(wanted.items())}
    assert names == {"6.7.0_android_6.8.0_android_7.0.0_ios_1.0.0_web"}


@same_run_every_time
@given(st.lists(versions, min_size=2, max_size=2, unique=True))
def test_two_targets_of_one_platform_keep_their_order(two: list[Version]) -> None:
    """B-53 and its kin: a name made of a set of texts was another one in another process."""
    assert version_string({ANDROID_WEB: two[1], ANDROID: two[0]}) == f"{two[0]}_android_{two[1]}_android"


def test_a_platform_is_named_once_where_its_targets_agree() -> None:
    """The same words twice would only lengthen the tag."""
    same = Version(2, 0, 0)
    assert (
        version_string({ANDROID: same, ANDROID_WEB: same, IOS: Version(3, 0, 0)}) == "2.0.0_android_3.0.0_ios"
    )
