"""Release configurations over REST: the same rules as everywhere, with pointers, ETags and merge patches."""

import asyncio
from typing import Any

import pytest

from integrations.choices import Kind
from tests.rest.looked_for import LOOKED
from tests.rest.rest_rig import BASE, CONFIG, OTHER, Rest


async def test_a_configuration_lives(rest: Rest) -> None:
    """Created, read, listed, changed, copied, switched, made the default and deleted; each tells its state."""
    await rest.connected()
    made = await rest.configured()
    assert made.headers["Location"] == f"{BASE}/release-configs/pixel"
    read = await rest.ask("GET", "/release-configs/pixel")
    assert (read.status, read.body, read.headers["ETag"]) == (200, made.body, made.headers["ETag"])
    assert {**read.body, **CONFIG} == read.body
    changed = await rest.ask("PATCH", "/release-configs/pixel", {"home": "C1"}, **_match(read.etag))
    assert (changed.status, changed.body) == (200, {**read.body, "home": "C1"})
    copied = await rest.ask("POST", "/release-configs/pixel/copy", {"id": "hotfix", "name": "Hotfixes"})
    assert (copied.status, copied.body["active"], copied.body["home"]) == (201, False, "C1")
    assert (await rest.ask("POST", "/release-configs/hotfix/default")).status == 409
    assert (await rest.ask("POST", "/release-configs/hotfix/activate")).body["active"] is True
    assert (await rest.ask("POST", "/release-configs/hotfix/default")).body["default"] is True
    listed = (await rest.ask("GET", "/release-configs")).body
    assert [(c["id"], c["default"]) for c in listed["items"]] == [("hotfix", True), ("pixel", False)]
    assert (await rest.ask("POST", "/release-configs/pixel/deactivate")).body["active"] is False
    assert (await rest.ask("DELETE", "/release-configs/pixel")).status == 204
    assert (await rest.ask("GET", "/release-configs/pixel")).status == 404
    token = rest.token.split("_")[1]
    saved = [actor for kind, actor, _ in await rest.told() if kind.startswith("CONFIGURATION_")]
    assert saved == [token] * len(saved)
    assert len(saved) == 7


def _match(etag: dict[str, str]) -> dict[str, Any]:
    return {"If_Match": etag["If-Match"]}


async def test_every_error_stands_at_its_pointer(rest: Rest) -> None:
    """B-37: all at once, also below names that hold a slash, a dot or a tilde; nothing is stored."""
    await rest.connected()
    odd = {"key": "a", "integration": "gone", "kind": "AAB", "platform": "ANDROID", "job": "a.yml"}
    body = {
        **CONFIG,
        "scm": "nowhere",
        "pm": "twin",
        "workflows": [{**odd, "inputs": {"a/b.c~d": 7}}],
        "tickets": {"x/y": {"project": "M", "issue_type": "T"}},
        "branch_pattern": "release",
        "surprise": 1,
    }
    reply = await rest.ask("POST", "/release-configs", body)
    assert reply.status == 422
    assert set(reply.places) == {
        "/workflows/0/inputs/a~1b.c~0d",
        "/tickets/x~1y",
        "/branch_pattern",
        "/surprise",
    }
    body |= {"workflows": [odd], "tickets": {}, "branch_pattern": "r/{version}"}
    del body["surprise"]
    reply = await rest.ask("POST", "/release-configs", body)
    assert reply.places == {
        "/scm": "There is no connection nowhere",
        "/workflows/0/integration": "There is no connection gone",
    }
    assert (await rest.ask("GET", "/release-configs")).body == {"items": [], "next": None}


async def test_a_patch_keeps_resets_and_replaces(rest: Rest) -> None:
    """Absent keeps, null resets, an object is merged, a list is replaced; an id stays and a needed field too."""
    await rest.connected()
    first = await rest.configured(
        build_mode="MANUAL",
        pm="twin",
        gate={"pass_percent": 90, "auto": True},
        tickets={"IOS-APP_STORE": {"project": "MOB", "issue_type": "Task"}},
        channels={"builds": ["C1"], "critical": ["C2"]},
    )
    patch: dict[str, Any] = {
        "build_mode": None,
        "gate": {"pass_percent": None},
        "channels": {"builds": None, "critical": ["C3"]},
    }
    second = await rest.ask("PATCH", "/release-configs/pixel", patch, **_match(first.etag))
    assert second.status == 200
    assert second.body["build_mode"] == "CI"
    assert (second.body["gate"]["pass_percent"], second.body["gate"]["auto"]) == (100, True)
    assert second.body["channels"] == {"critical": ["C3"]}
    assert second.body["tickets"] == first.body["tickets"]
    for patch, place in (({"name": None}, "/name"), ({"id": "other"}, "/id"), ({"pm": None}, "/pm")):
        reply = await rest.ask("PATCH", "/release-configs/pixel", patch, **_match(second.etag))
        assert (reply.status, set(reply.places)) == (422, {place})


async def test_who_read_too_early_is_told(rest: Rest) -> None:
    """428 without If-Match, 412 with an old or weak one, for every change; a star takes what is there."""
    await rest.connected()
    old = (await rest.configured()).etag["If-Match"]
    place = "/release-configs/pixel"
    assert (await rest.ask("PATCH", place, {"home": "C1"})).status == 428
    newer = await rest.ask("PATCH", place, {"home": "C1"}, If_Match=old)
    for match in (old, f"W/{newer.headers['ETag']}", '"x"', '"999"'):
        assert (await rest.ask("PATCH", place, {"home": "C2"}, If_Match=match)).status == 412
        assert (await rest.ask("DELETE", place, If_Match=match)).status == 412
        for word in ("default", "activate", "deactivate"):
            assert (await rest.ask("POST", f"{place}/{word}", If_Match=match)).status == 412
    for none in ("pixel", ""):
        assert (await rest.ask("PATCH", place, {"home": "C2"}, If_Match=none)).status == 400
    several = f"{old}, {newer.headers['ETag']}"
    assert (await rest.ask("PATCH", place, {"home": "C2"}, If_Match=several)).status == 200
    assert (await rest.ask("PATCH", place, {"home": "C3"}, If_Match="*")).body["home"] == "C3"


async def test_of_two_patches_at_once_one_is_refused(rest: Rest) -> None:
    """Both read the same state: the slower one gets 412 and stores nothing."""
    await rest.connected()
    tag = _match((await rest.configured()).etag)
    patches = [rest.ask("PATCH", "/release-configs/pixel", {"home": f"C{n}"}, **tag) for n in range(4)]
    replies = await asyncio.gather(*patches)
    assert sorted(reply.status for reply in replies) == [200, 412, 412, 412]
    (winner,) = (reply for reply in replies if reply.status == 200)
    assert (await rest.ask("GET", "/release-configs/pixel")).body == winner.body


async def test_of_two_creations_of_one_id_one_is_refused(rest: Rest) -> None:
    """The slower one is told at the id."""
    await rest.connected()
    orders = [rest.ask("POST", "/release-configs", {**CONFIG, "home": f"C{n}"}) for n in range(4)]
    replies = await asyncio.gather(*orders)
    assert sorted(reply.status for reply in replies) == [201, 422, 422, 422]
    assert all(set(reply.places) == {"/id"} for reply in replies if reply.status == 422)


async def test_a_configuration_that_was_used_stays(rest: Rest) -> None:
    """409 with the number of releases; it can be switched off."""
    await rest.connected()
    await rest.started()
    reply = await rest.ask("DELETE", "/release-configs/pixel")
    assert (reply.status, reply.body["detail"][:21]) == (409, "1 release was started")
    assert (await rest.ask("POST", "/release-configs/pixel/deactivate")).status == 200


async def test_everything_that_is_named_is_looked_for(quick: Rest) -> None:
    """Each at its pointer, on every page and by id or label; away is not the same as missing."""
    await quick.connected()
    await quick.configured(**LOOKED)
    quick.twin.lists = {
        Kind.BRANCHES: ("a", "b", "c", "main"),
        Kind.WORKFLOWS: ("aab.yml",),
        Kind.PROJECTS: ("MOB",),
        Kind.ISSUE_TYPES: ("Task",),
        Kind.STATUSES: ("Done",),
        Kind.TEST_PROJECTS: ("1",),
        Kind.SQUADS: ("7",),
        Kind.GROUPS: ("Internal",),
        Kind.TICKET_FIELDS: ("Priority", "Component", "Labels"),
    }
    quick.twin.needed = frozenset({"Priority", "Component"})
    reply = await quick.ask("POST", "/release-configs/pixel/verify")
    assert (reply.status, reply.body["ok"]) == (200, False)
    found = {check["pointer"]: check["ok"] for check in reply.body["checks"]}
    assert found == {
        "/base_branch": True,
        "/workflows/0/job": True,
        "/workflows/1/job": False,
        "/tickets/IOS-APP_STORE/project": True,
        "/tickets/IOS-APP_STORE/issue_type": True,
        "/tickets/IOS-APP_STORE/done_statuses/0": True,
        "/tickets/IOS-APP_STORE/done_statuses/1": False,
        "/tickets/IOS-APP_STORE/fields/priority": True,
        "/tickets/IOS-APP_STORE/fields/Team": False,
        "/tickets/IOS-APP_STORE/fields": False,
        "/test_plans/IOS-APP_STORE/project": True,
        "/test_plans/IOS-APP_STORE/squads/0": True,
        "/stores/IOS-APP_STORE/group": True,
    }
    assert {asked.within for kind, asked in quick.twin.asked if kind is Kind.SQUADS} == {"1"}


async def test_a_provider_that_is_away_hides_nothing(quick: Rest) -> None:
    """Every check says that it could not be asked; what a provider can't list is left out."""
    await quick.connected()
    await quick.connected("plain", provider="plain")
    await quick.configured()
    await quick.configured("bare", scm="plain")
    quick.twin.mood = "away"
    checks = (await quick.ask("POST", "/release-configs/pixel/verify")).body["checks"]
    assert [(check["ok"], check["later"]) for check in checks] == [(False, True)]
    assert (await quick.ask("POST", "/release-configs/bare/verify")).body == {"ok": True, "checks": []}


async def test_lists_go_on_where_they_ended(quick: Rest) -> None:
    """Every item once, in order, also when something is added before the cursor."""
    await quick.connected()
    names = [f"c{n}" for n in range(5)]
    for name in names:
        await quick.configured(name, name=name.upper())
    seen: list[str] = []
    cursor = ""
    while True:
        page = (await quick.ask("GET", f"/release-configs?limit=2{cursor}")).body
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
        if len(seen) == 2:
            await quick.configured("aaa", name="AAA")
    assert seen == names
    for wrong in ("limit=0", "limit=101", "limit=x", "cursor=%21", "limit=1&limit=2", "page=2", "cursor=a"):
        assert (await quick.ask("GET", f"/release-configs?{wrong}")).status == 400


async def test_an_id_of_any_kind_can_be_reached(quick: Rest) -> None:
    """A slash, a space, letters of every script and dots: what can be stored can be read."""
    await quick.connected()
    for number, name in enumerate(("a/b", "a b", "Ünï-✓", "...", "a%2Fb", "?x#y")):
        made = await quick.configured(name, name=str(number))
        found = await quick.ask("GET", made.headers["Location"])
        assert (found.status, found.body["id"]) == (200, name)


async def test_tenants_have_their_own_configurations(rest: Rest) -> None:
    """The same id in two tenants is two things."""
    await rest.connected()
    await rest.configured()
    theirs = await rest.issue("admin", tenant=OTHER)
    base = f"/api/v1/tenants/{OTHER}/release-configs"
    assert (await rest.ask("GET", base, token=theirs)).body["items"] == []
    assert (await rest.ask("GET", f"{base}/pixel", token=theirs)).status == 404
    assert (await rest.ask("DELETE", f"{base}/pixel", token=theirs)).status == 404
    assert (await rest.ask("GET", "/release-configs/pixel")).status == 200


@pytest.mark.parametrize("body", [{"id": "x"}, {"id": "pixel", "name": "X"}, {"id": "", "name": ""}, {}])
async def test_a_copy_needs_an_id_of_its_own(quick: Rest, body: dict[str, str]) -> None:
    """Missing, taken or empty: told at its place, and nothing is stored."""
    await quick.connected()
    await quick.configured()
    assert (await quick.ask("POST", "/release-configs/pixel/copy", body)).status == 422
    assert len((await quick.ask("GET", "/release-configs")).body["items"]) == 1
