"""`stationmaster import`: configurations and running releases of another system, judged as a whole, taken over once."""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bot.administration import CLI
from bot.api.v1.problems import Wrong, plain, pointer
from bot.configure import written
from bot.connecting import OK, complain
from bot.import_file import Import, Unreadable, import_schema, placed, read_import
from bot.opening import open_use_cases
from bot.settings import Settings
from bot.words import Fills
from orchestration.domain.errors import Invalid
from orchestration.ports.runtime import Configuration
from orchestration.services import configurations
from orchestration.services.adopt import adopt_release, find_adopted, judge_running
from orchestration.services.engine import Engine

Configured = Mapping[str, Configuration]


def _import_words(taken: argparse.ArgumentParser) -> None:
    taken.add_argument("file", type=Path, nargs="?")
    taken.add_argument("--tenant", help="the Slack workspace, T…")
    taken.add_argument("--dry-run", action="store_true", help="look at everything, and store nothing")
    taken.add_argument(
        "--schema", action="store_true", help="print the JSON Schema of the file, and do nothing"
    )
    taken.set_defaults(command=run_import)


WORDS: Fills = {"import": _import_words}


async def run_import(arguments: argparse.Namespace, settings: Settings) -> int:
    """0 where all of it is there now, 2 with every problem; nothing is stored while there is one."""
    if arguments.schema:
        print(json.dumps(import_schema(), indent=2))
        return OK
    if arguments.file is None or arguments.tenant is None:
        return complain("Name a file, and a workspace with --tenant")
    try:
        wanted = read_import(arguments.file, arguments.tenant)
        async with open_use_cases(settings) as engine:
            return await take_over(engine, wanted, arguments.tenant, dry=arguments.dry_run)
    except Unreadable as error:
        return complain(*(f"{each.pointer or '/'}: {plain(each.message)}" for each in error.wrong))


async def take_over(engine: Engine, wanted: Import, tenant: str, *, dry: bool) -> int:
    """All of a file, and a line for each part of it. Unreadable before anything is stored."""
    stored = {c.id: c for c in await configurations.list_all(engine, tenant, actor=CLI)}
    given = [
        replace(c, revision=stored[c.id].revision if c.id in stored else 0) for c in wanted.configurations
    ]
    changed = [c for c in given if c.id not in stored or written(stored[c.id]) != written(c)]
    known = {**stored, **{c.id: c for c in given}}
    wrong = [
        *await _judge_configurations(engine, given, changed),
        *await _judge_releases(engine, wanted, known),
    ]
    if wrong:
        raise Unreadable(wrong)
    for configuration in given:
        if configuration in changed and not dry:
            await configurations.save(engine, configuration, actor=CLI)
        print(f"configuration {configuration.id}: {_said(configuration in changed, dry=dry)}")
    for number, (name, running) in enumerate(wanted.releases):
        if dry:
            fresh = await find_adopted(engine, known[name], running) is None
            print(f"release {running.order.branch}: {_said(fresh, dry=True)}")
            continue
        try:
            release, fresh = await adopt_release(engine, known[name], running, actor=CLI)
        except Invalid as error:
            raise Unreadable(placed(error.problems, "releases", number)) from None
        print(f"release {running.order.branch}: {_said(fresh, dry=False)}, {release.id}")
    return OK


def _said(fresh: bool, *, dry: bool) -> str:
    if not fresh:
        return "is there already"
    return "would be imported" if dry else "imported"


async def _judge_configurations(
    engine: Engine, given: Sequence[Configuration], changed: Sequence[Configuration]
) -> list[Wrong]:
    wrong: list[Wrong] = []
    for number, configuration in enumerate(given):
        if configuration in changed:
            problems = await configurations.judge(engine, configuration, actor=CLI)
            wrong += placed(problems, "configurations", number)
    return wrong


async def _judge_releases(engine: Engine, wanted: Import, known: Configured) -> list[Wrong]:
    wrong: list[Wrong] = []
    for number, (name, running) in enumerate(wanted.releases):
        if name not in known:
            place = pointer("releases", number, "configuration")
            wrong.append(Wrong(pointer=place, message=f"There is no configuration {name}"))
            continue
        try:
            if await find_adopted(engine, known[name], running) is None:
                await judge_running(engine, known[name], running, actor=CLI)
        except Invalid as error:
            wrong += placed(error.problems, "releases", number)
    return wrong
