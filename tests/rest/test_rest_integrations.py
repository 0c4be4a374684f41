"""Connections over REST: tried before they are stored, secrets go in and never come out, nothing half done."""

import asyncio
from typing import Any

import pytest

from integrations.choices import Kind
from orchestration.store.integrations import IntegrationRow
from tests.rest.rest_rig import BASE, CANARY, CONNECT, OTHER, TENANT, Rest

PLACE = "/integrations/twin"


async def test_a_connection_lives(rest: Rest) -> None:
    """Created, read, listed, renamed, tried again and deleted; the log says which token did it."""
    made = await rest.connected(name="Our twin")
    assert made.headers["Location"] == f"{BASE}{PLACE}"
    assert made.body["secrets"] == {"token": True, "hook": True}
    assert made.body["settings"] == {"base_url": "https://twin.example", "project": "MOB", "delay": 1.0}
    assert (made.body["state"], made.body["checks"][0]["says"]) == ("verified", "a robot")
    read = await rest.ask("GET", PLACE)
    assert (read.body, read.headers["ETag"]) == (made.body, made.headers["ETag"])
    assert (await rest.ask("GET", "/integrations")).body == {"items": [read.body], "next": None}
    named = await rest.ask("PATCH", PLACE, {"name": "Theirs"}, If_Match=read.headers["ETag"])
    assert (named.status, named.body["name"], len(rest.twin.tried)) == (200, "Theirs", 1)
    assert (await rest.ask("PATCH", PLACE, {"name": None}, If_Match="*")).body["name"] == "Twin"
    assert (await rest.ask("POST", f"{PLACE}/verify")).body["state"] == "verified"
    assert (await rest.ask("DELETE", PLACE)).status == 204
    assert (await rest.ask("GET", PLACE)).status == 404
    told = await rest.told()
    assert {actor for kind, actor, _ in told if kind.startswith("CONNECTION_")} == {rest.token.split("_")[1]}
    assert CANARY not in str(told)


async def test_nothing_is_stored_untried(rest: Rest) -> None:
    """A no is 422 with every check, its words without the secret; a provider that is away is 503, to try again."""
    rest.twin.mood = "no"
    reply = await rest.ask("POST", "/integrations", CONNECT)
    assert reply.status == 422
    assert [check["ok"] for check in reply.body["checks"]] == [True, False]
    assert "may not write" in reply.places[""]
    rest.twin.mood = "away"
    reply = await rest.ask("POST", "/integrations", CONNECT)
    assert (reply.status, reply.headers["Retry-After"]) == (503, "30")
    assert reply.body["checks"][0]["later"] is True
    assert (await rest.ask("GET", "/integrations")).body["items"] == []


async def test_settings_and_secrets_are_merged_and_tried_again(rest: Rest) -> None:
    """Absent keeps, null resets or removes; what the provider refuses leaves everything as it was."""
    first = await rest.connected(settings={"project": "MOB", "delay": 5})
    patch = {"settings": {"project": "WEB", "delay": None}, "secrets": {"hook": None}}
    second = await rest.ask("PATCH", PLACE, patch, If_Match=first.headers["ETag"])
    assert second.body["settings"] == {"base_url": "https://twin.example", "project": "WEB", "delay": 1.0}
    assert second.body["secrets"] == {"token": True, "hook": False}
    assert rest.twin.tried[-1] == ("https://twin.example", f"{CANARY}-1")
    rest.twin.mood = "no"
    newer = {"secrets": {"token": f"{CANARY}-new"}}
    assert (await rest.ask("PATCH", PLACE, newer, If_Match=second.headers["ETag"])).status == 422
    assert (await rest.ask("GET", PLACE)).body == second.body
    rest.twin.mood = "fine"
    third = await rest.ask("PATCH", PLACE, newer, If_Match=second.headers["ETag"])
    assert (third.status, rest.twin.tried[-1][1]) == (200, f"{CANARY}-new")
    assert (await rest.ask("PATCH", PLACE, newer, If_Match=second.headers["ETag"])).status == 412
    assert (await rest.ask("PATCH", PLACE, newer)).status == 428


@pytest.mark.parametrize(
    ("changes", "places"),
    [
        ({"provider": "gone"}, {"/provider"}),
        ({"provider": 7, "id": "A B"}, {"/provider", "/id"}),
        ({"settings": {"project": "", "pizza": 1}}, {"/settings/project", "/settings/pizza"}),
        ({"settings": {}, "secrets": {}}, {"/settings/project", "/secrets/token"}),
        ({"secrets": {"token": ["x"], "hook": 7}}, {"/secrets/token", "/secrets/hook"}),
        ({"secrets": None}, {"/secrets/token"}),
        ({"settings": []}, {"/settings"}),
        ({"settings": {"project": "X", "base_url": "https://169.254.169.254"}}, {"/settings/base_url"}),
        (
            {"settings": {"project": "X", "base_url": "https://[::1]"}, "secrets": {}},
            {"/settings/base_url", "/secrets/token"},
        ),
        ({"name": " "}, {"/name"}),
        ({"name": "a\u0000b"}, {"/name"}),
        ({"surprise": 1}, {"/surprise"}),
        ({"secrets_of": "other"}, {"/secrets_of"}),
        ({"secrets": None, "secrets_of": "other"}, {"/secrets_of"}),
    ],
)
async def test_every_error_stands_at_its_pointer(
    quick: Rest, changes: dict[str, Any], places: set[str]
) -> None:
    """All at once; the provider is not asked, and nothing is stored."""
    reply = await quick.ask("POST", "/integrations", {**CONNECT, **changes})
    assert (reply.status, set(reply.places)) == (422, places)
    assert quick.twin.tried == []
    assert (await quick.ask("GET", "/integrations")).body["items"] == []


async def test_secrets_follow_no_changed_address(rest: Rest) -> None:
    """Kept secrets are for the old address: each must be sent anew, and nobody is asked before."""
    await rest.connected()
    await rest.connected("other", settings={"project": "WEB"})
    moved = {"settings": {"base_url": "https://elsewhere.example"}}
    reply = await rest.ask("PATCH", PLACE, moved, If_Match="*")
    assert (reply.status, set(reply.places)) == (422, {"/secrets/token", "/secrets/hook"})
    reply = await rest.ask("PATCH", PLACE, {**moved, "secrets": {"token": f"{CANARY}-3"}}, If_Match="*")
    assert set(reply.places) == {"/secrets/hook"}
    lent = {**CONNECT, "id": "third", "secrets": None, "secrets_of": "twin"}
    reply = await rest.ask(
        "POST", "/integrations", {**lent, "settings": {"project": "X", **moved["settings"]}}
    )
    assert (reply.status, set(reply.places)) == (422, {"/secrets_of"})
    assert all(url == "https://twin.example" for url, _ in rest.twin.tried)
    reply = await rest.ask(
        "PATCH", PLACE, {**moved, "secrets": {"token": f"{CANARY}-3", "hook": None}}, If_Match="*"
    )
    assert reply.status == 200
    assert rest.twin.tried[-1] == ("https://elsewhere.example", f"{CANARY}-3")


async def test_secrets_are_lent_to_the_same_address(rest: Rest) -> None:
    """A second project needs no second token, of the same provider and tenant alone."""
    await rest.connected()
    lent = {"id": "web", "provider": "twin", "settings": {"project": "WEB"}, "secrets_of": "twin"}
    made = await rest.ask("POST", "/integrations", lent)
    assert (made.status, made.body["secrets"]["token"]) == (201, True)
    assert rest.twin.tried[-1][1] == f"{CANARY}-1"
    assert (await rest.ask("POST", "/integrations", {**lent, "id": "x", "provider": "plain"})).status == 422
    theirs = await rest.issue("admin", tenant=OTHER)
    place = f"/api/v1/tenants/{OTHER}/integrations"
    assert (await rest.ask("POST", place, lent, token=theirs)).status == 422


async def test_of_two_creations_of_one_id_one_is_refused(rest: Rest) -> None:
    """Both were tried, one is stored; a later one is not even tried."""
    arrived = asyncio.Event()

    async def together() -> None:
        if len(rest.twin.tried) == 2:
            arrived.set()
        await arrived.wait()

    rest.twin.during = together
    orders = [rest.ask("POST", "/integrations", {**CONNECT, "name": name}) for name in ("One", "Two")]
    replies = await asyncio.gather(*orders)
    assert sorted(reply.status for reply in replies) == [201, 422]
    assert [set(reply.places) for reply in replies if reply.status == 422] == [{"/id"}]
    assert (await rest.ask("POST", "/integrations", CONNECT)).status == 422
    assert len(rest.twin.tried) == 2


async def test_of_two_patches_at_once_one_is_refused(rest: Rest) -> None:
    """Both read the same state and were tried: the slower one gets 412."""
    tag = (await rest.connected()).headers["ETag"]
    patches = [
        rest.ask("PATCH", PLACE, {"settings": {"project": name}}, If_Match=tag) for name in ("A", "B", "C")
    ]
    replies = await asyncio.gather(*patches)
    assert sorted(reply.status for reply in replies) == [200, 412, 412]


async def test_a_connection_in_use_stays(rest: Rest) -> None:
    """409 with the releases that need it; what configurations name alone may go."""
    await rest.connected()
    release = await rest.started()
    reply = await rest.ask("DELETE", PLACE)
    assert reply.status == 409
    assert reply.body["releases"] == [{"id": release.id, "title": release.title}]
    assert (await rest.ask("GET", PLACE)).status == 200


async def test_a_stored_connection_is_tried_again(rest: Rest) -> None:
    """The state follows what the provider says; away it stays as it was, and says so."""
    await rest.connected()
    for mood, state in (("away", "verified"), ("no", "failing"), ("gone", "revoked"), ("fine", "verified")):
        rest.twin.mood = mood
        reply = await rest.ask("POST", f"{PLACE}/verify")
        assert (reply.status, reply.body["state"]) == (200, state)
        assert reply.body["checks"][-1]["later"] is (mood == "away")


async def test_what_cannot_be_opened_is_shown_and_mended(rest: Rest) -> None:
    """Its key is lost: no settings and no secrets are shown; whole new ones mend it."""
    await rest.store.integrations.add(
        IntegrationRow(id="twin", tenant_id=TENANT, provider="twin", name="Old", secrets=b"x", key_id="lost")
    )
    read = await rest.ask("GET", PLACE)
    assert (read.body["settings"], read.body["secrets"], read.body["state"]) == (None, None, "failing")
    assert (await rest.ask("GET", f"{PLACE}/choices/projects")).status == 409
    reply = await rest.ask("PATCH", PLACE, {"settings": {"project": "X"}}, If_Match="*")
    assert (reply.status, set(reply.places)) == (422, {"/secrets/token"})
    whole = {"settings": {"project": "X"}, "secrets": {"token": f"{CANARY}-4"}}
    assert (await rest.ask("PATCH", PLACE, whole, If_Match="*")).body["state"] == "verified"


async def test_choices_are_read_live(rest: Rest) -> None:
    """Page by page, with words and a parent; what the provider can't list is not there."""
    await rest.connected()
    await rest.connected("plain", provider="plain")
    rest.twin.lists[Kind.STATUSES] = ("Open", "Done", "Done done", "Undone")
    first = await rest.ask("GET", f"{PLACE}/choices/statuses?words=done&within=MOB")
    assert [item["value"] for item in first.body["items"]] == ["Done", "Done done"]
    assert first.body["items"][0] == {"value": "Done", "label": "The Done", "detail": "MOB"}
    second = await rest.ask(
        "GET", f"{PLACE}/choices/statuses?words=done&within=MOB&cursor={first.body['next']}"
    )
    assert ([item["value"] for item in second.body["items"]], second.body["next"]) == (["Undone"], None)
    for cursor in ("2", "Mg", first.body["next"][:-1], "Mg." + "0" * 16):
        assert (await rest.ask("GET", f"{PLACE}/choices/statuses?cursor={cursor}")).status == 400
    for path in (f"{PLACE}/choices/pizza", "/integrations/plain/choices/statuses"):
        assert (await rest.ask("GET", path)).status == 404
    rest.twin.mood = "away"
    reply = await rest.ask("GET", f"{PLACE}/choices/branches")
    assert (reply.status, reply.headers["Retry-After"]) == (503, "7")
    rest.twin.mood = "gone"
    assert (await rest.ask("GET", f"{PLACE}/choices/branches")).status == 409


async def test_providers_tell_what_they_need(quick: Rest) -> None:
    """Their schemas, their ports and which fields are chosen live."""
    listed = (await quick.ask("GET", "/providers")).body["items"]
    assert [each["key"] for each in listed] == ["plain", "twin"]
    twin = (await quick.ask("GET", "/providers/twin")).body
    assert twin == listed[1]
    assert twin["ports"] == ["scm", "cicd", "pm", "test_platform", "app_store"]
    assert twin["live"] == [{"field": "project", "kind": "projects", "within": None}]
    assert twin["settings"]["properties"]["base_url"]["title"] == "Address"
    assert twin["secrets"]["properties"]["token"]["writeOnly"] is True
    assert (await quick.ask("GET", "/providers/gone")).status == 404
