"""The simulated Jenkins lets in and hides as Jenkins does, and says no with pages."""

from collections.abc import AsyncIterator

import pytest

from sandbox.jenkins import API_TOKEN, PASSWORD, READER_TOKEN
from tests.sandbox.jenkins.jenkins_caller import Caller, jenkins_caller

BUILD = "/job/mobile/job/build"
BUTTON = f"{BUILD}/buildWithParameters"
COOKIE = "JSESSIONID.5d3a1f20"


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    """A simulator and somebody who asks it."""
    async with jenkins_caller() as made:
        yield made


async def test_nobody_is_shown_the_way_to_the_log_in(caller: Caller) -> None:
    """403 without credentials, with what Jenkins says of itself in the headers."""
    answer = await caller.ask("GET", "/api/json", secret=None)
    assert answer.status == 403
    assert answer.headers["X-You-Are-Authenticated-As"] == "anonymous"
    assert answer.headers["X-Required-Permission"] == "hudson.model.Hudson.Read"
    assert "X-Jenkins" in answer.headers
    assert "Authentication required" in answer.text


@pytest.mark.parametrize("secret", ["wrong", "", READER_TOKEN])
async def test_wrong_credentials_are_401(caller: Caller, secret: str) -> None:
    """Whoever shows credentials is judged by them: nobody falls back to being anonymous."""
    answer = await caller.ask("GET", "/api/json", secret=secret)
    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, 'Basic realm="Jenkins"')


async def test_what_may_not_be_read_is_not_there(caller: Caller) -> None:
    """404, no job in the list, and no item in the queue."""
    await caller.ask("POST", BUTTON)
    caller.simulator.access.users[0].permissions = {"Overall/Read"}
    for path in (f"{BUILD}/api/json", "/queue/item/1/api/json"):
        assert (await caller.ask("GET", path)).status == 404
    assert (await caller.ask("GET", "/api/json")).json["jobs"] == []
    assert (await caller.ask("GET", "/queue/api/json")).json["items"] == []


@pytest.mark.parametrize(
    ("path", "permission"),
    [(BUTTON, "hudson.model.Item.Build"), (f"{BUILD}/1/stop", "hudson.model.Item.Cancel")],
)
async def test_a_missing_permission_is_named(caller: Caller, path: str, permission: str) -> None:
    """403 with the permission's class in a header, and its name in the page."""
    await caller.ask("POST", BUTTON)
    caller.order(1, "start")
    answer = await caller.ask("POST", path, user="rita", secret=READER_TOKEN)
    assert (answer.status, answer.headers["X-Required-Permission"]) == (403, permission)
    assert "rita is missing the Job/" in answer.text


async def test_a_reader_may_not_cancel_what_waits(caller: Caller) -> None:
    """422 in the words of the queue."""
    await caller.ask("POST", BUTTON)
    answer = await caller.ask("POST", "/queue/cancelItem?id=1", user="rita", secret=READER_TOKEN)
    assert (answer.status, "not cancellable" in answer.text) == (422, True)


async def test_a_password_needs_the_crumb_of_its_session(caller: Caller) -> None:
    """Neither the crumb without its cookie nor that of another session does; both end with the session."""
    first = await caller.ask("GET", "/crumbIssuer/api/json", secret=PASSWORD)
    second = await caller.ask("GET", "/crumbIssuer/api/json", secret=PASSWORD)
    crumb = {"Jenkins-Crumb": first.json["crumb"]}
    cookies = [answer.headers["Set-Cookie"].partition(";")[0] for answer in (first, second)]
    assert first.json["crumbRequestField"] == "Jenkins-Crumb"
    assert all(cookie.startswith(COOKIE) for cookie in cookies)
    wrong: list[dict[str, str]] = [{}, crumb, {"Cookie": cookies[0]}, {**crumb, "Cookie": cookies[1]}]
    for headers in wrong:
        answer = await caller.ask("POST", BUTTON, secret=PASSWORD, headers=headers)
        assert answer.status == 403
        assert "No valid crumb was included in the request" in answer.text
    good = {**crumb, "Cookie": cookies[0]}
    assert (await caller.ask("POST", BUTTON, secret=PASSWORD, headers=good)).status == 201
    await caller.ask("POST", "/_sandbox/server", json={"expire": True})
    assert (await caller.ask("POST", BUTTON, secret=PASSWORD, headers=good)).status == 403


async def test_an_api_token_needs_none(caller: Caller) -> None:
    """And the issuer can be switched off, for everybody."""
    assert (await caller.ask("POST", BUTTON, secret=API_TOKEN)).status == 201
    await caller.ask("POST", "/_sandbox/server", json={"crumbs": False})
    assert (await caller.ask("POST", BUTTON, secret=PASSWORD)).status == 201
    assert (await caller.ask("GET", "/crumbIssuer/api/json")).status == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", BUTTON, 405),
        ("GET", "/queue/cancelItem?id=1", 405),
        ("POST", f"{BUILD}/api/json", 405),
        ("GET", "/job/none/api/json", 404),
        ("GET", "/job/mobile/job/build/99/api/json", 404),
        ("GET", "/queue/item/99/api/json", 404),
        ("POST", "/queue/cancelItem?id=99", 404),
        ("POST", "/job/mobile/buildWithParameters", 404),
        ("GET", "/elsewhere", 404),
    ],
)
async def test_an_error_is_a_page_of_the_container(
    caller: Caller, method: str, path: str, status: int
) -> None:
    """HTML, whatever was asked for; such a page does not tell that Jenkins is behind it."""
    answer = await caller.ask(method, path)
    assert (answer.status, answer.headers["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert f"HTTP ERROR {status}" in answer.text
    assert "X-Jenkins" not in answer.headers
