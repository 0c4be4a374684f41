"""How a release is named behind a word: by its id, its version, or as its card is titled."""

import pytest

from bot.commands.naming import only_release, split_before_task, split_titled


@pytest.mark.parametrize(
    ("typed", "named", "rest"),
    [
        ("2.14.0 crashes on start", "2.14.0", "crashes on start"),
        ("Pixel 2.14.0 crashes on start", "2.14.0", "Pixel crashes on start"),
        ("android v2.14.0 crashes", "2.14.0", "android crashes"),
        ("V2.14.0 crashes", "2.14.0", "crashes"),
        ("2.14.0\nCrashes on start", "2.14.0", "Crashes on start"),
        ("My Great App REL-ABCD", "REL-ABCD", "My Great App"),
        ("crashes on start", "", "crashes on start"),
        ("2.14.1_android crashes", "2.14.1_android", "crashes"),
        ("Pixel 5.2.0_android_5.1.3_ios crashes", "5.2.0_android_5.1.3_ios", "Pixel crashes"),
        ("one two three four five 2.14.0", "", "one two three four five 2.14.0"),
        ("2.14.0: crashes", "2.14.0", "crashes"),
        ("Pixel “v2.14.0” crashes", "2.14.0", "Pixel crashes"),
        ("`REL-ABCD`, crashes", "REL-ABCD", "crashes"),
        ("crashes: often", "", "crashes: often"),
        ("", "", ""),
    ],
)
def test_a_version_behind_a_name_names_the_release(typed: str, named: str, rest: str) -> None:
    """What is meant for one release must not reach another; no other word is lost, a platform least of all."""
    assert split_titled(typed) == (named, rest)


@pytest.mark.parametrize(
    ("typed", "named", "rest"),
    [
        ("2.14.0 CREATE_AAB_BUILD android", "2.14.0", "CREATE_AAB_BUILD android"),
        ("Pixel 2.14.0 CREATE_AAB_BUILD android", "2.14.0", "CREATE_AAB_BUILD android"),
        ("My Great App v2.14.0 create-aab-build", "2.14.0", "create-aab-build"),
        ("TRIGGER_TEST_FLIGHT_BUILD ios 1.2.3", "", "TRIGGER_TEST_FLIGHT_BUILD ios 1.2.3"),
        ("CREATE_TEST_SUITE As in 2.13.0", "", "CREATE_TEST_SUITE As in 2.13.0"),
    ],
)
def test_a_release_is_named_before_its_task(typed: str, named: str, rest: str) -> None:
    """What stands behind the task, such as a build's number, names no release."""
    assert split_before_task(typed) == split_before_task(typed, numbered=True) == (named, rest)


def test_where_no_task_is_named_a_number_is_no_release() -> None:
    """A build's number may look like a version; a reason may not."""
    assert split_before_task("ios 1.2.3") == ("1.2.3", "ios")
    assert split_before_task("ios 1.2.3", numbered=True) == ("", "ios 1.2.3")


@pytest.mark.parametrize(
    ("typed", "named"),
    [("Wrong 3.1.0", "3.1.0"), ("v3.1.0", "3.1.0"), ("Wrong", "Wrong"), ("", "")],
)
def test_a_word_that_takes_a_release_alone_is_told_of_what_names_none(typed: str, named: str) -> None:
    """An answer about another release would be believed."""
    assert only_release(typed) == named
