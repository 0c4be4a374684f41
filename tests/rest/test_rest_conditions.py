"""What HTTP lets a client write in its own way: a head alone, conditions as lists, lists on several lines."""

import pytest

from tests.rest.rest_rig import BASE, Rest
from tests.rest.test_rest_door import JSON, PLACE, _beside


async def test_a_head_alone_is_what_the_whole_answer_begins_with(quick: Rest) -> None:
    """HEAD wherever GET is: the same status and headers and no body; who may not look is refused as well."""
    await quick.connected()
    await quick.configured()
    for path in (f"{PLACE}/pixel", PLACE, "/api/v1/openapi.json"):
        whole = await quick.ask("GET", path)
        head = await _beside(quick, "HEAD", path)
        assert (head.status, head.text) == (200, "")
        for name in ("Content-Type", "Content-Length", "ETag"):
            assert head.headers.get(name) == whole.headers.get(name), path
    tag = (await quick.ask("GET", f"{PLACE}/pixel")).headers["ETag"]
    assert (await _beside(quick, "HEAD", f"{PLACE}/pixel", If_None_Match=tag)).status == 304
    assert (await _beside(quick, "HEAD", PLACE, token="sm_x")).status == 401
    assert (await _beside(quick, "HEAD", f"{PLACE}/nothing")).status == 404


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("*", 200),
        ('"7", "0"', 200),
        (', "0" ,', 200),
        ('"a,b", "0"', 200),
        ('W/"0"', 412),
        ('"a,b"', 412),
        ('""', 412),
        ("0", 400),
        (",", 400),
        ("", 400),
        ('"0', 400),
    ],
)
async def test_what_a_client_saw_is_read_as_http_writes_it(quick: Rest, given: str, status: int) -> None:
    """`If-Match` is a list: of several tags one must be the present one, and a weak one never is."""
    await quick.connected()
    tag = (await quick.configured()).headers["ETag"]
    reply = await _beside(quick, "POST", f"{PLACE}/pixel/deactivate", If_Match=given.replace('"0"', tag))
    assert reply.status == status


async def test_a_list_may_stand_on_several_lines(quick: Rest) -> None:
    """A header that is a list may be sent as several of the same name: all of them count."""
    await quick.connected()
    tag = (await quick.configured()).headers["ETag"]
    lines = [("Accept", "text/plain"), ("Accept", JSON), ("If-Match", '"77"'), ("If-Match", tag)]
    headers = [*lines, ("Authorization", f"Bearer {quick.token}")]
    url = f"{quick.url}{BASE}{PLACE}/pixel/deactivate"
    async with quick.session.post(url, headers=headers, skip_auto_headers=["Accept"]) as answer:
        assert answer.status == 200, await answer.text()
