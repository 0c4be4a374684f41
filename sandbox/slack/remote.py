"""The driver of `people` for another process: the same verbs over `/_sandbox/`.

    async with RemoteSlack(url) as slack:
        ann = slack.person("ann")
        await ann.types("/release start", channel="#releases")
        view = await slack.until(ann.modal)
        await ann.submits(view, {"Version": "1.4.0"})

Messages and views are the JSON of the control routes, with `words` as a person reads them.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Self, TypeVar

import aiohttp

from sandbox.kit import CONTROL
from sandbox.slack.screen import NotThere
from sandbox.slack.values import Json
from sandbox.slack.world import NotSeen

T = TypeVar("T")


class RemoteSlack:
    """A Slack simulator in another process, by its base URL."""

    def __init__(self, url: str) -> None:
        self._base = f"{url.rstrip('/')}{CONTROL}"
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open the connections."""
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_exception: object) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def get(self, path: str, **query: str) -> Any:
        """Return the JSON at a control route; `NotThere` when it is refused."""
        return await self._ask("GET", path, params=query)

    async def post(self, path: str, body: Json) -> Any:
        """Post to a control route and return its JSON, None when it has none; `NotThere` when refused."""
        return await self._ask("POST", path, json=body)

    async def _ask(self, method: str, path: str, **options: Any) -> Any:
        if self._session is None:
            raise RuntimeError("use `async with RemoteSlack(...)`")
        async with self._session.request(method, f"{self._base}/{path}", **options) as answer:
            body = await answer.json() if answer.content_type == "application/json" else None
            if answer.status >= 400:
                raise NotThere(str((body or {}).get("error", answer.status)))
            return body

    def person(self, name: str) -> "RemotePerson":
        """Return a person by handle or id."""
        return RemotePerson(self, name)

    async def until(self, look: Callable[[], Awaitable[T]], *, within: float = 10.0) -> T:
        """Return the first true value that `look` sees, looking again at each change; `NotSeen` in the end."""
        last = 0
        try:
            async with asyncio.timeout(within):
                while not (value := await look()):
                    last = (await self.get("feed", after=str(last), wait="5"))["last"]
                return value
        except TimeoutError as error:
            raise NotSeen(f"not seen within {within} s") from error


class RemotePerson:
    """One person of a workspace in another process."""

    def __init__(self, slack: RemoteSlack, name: str) -> None:
        self._slack = slack
        self.name = name

    async def _do(self, verb: str, **arguments: Any) -> Any:
        return (await self._slack.post(f"people/{self.name}/{verb}", arguments))["result"]

    async def sees(self, channel: str, *, thread: str = "") -> list[Json]:
        """Return what the person sees in a channel or thread, oldest first."""
        screen = await self._slack.get(f"people/{self.name}", channel=channel, thread=thread)
        messages: list[Json] = screen["messages"]
        return messages

    async def _screen(self, part: str) -> Any:
        return (await self._slack.get(f"people/{self.name}"))[part]

    async def modal(self) -> Json | None:
        """Return the modal on top, or None."""
        view: Json | None = await self._screen("modal")
        return view

    async def home(self) -> Json | None:
        """Return the app's home, or None."""
        view: Json | None = await self._screen("home")
        return view

    async def errors(self) -> list[Json]:
        """Return what Slack's own client told the person."""
        errors: list[Json] = await self._screen("errors")
        return errors

    async def types(self, text: str, *, channel: str, thread: str = "") -> Json | None:
        """Type a command or a message; see `people.Person.types`."""
        message: Json | None = await self._do("types", text=text, channel=channel, thread=thread)
        return message

    async def clicks(self, target: Json, name: str, *, confirm: bool = False, option: str = "") -> None:
        """Click; see `people.Person.clicks`."""
        await self._do("clicks", **_named(target), name=name, confirm=confirm, option=option)

    async def chooses(self, target: Json, name: str, value: Any) -> None:
        """Choose or fill in; see `people.Person.chooses`."""
        await self._do("chooses", **_named(target), name=name, value=value)

    async def submits(self, view: Json, values: Json | None = None) -> dict[str, str]:
        """Fill and submit a modal; see `people.Person.submits`."""
        errors: dict[str, str] = await self._do("submits", **_named(view), values=values or {})
        return errors

    async def closes(self, view: Json) -> None:
        """Close the modal on top."""
        await self._do("closes", **_named(view))

    async def opens_home(self) -> None:
        """Open the app's home."""
        await self._do("opens_home")

    async def invites(self, name: str, *, channel: str) -> None:
        """Bring a user or the bot into a channel."""
        await self._do("invites", name=name, channel=channel)


def _named(target: Json) -> Json:
    if "ts" in target:
        return {"message": {"channel": target["channel"], "ts": target["ts"]}}
    return {"view": target["id"]}
