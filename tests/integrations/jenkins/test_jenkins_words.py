"""What a person may type to connect Jenkins, the names of jobs, the ids of runs, and the news of pipelines."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from integrations.answers import Answer
from integrations.jenkins import JenkinsSettings
from integrations.jenkins.callback import receive
from integrations.jenkins.client import settled
from integrations.jenkins.paths import RunId, item_in, job_name, job_path, run_id
from integrations.registry import Callback
from orchestration.ports.errors import Refused
from sandbox.jenkins import API_TOKEN, PASSWORD
from tests.integrations.jenkins.jenkins_rig import secrets

SETTINGS = JenkinsSettings(base_url="https://ci.example.com/jenkins/", username="sm")
SECRETS = secrets(callback_secret="canary-4711-canary-4711")
HEADERS = {"x-stationmaster-SECRET": "canary-4711-canary-4711"}
NEWS: dict[str, Any] = {"job": "mobile/build", "number": 7, "correlation_id": "b-1"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"base_url": "ftp://x"},
        {"base_url": "https://user:secret@x"},
        {"base_url": "https://x/?a=b"},
        {"username": "a:b"},
        {"username": ""},
        {"correlation_parameter": ""},
        {"correlation_parameter": "has space"},
        {"ref_parameter": "a=b"},
        {"timeout": 0},
        {"unknown": 1},
    ],
)
def test_settings_of_jenkins_that_cannot_be_are_refused_at_their_field(wrong: dict[str, Any]) -> None:
    """Each has its own message at its own field; without a parameter for our id nothing would be found again."""
    with pytest.raises(ValidationError) as caught:
        JenkinsSettings(**{"base_url": "https://x", "username": "sm", **wrong})
    assert [error["loc"] for error in caught.value.errors()] == [tuple(wrong)]


@pytest.mark.parametrize(
    ("token", "is_one"),
    [(API_TOKEN, True), ("0123456789abcdef" * 2, True), (PASSWORD, False), (API_TOKEN + "0", False)],
)
def test_an_api_token_is_known_by_its_form(token: str, is_one: bool) -> None:
    """The new kind and the old one; anything else is treated as a password, which needs a crumb."""
    assert secrets(token).is_api_token is is_one


@pytest.mark.parametrize(
    ("workflow", "ref", "name", "path"),
    [
        ("build", "main", "build", "/job/build"),
        ("/mobile/app/", "main", "mobile/app", "/job/mobile/job/app"),
        ("app/{ref}", "release/1.0", "app/release%2F1.0", "/job/app/job/release%252F1.0"),
        ("app/release%2F1.0", "main", "app/release%2F1.0", "/job/app/job/release%252F1.0"),
        ("app/{ref}", "a#b[c]?d%e", "app/a%23b%5Bc%5D%3Fd%25e", None),
        ("Äpp 2/x", "main", "Äpp 2/x", "/job/%C3%84pp%202/job/x"),
    ],
)
def test_the_name_of_a_job_becomes_its_path(workflow: str, ref: str, name: str, path: str | None) -> None:
    """Folders repeat /job/, and the escaped name of a branch is escaped once more."""
    assert job_name(workflow, ref) == name
    assert path is None or job_path(name) == path


@pytest.mark.parametrize(
    "made",
    [
        RunId(job="mobile/app", item=12, correlation="rel-1.A_b"),
        RunId(job="app/release%2F1.0", item=1, correlation="b-1"),
        RunId(job="app", number=7),
    ],
)
def test_the_id_of_a_run_is_read_back(made: RunId) -> None:
    """Whatever a job may be called."""
    assert run_id(str(made)) == made


@pytest.mark.parametrize(
    "text", ["", "7", "#7", "job#", "job#x", "job#queue:1", "job#queue:x:b", "job#queue:1:"]
)
def test_another_text_is_no_run(text: str) -> None:
    """Another provider's id, or half of one."""
    assert run_id(text) is None


@pytest.mark.parametrize(
    ("location", "item"),
    [
        ("https://elsewhere/ci/queue/item/12/", 12),
        ("/queue/item/12", 12),
        ("/queue/item/", None),
        ("/job/a/", None),
        (None, None),
    ],
)
def test_the_queue_items_number_is_read_from_any_address(location: str | None, item: int | None) -> None:
    """Whatever Jenkins takes its own address for."""
    assert item_in(location) == item


def _receive(news: object = NEWS, headers: dict[str, str] = HEADERS) -> Callback | None:
    return receive(SETTINGS, SECRETS, headers, json.dumps(news).encode())


def test_the_news_of_a_pipeline_are_taken_once() -> None:
    """The run is found by our id; the same news have the same delivery, other news another."""
    news = _receive()
    assert news is not None
    assert (news.run_id, news.texts) == ("mobile/build#7", ("b-1",))
    assert _receive({**NEWS, "number": "7"}) == news
    other = _receive({**NEWS, "result": "FAILURE"})
    assert other is not None
    assert other.delivery != news.delivery


@pytest.mark.parametrize("given", [None, "", "canary", "canary-4711-canary-4712", "ß" * 23])
def test_news_without_the_secret_are_refused(given: str | None) -> None:
    """Missing, shorter, different, or no ASCII; and the right one is not in the words."""
    with pytest.raises(Refused) as caught:
        _receive(headers={} if given is None else {"X-Stationmaster-Secret": given})
    assert "canary" not in str(caught.value)


def test_no_secret_lets_nothing_in() -> None:
    """A connection without one takes no news, not even with an empty header."""
    with pytest.raises(Refused):
        receive(SETTINGS, secrets(), {"x-stationmaster-secret": ""}, json.dumps(NEWS).encode())


@pytest.mark.parametrize(
    "odd",
    [
        [],
        {},
        {"job": "a"},
        {**NEWS, "number": 0},
        {**NEWS, "correlation_id": "a b"},
        {**NEWS, "job": "x" * 501},
    ],
)
def test_odd_news_are_refused(odd: object) -> None:
    """Only the form that the how-to shows."""
    with pytest.raises(Refused):
        _receive(odd)


def test_news_of_a_build_that_is_not_ours_are_left_aside() -> None:
    """A person's build has no id of ours."""
    for none in ("", None):
        assert _receive({**NEWS, "correlation_id": none, "result": None}) is None


@pytest.mark.parametrize(
    "location",
    [
        "http://ci.example.com/jenkins/job/login/7/",
        "/job/mobile/job/login-service/7/",
        "https://login.example.com/job/app/7/",
        ".",
    ],
)
def test_a_page_of_a_job_is_one_whatever_the_job_is_called(location: str) -> None:
    """A button of a job with `login` in its name was pressed all the same."""
    assert settled(_led(location)).status == 302


@pytest.mark.parametrize(
    "location",
    [
        "/login?from=%2Fjob%2Fapp%2F7%2Fstop",
        "https://sso.example.com/login?from=/job/app/7/stop",
        "/securityRealm/commenceLogin?from=%2F",
        "https://login.example.com/oauth2/authorize?redirect_uri=https://ci.example.com/job/app/",
    ],
)
def test_where_one_logs_in_is_no_page_of_a_job(location: str) -> None:
    """Wherever it would lead back to: nothing was done."""
    with pytest.raises(Refused):
        settled(_led(location))


def _led(location: str) -> Answer:
    return Answer(status=302, headers={"Location": location}, body=b"", provider="Jenkins", making=True)
