"""Text on its way into Jira: wiki markup, markers, JQL; and the settings of a connection."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from integrations.jira import PROVIDER
from integrations.jira.settings import JiraSecrets, JiraSettings
from integrations.jira.wording import bears, plain, quoted, signed


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("Release 1.2.0", "Release 1.2.0"),
        ("[~bob]", "\\[~bob]"),
        ("{noformat}", "\\{noformat}"),
        ("!https://x/y.png!", "\\!https://x/y.png\\!"),
        ("\\\\[~bob]", "\\[~bob]"),
        ("https://example.com/a_b-c", "https://example.com/a_b-c"),
    ],
)
def test_words_from_outside_make_no_markup(text: str, sent: str) -> None:
    """Mentions, macros and images are escaped; plain words and addresses stay as they are."""
    assert plain(text) == sent


@given(st.text(st.one_of(st.characters(), st.sampled_from("\\{[!"))))
def test_no_opener_stays_free(text: str) -> None:
    """Before every opener stands exactly one backslash: two would be a line break and free it."""
    escaped = plain(text)
    for at, letter in enumerate(escaped):
        if letter in "{[!":
            before = escaped[:at]
            assert len(before) - len(before.rstrip("\\")) == 1


@given(st.text(), st.text(alphabet="abc:-[{!", min_size=1))
def test_a_signed_comment_bears_its_marker(text: str, marker: str) -> None:
    """Whatever the text is, the marker is found again."""
    assert bears(signed(text, marker), marker)


def test_a_marker_within_a_line_is_none() -> None:
    """A person who quotes the marker in a sentence has not made our comment."""
    assert not bears("I saw sm:rc-1 there", "sm:rc-1")
    assert not bears("sm:rc-10", "sm:rc-1")


def test_a_jql_string_holds_what_it_is_given() -> None:
    """Quotes and backslashes are escaped."""
    assert quoted('a"b\\c') == '"a\\"b\\\\c"'


def test_the_address_loses_its_last_slash() -> None:
    """Paths are put behind the address."""
    assert JiraSettings(base_url="https://example.com/jira/").base_url == "https://example.com/jira"


@pytest.mark.parametrize("address", ["", "example.com", "ftp://example.com", "https://x/?a=b", "https://a b"])
def test_what_is_no_address_is_refused(address: str) -> None:
    """An address has a scheme, a host and perhaps a path, and nothing else."""
    with pytest.raises(ValidationError):
        JiraSettings(base_url=address)


def test_every_field_has_words_for_people() -> None:
    """The connect modal is made from the models: each field has a title and a description."""
    for model in (PROVIDER.settings, PROVIDER.secrets):
        for field in model.model_fields.values():
            assert field.title
            assert field.description


def test_the_token_does_not_show() -> None:
    """Secrets are written down nowhere."""
    secrets = JiraSecrets.model_validate({"token": "canary"})
    assert "canary" not in repr(secrets)
    assert "canary" not in secrets.model_dump_json()
