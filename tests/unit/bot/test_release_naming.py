"""How a release is named behind a word: by its id, its version, or as its card is titled."""

import pytest

from bot.commands.naming import only_release, split_titled


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
        ("one two three four five 2.14.0", "", "one two three four five 2.14.0"),
        ("", "", ""),
    ],
)
def test_a_version_behind_a_name_names_the_release(typed: str, named: str, rest: str) -> None:
    """What is meant for one release must not reach another; no other word is lost, a platform least of all."""
    assert split_titled(typed) == (named, rest)


@pytest.mark.parametrize(
    ("typed", "named"),
    [("Wrong 3.1.0", "3.1.0"), ("v3.1.0", "3.1.0"), ("Wrong", "Wrong"), ("", "")],
)
def test_a_word_that_takes_a_release_alone_is_told_of_what_names_none(typed: str, named: str) -> None:
    """An answer about another release would be believed."""
    assert only_release(typed) == named
