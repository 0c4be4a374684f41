"""What somebody probably meant: by id or name, each once, and no guess where nothing is near."""

import pytest

from orchestration.domain.guessing import did_you_mean

KNOWN = (("pixel", "Pixel for Android"), ("pixel-beta", "Pixel Beta"), ("wear", "Wear"))


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("pixle", " Did you mean `pixel` or `pixel-beta`?"),
        ("PIXEL FOR ANDROD", " Did you mean `pixel` or `pixel-beta`?"),
        ("waer", " Did you mean `wear`?"),
        ("zzz", ""),
        ("", ""),
    ],
)
def test_the_nearest_are_offered_once(words: str, meant: str) -> None:
    """By their ids, whichever way they were written."""
    assert did_you_mean(words, KNOWN) == meant


def test_nothing_is_offered_of_nothing() -> None:
    """Where there is none yet."""
    assert did_you_mean("pixel", ()) == ""
