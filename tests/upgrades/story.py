"""Plays a release with the code of an earlier version and writes down, at each moment, what a kill would leave behind.

It is run by itself among that version's own modules: `python story.py out.json`. What it imports has been there since
the first revision of the database; the stores are asked for only where that version had them.
"""

import asyncio
import json
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import TypeAdapter

from orchestration.domain.creation import Order, WantedSlot
from orchestration.domain.phase import phase
from orchestration.domain.stages import CycleFlags
from orchestration.domain.tasks import TaskState
from orchestration.domain.version import ReleaseType
from orchestration.ports.errors import Refused
from orchestration.services import act
from orchestration.services.start_release import start_release
from tests.support.engine import TENANT, Bench, bench
from tests.support.rehearsed import (
    ANDROID,
    ANN,
    IOS,
    Company,
    approve,
    finish_by_hand,
    found,
    snapshot,
)

NUMBERS = {"apple": "4711", "play": "2140001"}


def _value(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "JSON":
        return json.loads(value)
    return bool(value) if kind == "BOOLEAN" else value


def rows(database: Path) -> dict[str, list[dict[str, Any]]]:
    """All that is committed, by table, in the order of the keys."""
    connection = sqlite3.connect(database)
    found: dict[str, list[dict[str, Any]]] = {}
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    for (table,) in sorted(names):
        columns = {name: kind for _, name, kind, *_ in connection.execute(f"PRAGMA table_info({table})")}
        every = connection.execute(f"SELECT * FROM {table}")  # noqa: S608 - the database's own names
        made = [{n: _value(columns[n], v) for n, v in zip(columns, row, strict=True)} for row in every]
        if made and table != "alembic_version":
            found[table] = made
    connection.close()
    return found


def keys(database: Path) -> dict[str, list[str]]:
    """The columns of each table that name a row."""
    connection = sqlite3.connect(database)
    found = {}
    for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        columns = connection.execute(f"PRAGMA table_info({table})")
        found[table] = [name for _, name, *_, part in columns if part]
    connection.close()
    return found


def world(company: Company) -> dict[str, Any]:
    """What stands at the providers."""
    kept = {
        "scm": company.scm.kept,
        "cicd": company.cicd.kept,
        "pm": company.pm.kept,
        "tests": company.tests.runs,
    }
    for name in NUMBERS:
        store = getattr(company, name, None)
        if store is not None:
            kept[name] = store.kept
            sent = store.releases.sent if hasattr(store, "releases") else {}
            kept[f"{name} sent"] = list(sent.values())
    return {name: _plain(value) for name, value in kept.items()}


def _plain(value: Any) -> Any:
    """As JSON; a dictionary or a list by the types of its values."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return TypeAdapter(type(value)).dump_python(value, mode="json")


class Story:
    """A release that is played, and the moments of it."""

    def __init__(self, folder: Path, company: Company) -> None:
        self.database = folder / "engine.db"
        self.company = company
        self.moments: list[dict[str, Any]] = []
        self.bench: Any = None
        self.release_id = ""

    def note(self, name: str) -> None:
        """A kill would leave this."""
        if name in {moment["name"] for moment in self.moments}:
            return
        self.moments.append(
            {
                "name": name,
                "at": self.bench.clock.now().isoformat(),
                "release": self.release_id,
                "rows": rows(self.database),
                "world": world(self.company),
            }
        )

    async def at_rest(self, name: str = "") -> None:
        """Nothing is due now."""
        self.note(name or str(phase(await self.bench.release(self.release_id))))

    def before(self, twin: Any, verb: str, name: str) -> None:
        """The moment in which the intent is stored and the call is not made."""
        self._around(twin, verb, lambda: self.note(name), lambda: None)

    def after(self, twin: Any, verb: str, name: str) -> None:
        """The moment in which the call is made and nothing of it is stored."""
        self._around(twin, verb, lambda: None, lambda: self.note(name))

    def _around(self, twin: Any, verb: str, first: Callable[[], None], last: Callable[[], None]) -> None:
        call = getattr(twin, verb)

        async def called(*given: Any, **named: Any) -> Any:
            first()
            answer = await call(*given, **named)
            last()
            return answer

        setattr(twin, verb, called)

    def refuse_once(self, twin: Any, verb: str) -> None:
        """The next call of it fails for good."""
        call = getattr(twin, verb)

        async def refused(*_given: Any, **_named: Any) -> Any:
            setattr(twin, verb, call)
            raise Refused("The workflow is switched off")

        setattr(twin, verb, refused)

    async def until(self, wanted: str, *, steps: int = 90) -> None:
        """Let time pass, a minute at a time, until the release is in this phase and nothing is due."""
        for _ in range(steps):
            await self.bench.settle()
            if phase(await self.bench.release(self.release_id)) == wanted:
                return
            self.bench.clock.forward(minutes=1)
        raise AssertionError(f"never {wanted}")


def _order(b: Bench, version: str, *, wait: timedelta) -> Order:
    now = b.clock.now() + wait
    slots = (timedelta(minutes=20), timedelta(minutes=80))
    return Order(
        type=ReleaseType.MINOR,
        versions={ANDROID.key: version, IOS.key: version},
        kick_off_at=now,
        target_at=now + timedelta(days=7),
        slots=tuple(WantedSlot(at=now + slot, flags=CycleFlags(automation=True)) for slot in slots),
    )


async def play(story: Story, b: Bench, configuration: Any) -> None:
    """From the order to the end that this version knows."""
    story.bench, company = b, story.company
    story.after(company.scm, "fork_out_branch", "KICKOFF")
    story.before(company.cicd, "trigger_automation_runs", "REGRESSION")
    story.after(company.scm, "create_release", "PRE_RELEASE")
    await found(b, configuration)
    given_up = await start_release(
        b.engine, TENANT, "pixel", _order(b, "2.13.0", wait=timedelta(days=2)), actor=ANN
    )
    await act.archive(b.engine, TENANT, given_up.id, "not needed", actor=ANN)
    made = await start_release(
        b.engine, TENANT, "pixel", _order(b, "2.14.0", wait=timedelta(minutes=30)), actor=ANN
    )
    story.release_id = made.id
    await b.settle()
    await story.at_rest()
    await story.until("AWAITING_REGRESSION")
    await story.at_rest()
    await approve(b, made.id)
    await story.until("REGRESSION")
    await act.hold(b.engine, TENANT, made.id, "wait for the hero image", actor=ANN)
    await b.live(steps=2, minutes=1)
    await story.at_rest("REGRESSION, held")
    await act.resume(b.engine, TENANT, made.id, actor=ANN)
    await story.until("BETWEEN_CYCLES")
    await story.at_rest()
    await story.until("AWAITING_STAGE_3")
    await story.at_rest()
    finish_by_hand(company, await b.release(made.id))
    await b.live(steps=2, minutes=1)
    story.refuse_once(company.cicd, "create_test_flight_build")
    await approve(b, made.id)
    await b.live(steps=4, minutes=1)
    await story.at_rest("PRE_RELEASE, a task failed")
    for task in (await b.release(made.id)).tasks:
        if task.state is TaskState.FAILED:
            await act.retry(b.engine, TENANT, made.id, task.id, actor=ANN)
    await b.live(steps=4, minutes=1)


async def play_stores(story: Story) -> None:
    """From the store builds to every user, for versions that have distribution."""
    told = import_module("tests.support.distribution")
    states = import_module("orchestration.domain.store_states").StoreState
    b, company, release_id = story.bench, story.company, story.release_id
    for name, number in NUMBERS.items():
        getattr(company, name).upload("2.14.0", number, at=b.clock.now())
    await b.live(steps=2, minutes=1)
    await story.at_rest()
    for pair in (ANDROID, IOS):
        await told.say_yes(b, release_id, pair)
    await story.at_rest()
    for name, number in NUMBERS.items():
        getattr(company, name).releases.turn("2.14.0", number, states.APPROVED)
    await b.live(steps=2, minutes=10)
    await story.at_rest()
    await told.tell(b, release_id, ANDROID, told.Verb.COMPLETE)
    for _ in range(6):
        company.apple.releases.next_day("2.14.0", NUMBERS["apple"])  # type: ignore[attr-defined]  # of both stores
        await b.live(steps=25, hours=1)
    await story.at_rest()


async def main() -> dict[str, Any]:
    """Play it; the moments, and what names a row."""
    stores = find_spec("tests.support.distribution") is not None
    with TemporaryDirectory() as name:
        folder = Path(name)
        if stores:
            told = import_module("tests.support.distribution")
            company: Company = told.TwoStores()
            configuration = told.stores(auto_stage_2=False)
            ports = replace(
                company.ports(),
                app_stores={"apple": company.apple, "play": company.play},  # type: ignore[attr-defined]  # of both stores
            )
        else:
            company, configuration = Company(), snapshot(auto_stage_2=False)
            ports = company.ports()
        story = Story(folder, company)
        async with bench(folder, ports) as b:
            await play(story, b, configuration)
            end: Callable[[Story], Awaitable[None]] = play_stores if stores else Story.at_rest
            await end(story)
        return {"keys": keys(story.database), "moments": story.moments}


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(asyncio.run(main())))
