"""Cursors of providers: only what we gave to this token, for this list, comes back."""

import pytest

from bot.api.v1.problems import Trouble
from bot.api.v1.reading import opened_cursor, paged, sealed_cursor

_KEY, _ABOUT = "digest of a token", "github-1/repositories"


@pytest.mark.parametrize(
    "text", ["a", "page=2&after=Y3Vyc29y", "drei\N{LATIN SMALL LETTER SHARP S}ig", "a.b.c"]
)
def test_what_was_given_comes_back(text: str) -> None:
    """Whatever a provider calls its place."""
    assert opened_cursor(sealed_cursor(text, _ABOUT, key=_KEY), _ABOUT, key=_KEY) == text


@pytest.mark.parametrize(
    "given",
    [
        "",
        ".",
        "nonsense",
        paged("a"),
        f"{paged('a')}.",
        f"{paged('a')}.0123456789abcdef",
        f"{paged('b')}.{sealed_cursor('a', _ABOUT, key=_KEY).rpartition('.')[2]}",
        sealed_cursor("a", "github-2/repositories", key=_KEY),
        sealed_cursor("a", _ABOUT, key="digest of another token"),
    ],
)
def test_what_was_not_given_here_is_refused(given: str) -> None:
    """Made up, changed, of another list or of another token: 400, and the provider never sees it."""
    with pytest.raises(Trouble) as refused:
        opened_cursor(given, _ABOUT, key=_KEY)
    assert refused.value.status == 400
