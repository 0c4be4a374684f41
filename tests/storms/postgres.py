"""PostgreSQL restarted under the bots, and their connections cut in mid-transaction."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import text

from tests.storms.fleet import Fleet, Size, Tale, ride
from tests.support.databases import new_postgres, postgres_server
from tests.support.proxy import Proxy, Weather, before_postgres
from tests.support.town import Town

_PAUSE = (1.0, 5.0)
_AWAY = (0.2, 4.0)
_WITHIN = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE application_name = 'stationmaster' AND pid <> pg_backend_pid()"""
# At the very moment in which they have something to lose.
_MIDST = f"{_WITHIN} AND (xact_start IS NOT NULL OR wait_event_type = 'Lock')"


async def storm(folder: Path, size: Size) -> Tale:
    """Restarts in both manners, ended sessions and reset connections, at random."""
    url = await new_postgres()
    proxy, address = before_postgres(url)
    await proxy.start()

    async def furnish(town: Town) -> dict[str, str]:
        # What was committed must outlive an immediate stop, as it does in earnest.
        async with town.database.engine.connect() as connection:
            free = await connection.execution_options(isolation_level="AUTOCOMMIT")
            name = urlsplit(url).path.lstrip("/")
            await free.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = on"))
        return {"DATABASE_URL": address()}

    try:
        return await ride(folder, url, size, lambda fleet: _rage(fleet, proxy), furnish=furnish)
    finally:
        await proxy.stop()


async def _rage(fleet: Fleet, proxy: Proxy) -> None:
    blows: dict[str, Callable[[], Awaitable[None]]] = {
        "restarted, fast": lambda: restart("fast"),
        "restarted, immediate": lambda: restart("immediate"),
        "away for a while, fast": lambda: restart("fast", away=fleet.chance.uniform(*_AWAY)),
        "every session ended": lambda: _end_sessions(fleet, _WITHIN),
        "sessions ended in mid-transaction": lambda: _end_sessions(fleet, _MIDST),
        "connections reset": lambda: _reset(proxy),
    }
    to_come: list[str] = []
    while fleet.raging:
        await asyncio.sleep(fleet.chance.uniform(*_PAUSE))
        # Each of them before any comes again.
        to_come = to_come or fleet.chance.sample(sorted(blows), len(blows))
        name = to_come.pop()
        await blows[name]()
        fleet.struck(name)


async def restart(manner: str, *, away: float = 0.0) -> None:
    """Stop the server in this manner, and start it again as it was."""
    if away:
        await _ctl("stop", manner)
        await asyncio.sleep(away)
        await asyncio.to_thread(postgres_server().ensure_postgres_running)
        return
    await _ctl("restart", manner)


async def _ctl(word: str, manner: str) -> None:
    server = postgres_server()
    tool = str(server.bin_path / "pg_ctl")
    order = [tool, "-w", "-D", str(server.pgdata), "-m", manner, "-l", str(server.log), word]
    if server.system_user is not None:
        order = ["setpriv", f"--reuid={server.system_user}", "--clear-groups", *order]
    process = await asyncio.create_subprocess_exec(*order, stdout=asyncio.subprocess.DEVNULL, cwd="/")
    if await process.wait():
        raise RuntimeError(f"pg_ctl {word} -m {manner} failed; see {server.log}")


async def _end_sessions(fleet: Fleet, query: str) -> None:
    ended = await fleet.place.rows(query)
    fleet.tale.done["sessions ended, in all"] += len(ended)


async def _reset(proxy: Proxy) -> None:
    await proxy.turn(Weather.RESET)
    await proxy.turn(Weather.FINE)
