"""Kills a bot at exact moments of a release: at each making request, in the midst of what people do, and by chance."""

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from random import Random
from urllib.parse import unquote_plus

from aiohttp import web

from sandbox.kit import Hook, Moment, Simulator

Kill = Callable[[], Awaitable[bool]]

READING = frozenset({"GET", "HEAD"})
# These are asked with POST and make nothing.
ASKING = re.compile(
    r"auth\.test|apps\.connections\.open|conversations\.(history|replies|info)|.*/search/jql|.*/bulkfetch"
)
_GLANCE = 0.02
_KEY = re.compile(r'"key": *"(\w+):')
_KIND_OF_REF = re.compile(r"refs/(heads|tags)/")


async def family_of(simulator: Simulator, request: web.Request) -> str | None:
    """What a request makes: its route, and what of the body tells one task's from another's. None: nothing."""
    if request.method in READING:
        return None
    method = request.match_info.get("method")
    resource = request.match_info.route.resource
    path = method or (resource.canonical if resource is not None else request.path)
    if ASKING.fullmatch(path):
        return None
    details = _details(path, request, unquote_plus(await request.text()))
    return " ".join([simulator.name, request.method, path.removeprefix("/repos/{owner}/{repo}"), *details])


def _details(path: str, request: web.Request, body: str) -> list[str]:
    if path == "chat.postMessage":
        return _KEY.findall(body)[:1]
    if path.endswith("/git/refs"):
        return _KIND_OF_REF.findall(body)[:1]
    if path.endswith("/dispatches"):
        return [request.match_info["workflow"]]
    return []


class Reaper:
    """Kills once at each pair of a family and a moment; `wanted` may leave some out.

    `kills` counts what was killed where. At ARRIVED the request that was killed at has no effect; at EFFECTIVE
    it has, and its answer reaches nobody.
    """

    def __init__(
        self,
        kill: Kill,
        *,
        chance: Random,
        wanted: Callable[[str, Moment], bool] = lambda _family, _moment: True,
    ) -> None:
        self._kill = kill
        self._chance = chance
        self._wanted = wanted
        self._done: set[tuple[str, Moment]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._told: set[str] = set()
        self.kills: Counter[str] = Counter()
        self.families: set[str] = set()

    def hook(self, simulator: Simulator) -> Hook:
        """The hook to put into a simulator."""

        async def at(moment: Moment, request: web.Request) -> None:
            family = await family_of(simulator, request)
            if family is None:
                return
            self.families.add(family)
            point = (family, moment)
            if point in self._done or not self._wanted(family, moment):
                return
            self._done.add(point)
            # A request of a bot that something else has killed meanwhile is the same case: nobody reads the answer.
            await self.strike(f"{family}, {moment}")
            if moment is Moment.ARRIVED:
                raise web.HTTPServiceUnavailable(text="nobody is there to read this")

        return at

    async def strike(self, where: str) -> bool:
        """Kill now; False where there was nobody to kill."""
        if not await self._kill():
            return False
        self.kills[where] += 1
        return True

    def act(self, name: str) -> None:
        """Kill soon after somebody began to do something: before it is received, kept, answered or carried out."""
        self._later(f"people: {name}", self._chance.uniform(0.0, 0.25))

    def _later(self, where: str, seconds: float) -> None:
        async def strike() -> None:
            await asyncio.sleep(seconds)
            await self.strike(where)

        task = asyncio.create_task(strike())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def roam(self, times: int) -> None:
        """Kill at random moments, also while the bot starts. Short lives and long ones alternate by chance."""
        left = times
        while left:
            await asyncio.sleep(self._chance.choice((0.6, 2.0, 4.0, 7.0)) * self._chance.uniform(0.5, 1.5))
            if await self.strike("at a random moment"):
                left -= 1

    async def stalk(self, news: Callable[[], Awaitable[list[str]]]) -> None:
        """Kill once at each kind of news, as soon as it stands in the database: `news` gives what is new there."""
        while True:
            for name in await news():
                if name not in self._told and await self.strike(f"committed: {name}"):
                    self._told.add(name)
                    break
            await asyncio.sleep(_GLANCE)

    def survived(self) -> set[str]:
        """The families that were seen, and whose bot did not die at both moments."""
        return {
            family
            for family in self.families
            for moment in Moment
            if self._wanted(family, moment) and (family, moment) not in self._done
        }

    def table(self) -> str:
        """Where it killed, for a person."""
        rows = [f"{count:4}  {where}" for where, count in sorted(self.kills.items())]
        return "\n".join([f"{self.kills.total():4}  kills in all", *rows])
