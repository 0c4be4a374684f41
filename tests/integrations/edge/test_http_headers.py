"""Headers as servers behind gateways send them."""

from aiohttp import web

from integrations.http import Http
from tests.integrations.edge.conftest import Things


async def test_a_long_header_is_no_broken_connection(http: Http, things: Things) -> None:
    """A policy or a signed address of many thousand characters is read, as the blocking clients read it."""
    policy = "x" * 40_000
    things.answers["/page"] = web.json_response({}, headers={"Content-Security-Policy": policy})
    answer = await http.request("GET", f"{things.url}/page", provider="things", tenant="T1")
    assert answer.header("content-security-policy") == policy
