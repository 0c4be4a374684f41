"""Builds that people made: enough is told of each, and a file's name never stands for its number."""

import pytest

from orchestration.domain.builds import BuildKind
from orchestration.domain.given import files_in, links_in, problem_of

LINK = ("https://files.example/app.apk",)


@pytest.mark.parametrize(
    ("kind", "number", "links", "fine"),
    [
        (BuildKind.TEST_FLIGHT, "417", (), True),
        (BuildKind.TEST_FLIGHT, "2.14.417", (), True),
        (BuildKind.TEST_FLIGHT, None, LINK, False),
        (BuildKind.TEST_FLIGHT, "Pixel.ipa", (), False),
        (BuildKind.TEST_FLIGHT, "1.2.3.4", (), False),
        (BuildKind.AAB, "21400", (), True),
        (BuildKind.AAB, "0", (), False),
        (BuildKind.AAB, "2100000001", (), False),
        (BuildKind.AAB, "app.aab", LINK, False),
        (BuildKind.AAB, "²", (), False),
        (BuildKind.REGRESSION, "417", (), True),
        (BuildKind.REGRESSION, None, LINK, True),
        (BuildKind.PRE_REGRESSION, None, (), False),
    ],
)
def test_a_build_is_told_by_what_finds_it_again(
    kind: BuildKind, number: str | None, links: tuple[str, ...], fine: bool
) -> None:
    """B-49: what goes to a store has the store's number; anything else a number, a link or a file."""
    assert (problem_of(kind, number, links) is None) is fine


def test_links_and_files_are_read_from_what_is_typed() -> None:
    """Slack writes a link in angle brackets, with a label or not; only a link that ends in a file is one."""
    text = "see <https://x.example/builds/417|the run> and <https://files.example/Pixel%20rc.apk> or http://plain.example"
    assert links_in(text) == ("https://x.example/builds/417", "https://files.example/Pixel%20rc.apk")
    assert [(f.name, f.url) for f in files_in(links_in(text))] == [
        ("Pixel rc.apk", "https://files.example/Pixel%20rc.apk")
    ]
