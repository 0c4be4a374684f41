"""An office whose bot knows the library, and a browser that opens its page for secrets."""

import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import text

from bot.settings import Settings
from integrations import PROVIDERS
from orchestration.domain.events import EventKind
from orchestration.store.database import Database, open_engine
from sandbox.slack.people import Person
from sandbox.slack.screen import text_on
from sandbox.slack.values import Message, View
from tests.support.library import Library
from tests.support.office import Office, office
from tests.support.office_bot import OfficeBot
from tests.support.prepared import FILE
from tests.support.rehearsed import Company

WEB = "http://127.0.0.1:1"
"""What the settings say; the bot takes a free port, so the browser goes to that one."""
_LINK = re.compile(r"https?://[a-z0-9.:]+(/connect/[A-Za-z0-9_-]+)")


@asynccontextmanager
async def library_office(
    folder: Path,
    library: Library,
    stage: str = "empty",
    *,
    web: bool = True,
    web_url: str | None = None,
    transport: str = "http",
) -> AsyncIterator[Office]:
    """An office whose bot can connect `shelf` and `box` besides all others."""
    providers = {**PROVIDERS, "shelf": library.provider(), "box": library.box()}

    def make(settings: Settings, company: Company | None) -> OfficeBot:
        return OfficeBot(settings, company, providers=providers)

    async with office(
        folder, stage, make_bot=make, transport=transport, web_url=web_url or (WEB if web else None)
    ) as o:
        yield o


async def command(o: Office, person: Person, words: str = "") -> View:
    """Type `/release connect …`; the form that opens."""
    before = person.modal
    await person.types(f"/release connect {words}".strip(), channel="releases")
    view = await o.until(lambda: person.modal if person.modal is not before else None)
    assert isinstance(view, View)
    return view


async def shown(o: Office, person: Person, words: str) -> View:
    """The form on top, once it says `words`."""
    return await o.until(lambda: person.modal if person.modal and words in all_of(person.modal) else None)


def all_of(view: View) -> str:
    """Its title and what stands in it."""
    return f"{view.body['title']['text']} {text_on(view)}"


def link_on(view: View) -> str:
    """The path of the link on a form."""
    found = _LINK.search(str(view.body))
    assert found is not None, text_on(view)
    return found[1]


def list_of(person: Person) -> Message | None:
    """The newest list of connections that the person sees."""
    seen = [m for m in person.sees("releases") if m.only_for == person.id and "Connections" in text_on(m)]
    return seen[-1] if seen else None


@dataclass(kw_only=True)
class Page:
    """What the browser got."""

    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def csrf(self) -> str:
        """The form's own field."""
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', self.text)
        return found[1] if found else ""


@dataclass(kw_only=True)
class Browser:
    """A browser with its own cookies, as far as the page needs one. It keeps strict cookies to the page itself."""

    base: str
    cookies: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, *, method: str = "GET", **headers: str) -> Page:
        """Open an address."""
        return await self._ask(method, path, headers=headers)

    async def post(self, path: str, fields: Mapping[str, str] | bytes, **headers: str) -> Page:
        """Send a form."""
        body: bytes | aiohttp.FormData = (
            fields if isinstance(fields, bytes) else aiohttp.FormData(dict(fields))
        )
        return await self._ask("POST", path, headers=headers, data=body)

    async def enters(self, path: str, **secrets: str) -> Page:
        """Open the page, fill it in, send it."""
        page = await self.get(path)
        return await self.post(path, {"csrf": page.csrf, **secrets})

    async def _ask(self, method: str, path: str, **options: Any) -> Page:
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.request(
                method, f"{self.base}{path}", cookies=self.cookies, allow_redirects=False, **options
            ) as answer,
        ):
            self.cookies |= {name: morsel.value for name, morsel in answer.cookies.items()}
            return Page(status=answer.status, text=await answer.text(), headers=dict(answer.headers))


def browser_of(o: Office) -> Browser:
    """A new one."""
    return Browser(base=o.bot.url)


async def tenant_events(o: Office) -> list[tuple[EventKind, Mapping[str, str]]]:
    """What happened to the workspace besides releases, oldest first."""
    rows = await rows_of(o, "SELECT kind, data FROM events WHERE release_id IS NULL ORDER BY seq")
    return [(EventKind(row["kind"]), json.loads(row["data"])) for row in rows]


async def rows_of(o: Office, query: str) -> list[Mapping[str, str]]:
    """Read the database beside the bot."""
    database = Database(open_engine(f"sqlite:///{o.settings.data / FILE}", durable=False))
    try:
        async with database.reading() as connection:
            return [dict(row) for row in (await connection.execute(text(query))).mappings()]
    finally:
        await database.dispose()
