"""Who gets in: every route of the table against every kind of token, tenant and id. A new route is in it by itself.

It is longer than the house rule, because a body for each route stands in it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import pytest

from bot.api.v1.routes import MANAGEMENT, PREFIX, ROUTES, Route
from orchestration.domain.tokens import Scope, presented
from orchestration.services import tokens
from tests.rest.file_digest import digest_of
from tests.rest.rest_rig import CANARY, CONFIG, CONNECT, OTHER, TENANT, Rest
from tests.support.access_table import PROPERTY

NAMES = {
    "id": "twin",
    "key": "twin",
    "kind": "projects",
    "task": "kickoff.NEVER",
    "gate": "g1",
    "slot": "s1",
    "cycle": "c1",
    "pick": "p1",
    "submission": "d1",
    "delivery": "1",
    "release": "REL-NEVER",
    "file": "NEVER",
    "holder": "U000NEW01",
    "role": "approver:qa",
    "login": "octocat",
}
SOON = "2027-01-10T10:00:00Z"
REASON = {"reason": "For a reason"}
ORDER = {
    "configuration": "pixel",
    "versions": {"ANDROID-PLAY_STORE": "3.0.0"},
    "type": "MAJOR",
    "target_at": "2027-02-10T10:00:00Z",
    "slots": [{"at": "2027-02-01T10:00:00Z"}],
    "captain": "U000ANN01",
}
TRAIN = {
    "name": "Weekly",
    "configuration": "pixel",
    "frequency": "weeks:2",
    "first_on": "2027-01-11",
    "kick_off": "10:00",
    "zone": "Europe/Berlin",
    "slots": [{"days": 1, "at": "10:00"}],
    "target": {"days": 8, "at": "18:00"},
    "versions": {"ANDROID-PLAY_STORE": "3.0.0", "IOS-APP_STORE": "3.0.0"},
}
HOOK = {"url": "https://hooks.example/in", "events": ["RELEASE_CREATED"]}
BODIES: dict[str, Any] = {
    "create_integration": {**CONNECT, "id": "fresh"},
    "update_integration": {"name": "New"},
    "create_configuration": {**CONFIG, "id": "fresh"},
    "update_configuration": {"home": "C9"},
    "copy_configuration": {"id": "fresh", "name": "Fresh"},
    "create_token": {"name": "x", "scopes": ["read"]},
    "create_webhook": HOOK,
    "update_webhook": {"events": ["*"]},
    "rotate_secret": {},
    "preview_release": ORDER,
    "start_release": ORDER,
    "edit_release": {"channels": {"builds": ["C0BUILDS"]}},
    "edit_notes": {"text": "All new"},
    "hold_release": REASON,
    "archive_release": REASON,
    "hand_over_release": {"person": "U000ANN01"},
    "skip_task": REASON,
    "finish_task": {"evidence": "https://wiki.example/done"},
    "start_cycle": {},
    "abandon_cycle": REASON,
    "add_slot": {"at": SOON},
    "move_slot": {"at": SOON},
    "ask_pick": {"change": "#12"},
    "decline_pick": REASON,
    "tell_store": {"verb": "HALT"},
    "overrule_health": REASON,
    "halt_release": {},
    "approve_gate": {"digest": "d"},
    "reject_gate": {"digest": "d", **REASON},
    "accept_drift": {"head": "h", **REASON},
    "describe_submission": {"notes": {"en-US": "Fixes"}},
    "choose_submission_build": {"number": "7"},
    "choose_review": {"send_for_review": False},
    "preview_instruction": {"verb": "HALT"},
    "finish_release": {"note": "https://store.example/out"},
    "report_build": {"kind": "REGRESSION", "pair": "ANDROID-PLAY_STORE", "number": "1"},
    "hear_of_run": {"run_id": "1"},
    "create_train": TRAIN,
    "update_train": {"ahead": 3},
    "pause_train": REASON,
    "skip_train_date": {"on": "2027-01-10"},
    "restore_train_date": {"on": "2027-01-10"},
    "add_freeze": {**REASON, "starts_at": SOON, "ends_at": "2027-01-12T10:00:00Z"},
    "ask_exception": {"release": "REL-NEVER", **REASON},
    "rehearse_release": {"captain": "U000ANN01"},
    "update_me": {"digest": "09:00", "zone": "UTC"},
    "name_deputy": {"deputy": "U000NEW01", "until": SOON},
    "claim_login": {},
    "set_captains": {"scope": "config:pixel", "people": ["U000ANN01"]},
}
QUERIES = {
    "find_change": "?what=%2312",
    "upload_build": "?name=app.apk&kind=REGRESSION&pair=ANDROID-PLAY_STORE",
}
FILE = b"PK\x03\x04"
SENT = {"Content_Type": "application/octet-stream", "Content_Digest": digest_of(FILE)}
PARTS = ("releases", "trains", "freezes", "webhooks")
"""What has ids of our making, and parts whose state decides what can be done."""


def path(route: Route, ids: Mapping[str, str], **changes: str) -> str:
    """The route's path with names that exist; the configuration and the connection are both called `twin`."""
    own = {"id": ids[kind(route)]} if kind(route) in ids else {}
    return route.template.format(**{"tenant": TENANT, **NAMES, **own, **changes})


def kind(route: Route) -> str:
    """What the route is about."""
    return route.path.split("/")[1]


async def ask(
    rest: Rest, route: Route, token: str | None, ids: Mapping[str, str] = MappingProxyType({}), **changes: str
) -> Any:
    """A request that would be carried out."""
    headers: dict[str, Any] = {"If_Match": "*"} if route.guarded else {}
    body = BODIES.get(route.name) if route.body is not None else None
    asked = QUERIES.get(route.name, "")
    data = FILE if route.uploads else None
    headers |= SENT if route.uploads else {}
    where = path(route, ids, **changes) + asked
    return await rest.ask(route.method, where, body, token=token, data=data, **headers)


async def furnish(rest: Rest) -> tuple[str, dict[str, str], dict[str, str]]:
    """Something of every kind in both tenants; the other tenant's admin token, and the ids here and there."""
    theirs = await rest.issue("admin", tenant=OTHER)
    await rest.connected()
    await rest.configured("twin")
    base = f"{PREFIX}/tenants/{OTHER}"
    other = {**CONNECT, "secrets": {"token": f"{CANARY}-theirs"}}
    assert (await rest.ask("POST", f"{base}/integrations", other, token=theirs)).status == 201
    mine = {**CONFIG, "id": "twin"}
    assert (await rest.ask("POST", f"{base}/release-configs", mine, token=theirs)).status == 201
    there = await parts(rest, OTHER, theirs)
    return theirs, await parts(rest, TENANT, rest.token), there


async def parts(rest: Rest, tenant: str, token: str) -> dict[str, str]:
    """A release, a webhook, a freeze and a train of a tenant, by what they are."""
    spare = {**CONNECT, "id": "spare"}
    assert (
        await rest.ask("POST", f"{PREFIX}/tenants/{tenant}/integrations", spare, token=token)
    ).status == 201
    release = await rest.started(tenant, scm="spare", Authorization=f"Bearer {token}")
    hook = await rest.ask("POST", f"{PREFIX}/tenants/{tenant}/webhooks", HOOK, token=token)
    writer = await rest.issue("release:write", tenant=tenant)
    where = f"{PREFIX}{MANAGEMENT}/tenants/{tenant}/freezes"
    freeze = await rest.ask("POST", where, BODIES["add_freeze"], token=writer)
    named = {**TRAIN, "name": f"Train {tenant}"}
    room = where.removesuffix("/freezes")
    train = await rest.ask("POST", f"{room}/trains", named, token=token)
    ids = {"releases": release.id, "webhooks": hook.body["id"], "freezes": freeze.body["id"]}
    return {**ids, "trains": train.body["id"]}


async def everything(rest: Rest) -> list[Any]:
    """What both tenants have, as they see it."""
    async with rest.store.look() as work:
        return [
            [await work.directory.configurations(tenant), await work.integrations.list(tenant)]
            for tenant in (TENANT, OTHER)
        ]


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """What a kind of token gets, everywhere."""

    status: int
    challenge: str = ""


REFUSALS = {
    "none": Refusal(status=401, challenge='Bearer realm="stationmaster"'),
    "nonsense": Refusal(status=401, challenge='Bearer realm="stationmaster", error="invalid_token"'),
    "another secret": Refusal(status=401, challenge='Bearer realm="stationmaster", error="invalid_token"'),
    "expired": Refusal(status=401, challenge='Bearer realm="stationmaster", error="invalid_token"'),
    "revoked": Refusal(status=401, challenge='Bearer realm="stationmaster", error="invalid_token"'),
    "of a CI job": Refusal(status=403, challenge="insufficient_scope"),
    "of another tenant": Refusal(status=404),
}


async def presented_as(rest: Rest, kind: str, theirs: str) -> str:
    """A token of a kind."""
    if kind in {"none", "nonsense"}:
        return "" if kind == "none" else "sm_nonsense"
    if kind == "of another tenant":
        return theirs
    if kind == "of a CI job":
        return await rest.issue("build:report")
    text = await rest.issue("admin", days=1 if kind == "expired" else 30)
    shown = presented(text)
    assert shown is not None
    if kind == "another secret":
        return replace(shown, secret="A" * len(shown.secret)).text
    if kind == "revoked":
        await tokens.revoke(
            rest.engine, TENANT, shown.id, actor=(await tokens.recognise(rest.engine, rest.token)).actor
        )
    if kind == "expired":
        rest.clock.at = (await tokens.recognise(rest.engine, text)).expires_at
    return text


@pytest.mark.parametrize("kind", REFUSALS)
async def test_every_route_refuses(
    quick: Rest, kind: str, record_property: Callable[[str, object], None]
) -> None:
    """B-01: no request is carried out, none says more than it must, and a denied one is in the audit log."""
    theirs, ids, _ = await furnish(quick)
    token, refusal = await presented_as(quick, kind, theirs), REFUSALS[kind]
    routes = [r for r in ROUTES if kind != "of a CI job" or r.scope is not Scope.BUILD_REPORT]
    before = await everything(quick)
    tried = len(quick.twin.tried)
    for route in routes:
        reply = await ask(quick, route, token, ids)
        assert reply.status == refusal.status, (route.template, reply.text)
        assert refusal.challenge in reply.headers.get("WWW-Authenticate", "")
        if refusal.status == 403:
            assert reply.body["detail"] == f"This token lacks the scope {route.scope}."
    assert await everything(quick) == before
    assert len(quick.twin.tried) == tried
    told = await quick.told(OTHER if kind == "of another tenant" else TENANT)
    denied = [data for event, _, data in told if event == "ACCESS_DENIED"]
    expected = [] if refusal.status == 401 else [{"method": r.method, "path": path(r, ids)} for r in routes]
    assert denied == expected
    record_property(PROPERTY, ("routes by token", len(ROUTES)))


@pytest.mark.parametrize("scope", Scope)
async def test_a_scope_opens_its_own_routes(
    quick: Rest, scope: Scope, record_property: Callable[[str, object], None]
) -> None:
    """Nothing more, and `admin` reads too; what people decide is closed to every program."""
    _, ids, _ = await furnish(quick)
    for route in ROUTES:
        token = await quick.issue(scope)
        reply = await ask(quick, route, token, ids)
        fits = scope is route.scope or (scope is Scope.ADMIN and route.scope is Scope.READ)
        assert (reply.status != 403) is (fits and not route.people), (route.template, reply.text)
        if fits and not route.people and "tokens/" not in route.path:
            allowed = {route.status, 404, 409} if route.room or kind(route) in PARTS else {route.status}
            assert reply.status in allowed, (route.template, reply.text)
        if route.method == "DELETE" and fits and kind(route) in {"integrations", "release-configs"}:
            await quick.connected() if "integrations" in route.path else await quick.configured("twin")
        for name in ("integrations", "release-configs"):
            await quick.ask("DELETE", f"/{name}/fresh")
    record_property(PROPERTY, ("routes by scope", len(ROUTES)))


@pytest.mark.parametrize("role", ["owner", "editor", "viewer", "approver:qa", None])
async def test_a_persons_token_does_what_their_roles_allow(quick: Rest, role: str | None) -> None:
    """Whatever its scopes: who has no role any more does nothing with it, and a viewer only looks."""
    _, ids, _ = await furnish(quick)
    token = await quick.own("U000ANN01", *Scope, role="viewer")
    async with quick.store.work() as work:
        await work.directory.revoke(TENANT, "U000ANN01", "viewer")
        if role is not None:
            await work.directory.grant(TENANT, "U000ANN01", role)
        await work.commit()
    opened = set()
    for route in ROUTES:
        # Handing the release over, or ending it, would change who they are to the others.
        if route.method == "GET" or route.name in {"approve_gate", "archive_release", "hold_release"}:
            reply = await ask(quick, route, token, ids)
            assert reply.status < 500
            opened |= {route.name} if reply.status != 403 else set()
    if role is None:
        assert opened == {"list_providers", "read_provider"}
        return
    assert ("hold_release" in opened) is (role in {"owner", "editor"})
    assert ("archive_release" in opened) is (role in {"owner", "editor"})
    assert ("list_webhooks" in opened) is (role == "owner")
    assert {"list_releases", "read_release", "approve_gate"} <= opened


async def test_every_id_of_another_tenant_is_unknown(
    quick: Rest, record_property: Callable[[str, object], None]
) -> None:
    """A right id of the other tenant is answered like one that never was, and both are recorded."""
    theirs, _, there = await furnish(quick)
    token = await quick.own("U000ANN01", *Scope, role="owner")
    base = f"{PREFIX}/tenants/{OTHER}"
    await quick.ask("POST", f"{base}/integrations", {**CONNECT, "id": "secret"}, token=theirs)
    await quick.ask("POST", f"{base}/release-configs", {**CONFIG, "id": "secret"}, token=theirs)
    before = await everything(quick)
    count = 0
    for route in ROUTES:
        if "{id}" not in route.path:
            continue
        name = there.get(kind(route), "secret")
        name = presented(theirs).id if "tokens" in route.path else name  # type: ignore[union-attr]  # there is one
        known = await ask(quick, route, token, id=name)
        unknown = await ask(quick, route, token, id="never")
        assert known.status == unknown.status == 404, route.template
        assert {**known.body, "request_id": ""} == {**unknown.body, "request_id": ""}
        count += 2
    assert await everything(quick) == before
    denied = [event for event, _, _ in await quick.told() if event == "ACCESS_DENIED"]
    assert len(denied) == count > 80
    record_property(PROPERTY, ("other workspaces' ids", count))


async def test_the_table_names_every_body(quick: Rest) -> None:
    """A route that takes a body and has none here would be tested with nothing."""
    assert {route.name for route in ROUTES if route.body is not None} == set(BODIES)
    assert len({(route.method, route.template) for route in ROUTES}) == len(ROUTES)
    assert len({route.name for route in ROUTES}) == len(ROUTES)
    assert all(route.title.endswith(".") for route in ROUTES)
    assert quick.record == []


async def test_what_people_decide_is_closed_to_programs(quick: Rest) -> None:
    """Each such route is marked, and a program's token with every scope is told whose matter it is."""
    words = {
        "approve",
        "reject",
        "archive",
        "accept-drift",
        "grant",
        "decline",
        "tell",
        "overrule",
        "evidence",
    }
    own = {"/roles/{holder}/{role}", "/logins/{login}", "/me/deputy"}
    decisions = [
        r
        for r in ROUTES
        if (r.path.rpartition("/")[2] in words and "picks" not in r.path)
        or r.path in own
        or (r.method, r.path) == ("PATCH", "/me")
    ]
    assert {r.name for r in ROUTES if r.people} == {r.name for r in decisions}
    token = await quick.issue(*Scope)
    for route in decisions:
        reply = await ask(quick, route, token)
        assert (reply.status, "A person decides this" in reply.body["detail"]) == (403, True)
