"""`stationmaster demo`: a Slack workspace in the browser, simulated providers, and the unmodified bot between them.

Everything is kept in a folder, and goes on there when the demo is started again.
"""

import asyncio
import fcntl
import json
import shutil
import signal
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console

from bot.demo import FAILED, OK
from bot.demo.furnish import connect_all, furnish
from bot.demo.stage import Running, StageError, bot_environment, bot_settings, running
from bot.opening import open_store
from bot.settings import Settings
from sandbox.addresses import read_addresses
from sandbox.free_port import free_port
from sandbox.parts import Cast

WHOLE = Cast(app_stores=("app_store", "google_play"), release_health=("sentry",))
BUILD_SECONDS = "6"
PACE = {"check_every": 2, "gate_check_every": 4, "store_check_every": 5, "health_check_every": 5}
_NOTE, _DOMAIN = "demo.json", "bot.acme.example"


async def run_workspace(
    *,
    folder: Path,
    repository: Path,
    cast: Cast,
    fresh: bool,
    page_port: int = 0,
    browse: bool = True,
    patience: float = 1.0,
) -> int:
    """Run until Ctrl-C or SIGTERM. `fresh` throws away what the folder holds, unless that is something else.

    `patience` multiplies the 3 seconds that Slack gives the bot to answer.
    """
    console = Console(highlight=False)
    playing = asyncio.current_task()
    if playing is not None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, playing.cancel)
    try:
        _clear(folder, fresh=fresh)
        with _alone(folder):
            async with AsyncExitStack() as stack:
                own = ["--slack-patience", str(patience)]
                own += ["--page-port", str(page_port)] if page_port else []
                return await _run(stack, console, folder, repository, cast, own=own, browse=browse)
    except StageError as error:
        console.print(f"[bold red]The demo stopped:[/] {error}", soft_wrap=True)
        return FAILED
    except asyncio.CancelledError:
        console.print("Ended. Everything is kept; start it again to go on.")
        return OK


async def _run(
    stack: AsyncExitStack,
    console: Console,
    folder: Path,
    repository: Path,
    cast: Cast,
    *,
    own: Sequence[str],
    browse: bool,
) -> int:
    port = _bot_port(folder)
    sandbox = await stack.enter_async_context(_sandbox(folder, repository, cast, port=port, own=own))
    addresses = read_addresses(sandbox.line)
    environment = bot_environment(addresses, folder / "data", port=port) | {
        "STATIONMASTER_CLOCK_FILE": str(folder / "clock.json"),
        "STATIONMASTER_WEB_URL": f"http://127.0.0.1:{port}",
    }
    await _settle(folder, bot_settings(environment), addresses)
    bot = await stack.enter_async_context(
        running(
            "bot", "run", first_line="Stationmaster runs.", log=folder / "bot.log", environment=environment
        )
    )
    page = addresses["page"]["url"]
    console.print(f"The workspace is at [bold]{page}[/]", soft_wrap=True)
    console.print(
        f"It is kept in {folder}; `make demo FRESH=1` (or --fresh) begins anew. Ctrl-C ends everything.",
        soft_wrap=True,
    )
    if browse:
        await asyncio.to_thread(open_page, page)
    return await _until_one_ends(console, folder, sandbox, bot)


def _sandbox(folder: Path, repository: Path, cast: Cast, *, port: int, own: Sequence[str]) -> Any:  # noqa: ANN401 - as `running`
    manifest = folder / "manifest.yml"
    ours = (Path(__file__).parents[2] / "manifest.yml").read_text(encoding="utf-8")
    # As everybody who installs it does: the bot's own domain, so that links of releases get their cards.
    manifest.write_text(ours.replace(_DOMAIN, "127.0.0.1"), encoding="utf-8")
    words = ["--folder", str(folder / "world"), "--repo", str(repository), "--manifest", str(manifest)]
    words += ["--with", ",".join(cast.keys), "--past", "--slack-rate", "0", "--build-seconds", BUILD_SECONDS]
    words += ["--clock", str(folder / "clock.json"), "--bot", f"http://127.0.0.1:{port}"]
    return running("sandbox", *words, *own, log=folder / "sandbox.log")


async def _until_one_ends(console: Console, folder: Path, *each: Running) -> int:
    """Both should run as long as the demo; one that ends before is told of."""
    watching = [asyncio.create_task(one.ended()) for one in each]
    try:
        ended, _ = await asyncio.wait(watching, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in watching:
            task.cancel()
    for name in (task.result() for task in ended):
        console.print(
            f"[bold red]The {name} has ended by itself;[/] its log is {folder / f'{name}.log'}",
            soft_wrap=True,
        )
    return FAILED


async def _settle(folder: Path, settings: Settings, addresses: dict[str, Any]) -> None:
    """Connect what is new, or at another address than before; what people changed in the configuration stays."""
    store = await open_store(settings, owner="demo")
    try:
        async with store.look() as work:
            known = await work.directory.configurations(addresses["slack"]["team"])
        note = _read(folder)
        if known and note.get("providers") != addresses["providers"]:
            await connect_all(store, settings, addresses)
    finally:
        await store.close()
    if not known:
        await furnish(settings, addresses, timing=PACE)
    _write(folder, {**note, "providers": addresses["providers"]})


def open_page(address: str) -> bool:
    """Open a browser that has a window of its own; False where there is none."""
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return False
    if type(browser) is webbrowser.GenericBrowser:
        return False  # it would take the terminal
    return browser.open(address)


# --- the folder ---


def _clear(folder: Path, *, fresh: bool) -> None:
    if folder.exists() and any(folder.iterdir()) and not (folder / _NOTE).exists():
        raise StageError(f"{folder} holds something else than a demo: choose another folder")
    if fresh and folder.exists():
        with _alone(folder):
            shutil.rmtree(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / _NOTE).exists():
        _write(folder, {})


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One demo in a folder at a time."""
    with (folder / _NOTE).open() as note:
        try:
            fcntl.flock(note, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StageError(
                f"Another demo runs in {folder}: end it first, or choose another folder"
            ) from error
        yield


def _bot_port(folder: Path) -> int:
    """The same as before: links and webhooks lead there."""
    note = _read(folder)
    port = int(note.get("bot_port") or free_port())
    _write(folder, {**note, "bot_port": port})
    return port


def _read(folder: Path) -> dict[str, Any]:
    note: dict[str, Any] = json.loads((folder / _NOTE).read_text(encoding="utf-8"))
    return note


def _write(folder: Path, note: dict[str, Any]) -> None:
    """Written over, not replaced: the lock is on the file."""
    path = folder / _NOTE
    path.touch(mode=0o600)
    path.write_text(json.dumps(note), encoding="utf-8")
