"""Who gets in: every route of the table against every kind of token, tenant and id. A new route is in it by itself."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bot.api.v1.routes import PREFIX, ROUTES, Route
from orchestration.domain.tokens import Scope, presented
from orchestration.services import tokens
from tests.rest.rest_rig import CANARY, CONFIG, CONNECT, OTHER, TENANT, Rest
from tests.support.access_table import PROPERTY

NAMES = {"id": "twin", "key": "twin", "kind": "projects"}
BODIES: dict[str, Any] = {
    "create_integration": {**CONNECT, "id": "fresh"},
    "update_integration": {"name": "New"},
    "create_configuration": {**CONFIG, "id": "fresh"},
    "update_configuration": {"home": "C9"},
    "copy_configuration": {"id": "fresh", "name": "Fresh"},
    "create_token": {"name": "x", "scopes": ["read"]},
}


def path(route: Route, **changes: str) -> str:
    """The route's path with names that exist; the configuration and the connection are both called `twin`."""
    values = {"tenant": TENANT, **NAMES, **changes}
    return route.template.format(**values)


async def ask(rest: Rest, route: Route, token: str | None, **changes: str) -> Any:
    """A request that would be carried out."""
    headers: dict[str, Any] = {"If_Match": "*"} if route.guarded else {}
    body = BODIES.get(route.name) if route.body is not None else None
    return await rest.ask(route.method, path(route, **changes), body, token=token, **headers)


async def furnish(rest: Rest) -> str:
    """Something of every kind in both tenants, under the same ids; the other tenant's admin token."""
    theirs = await rest.issue("admin", tenant=OTHER)
    await rest.connected()
    await rest.configured("twin")
    base = f"{PREFIX}/tenants/{OTHER}"
    other = {**CONNECT, "secrets": {"token": f"{CANARY}-theirs"}}
    assert (await rest.ask("POST", f"{base}/integrations", other, token=theirs)).status == 201
    mine = {**CONFIG, "id": "twin"}
    assert (await rest.ask("POST", f"{base}/release-configs", mine, token=theirs)).status == 201
    return theirs


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
    theirs = await furnish(quick)
    token, refusal = await presented_as(quick, kind, theirs), REFUSALS[kind]
    before = await everything(quick)
    tried = len(quick.twin.tried)
    for route in ROUTES:
        reply = await ask(quick, route, token)
        assert reply.status == refusal.status, (route.template, reply.text)
        assert refusal.challenge in reply.headers.get("WWW-Authenticate", "")
        if refusal.status == 403:
            assert reply.body["detail"] == f"This token lacks the scope {route.scope}."
    assert await everything(quick) == before
    assert len(quick.twin.tried) == tried
    told = await quick.told(OTHER if kind == "of another tenant" else TENANT)
    denied = [data for event, _, data in told if event == "ACCESS_DENIED"]
    expected = [] if refusal.status == 401 else [{"method": r.method, "path": path(r)} for r in ROUTES]
    assert denied == expected
    record_property(PROPERTY, ("routes by token", len(ROUTES)))


@pytest.mark.parametrize("scope", Scope)
async def test_a_scope_opens_its_own_routes(
    quick: Rest, scope: Scope, record_property: Callable[[str, object], None]
) -> None:
    """Nothing more, and `admin` reads too; the missing scope is named."""
    await furnish(quick)
    for route in ROUTES:
        token = await quick.issue(scope)
        reply = await ask(quick, route, token)
        opened = scope is route.scope or (scope is Scope.ADMIN and route.scope is Scope.READ)
        assert (reply.status != 403) is opened, (route.template, reply.text)
        if opened and "tokens/" not in route.path:
            assert reply.status == route.status, (route.template, reply.text)
        if route.method == "DELETE" and opened and "tokens/" not in route.path:
            await quick.connected() if "integrations" in route.path else await quick.configured("twin")
        for name in ("integrations", "release-configs"):
            await quick.ask("DELETE", f"/{name}/fresh")
    record_property(PROPERTY, ("routes by scope", len(ROUTES)))


async def test_every_id_of_another_tenant_is_unknown(
    quick: Rest, record_property: Callable[[str, object], None]
) -> None:
    """A right id of the other tenant is answered like one that never was, and both are recorded."""
    theirs = await furnish(quick)
    base = f"{PREFIX}/tenants/{OTHER}"
    await quick.ask("POST", f"{base}/integrations", {**CONNECT, "id": "secret"}, token=theirs)
    await quick.ask("POST", f"{base}/release-configs", {**CONFIG, "id": "secret"}, token=theirs)
    before = await everything(quick)
    count = 0
    for route in ROUTES:
        if "{id}" not in route.path:
            continue
        name = presented(theirs).id if "tokens" in route.path else "secret"  # type: ignore[union-attr]
        known, unknown = await ask(quick, route, None, id=name), await ask(quick, route, None, id="never")
        assert known.status == unknown.status == 404, route.template
        assert {**known.body, "request_id": ""} == {**unknown.body, "request_id": ""}
        count += 2
    assert await everything(quick) == before
    denied = [event for event, _, _ in await quick.told() if event == "ACCESS_DENIED"]
    assert len(denied) == count > 20
    record_property(PROPERTY, ("other workspaces' ids", count))


async def test_the_table_names_every_body(quick: Rest) -> None:
    """A route that takes a body and has none here would be tested with nothing."""
    assert {route.name for route in ROUTES if route.body is not None} == set(BODIES)
    assert len({(route.method, route.template) for route in ROUTES}) == len(ROUTES)
    assert len({route.name for route in ROUTES}) == len(ROUTES)
    assert all(route.title.endswith(".") for route in ROUTES)
    assert quick.record == []


async def test_an_admin_cannot_do_what_people_decide(quick: Rest) -> None:
    """There is no route for approving, forcing or archiving, whatever the scope."""
    words = {part for route in ROUTES for part in route.path.split("/")}
    assert words.isdisjoint({"approve", "approvals", "force", "archive"})
    assert quick.record == []
