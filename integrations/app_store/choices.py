"""What people choose from: apps by bundle ID, and an app's groups of testers by name.

App Store Connect finds apps by whole names only, so that typed words are matched here, over the pages.
"""

import time
from collections.abc import Iterable, Mapping
from typing import Final

from integrations.app_store.answers import App, Apps, Group, Groups
from integrations.app_store.client import Client, Clock
from integrations.app_store.settings import AppStoreSecrets, AppStoreSettings
from integrations.choices import MOST, Asked, Kind, Option, Page, Reader, matching
from integrations.edge import Edge
from orchestration.ports.errors import Refused


async def apps(
    settings: AppStoreSettings,
    secrets: AppStoreSecrets,
    edge: Edge,
    asked: Asked,
    *,
    clock: Clock = time.time,
) -> Page:
    """GET /v1/apps by name. With words: the first matches of all pages."""
    client = Client(settings, secrets, edge, clock=clock)
    query = {"sort": "name", "fields[apps]": "name,bundleId"}
    if not asked.words.strip():
        page = await client.read(Apps, "/v1/apps", _from(query, asked), to="list the apps")
        return Page(options=_apps(page.data), next=page.next)
    found: tuple[Option, ...] = ()
    async for listed in client.pages(Apps, "/v1/apps", query, to="look for apps"):
        found += matching(_apps(listed.data), asked.words)
        if len(found) >= MOST:
            break
    return Page(options=found[:MOST])


async def groups(
    settings: AppStoreSettings,
    secrets: AppStoreSecrets,
    edge: Edge,
    asked: Asked,
    *,
    clock: Clock = time.time,
) -> Page:
    """GET /v1/betaGroups of the app `within`, else of the connection's."""
    client = Client(settings, secrets, edge, clock=clock)
    bundle = asked.within or settings.app
    app = await client.app(bundle, to="list the groups of testers")
    if app is None:
        raise Refused(f"App Store Connect shows no app {bundle} to this key")
    if asked.words.strip():
        listed = await client.groups(app.id, to="look for groups of testers")
        return Page(options=matching(_groups(listed), asked.words)[:MOST])
    query = _from({"filter[app]": app.id, "sort": "name"}, asked)
    page = await client.read(Groups, "/v1/betaGroups", query, to="list the groups of testers")
    return Page(options=_groups(page.data), next=page.next)


CHOICES: Final[Mapping[Kind, Reader]] = {Kind.APPS: apps, Kind.GROUPS: groups}


def _from(query: Mapping[str, str], asked: Asked) -> Mapping[str, str]:
    return {**query, "limit": str(MOST), **({"cursor": asked.cursor} if asked.cursor else {})}


def _apps(rows: Iterable[App]) -> tuple[Option, ...]:
    return tuple(
        Option(value=r.attributes.bundle_id, label=r.attributes.name, detail=r.attributes.bundle_id)
        for r in rows
    )


def _groups(rows: Iterable[Group]) -> tuple[Option, ...]:
    return tuple(Option(value=r.attributes.name, label=r.attributes.name, detail=_kind(r)) for r in rows)


def _kind(row: Group) -> str:
    if not row.attributes.internal:
        return "external: Apple's beta review comes first"
    return "internal, gets every build" if row.attributes.gets_all else "internal"
