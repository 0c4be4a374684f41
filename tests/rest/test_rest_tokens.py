"""Tokens over REST: made by admins, shown once, revoked at once."""

from orchestration.domain.tokens import presented
from tests.rest.rest_rig import Rest


async def test_a_token_is_made_used_and_revoked(rest: Rest) -> None:
    """Its text is in one answer only, and after revocation it opens nothing."""
    made = await rest.ask("POST", "/tokens", {"name": "ci", "scopes": ["read"], "days": 7})
    assert made.status == 201
    text = made.body["text"]
    assert presented(text) is not None
    assert (await rest.ask("GET", "/release-configs", token=text)).status == 200
    listed = await rest.ask("GET", "/tokens")
    assert text.rpartition("_")[2] not in listed.text
    assert {item["name"] for item in listed.body["items"]} == {"test", "ci"}
    assert (await rest.ask("DELETE", f"/tokens/{made.body['id']}")).status == 204
    assert (await rest.ask("DELETE", f"/tokens/{made.body['id']}")).status == 204
    refused = await rest.ask("GET", "/release-configs", token=text)
    assert (refused.status, refused.body["detail"]) == (401, "This token was revoked.")
    assert (await rest.ask("DELETE", "/tokens/unknown")).status == 404


async def test_an_order_is_judged_whole(quick: Rest) -> None:
    """Each error at its pointer."""
    reply = await quick.ask("POST", "/tokens", {"name": "", "scopes": ["read", "root"], "days": 0})
    assert reply.status == 422
    assert set(reply.places) == {"/name", "/days"}
    reply = await quick.ask("POST", "/tokens", {"name": "x", "scopes": ["read", "root"]})
    assert set(reply.places) == {"/scopes/1"}
    for wrong in (
        {"name": "x", "scopes": []},
        {"name": "x", "scopes": "read"},
        {"name": "a\u0007", "scopes": ["read"]},
    ):
        assert (await quick.ask("POST", "/tokens", wrong)).status == 422
    assert len((await quick.ask("GET", "/tokens")).body["items"]) == 1


async def test_a_repeated_order_does_not_show_the_token_again(rest: Rest) -> None:
    """The answer is kept without the text: one token exists, and who lost it revokes it."""
    order = {"name": "ci", "scopes": ["build:report"]}
    first = await rest.ask("POST", "/tokens", order, Idempotency_Key="once")
    again = await rest.ask("POST", "/tokens", order, Idempotency_Key="once")
    assert (again.status, again.body) == (201, {**first.body, "text": None})
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len((await rest.ask("GET", "/tokens")).body["items"]) == 2
