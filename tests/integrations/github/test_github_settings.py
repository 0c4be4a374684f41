"""What a person may type to connect GitHub."""

from typing import Any

import pytest
from pydantic import ValidationError

from integrations.github import GithubSettings


@pytest.mark.parametrize(
    ("base_url", "web_url"),
    [
        ("https://api.github.com", "https://github.com/acme/app"),
        ("https://api.github.com/", "https://github.com/acme/app"),
        ("https://git.acme.example/api/v3", "https://git.acme.example/acme/app"),
        ("https://api.acme.ghe.com", "https://acme.ghe.com/acme/app"),
    ],
)
def test_pages_for_people_follow_from_the_api_address(base_url: str, web_url: str) -> None:
    """github.com, Enterprise Server and Enterprise Cloud with data residency."""
    assert GithubSettings(base_url=base_url, owner="acme", repository="app").web_url == web_url


@pytest.mark.parametrize(
    "wrong",
    [
        {"base_url": "ftp://x"},
        {"base_url": "https://x/?a=b"},
        {"owner": "a/b"},
        {"repository": "../x"},
        {"correlation_input": "has space"},
        {"timeout": 0},
        {"unknown": 1},
    ],
)
def test_settings_that_cannot_be_are_refused_at_their_field(wrong: dict[str, Any]) -> None:
    """Each has its own message at its own field."""
    with pytest.raises(ValidationError) as caught:
        GithubSettings(**{"owner": "acme", "repository": "app", **wrong})
    assert [error["loc"] for error in caught.value.errors()] == [tuple(wrong)]
