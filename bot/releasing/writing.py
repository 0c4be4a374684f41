"""Words that act: start, edit, target, hold, resume, archive, retry, skip, done, cycle, slot, pick, build."""

import argparse
from typing import Any

from bot.releasing.client import Client, place
from bot.releasing.naming import release_path, task_path
from bot.releasing.parsing import about, word, zoned
from bot.releasing.saying import complain, release_lines, say, table, task_line

_FAILED = frozenset({"FAILED"})
_OPEN = frozenset({"FAILED", "WAITING"})
_WANTED = "--version wants PAIR=VERSION, such as IOS-APP_STORE=2.14.0"


def add_words(words: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Each with its function."""
    _add_start(words)
    target = about(words, "target", run_target, "move the target date, with a reason")
    target.add_argument("at", type=zoned, help="with its zone: 2026-12-04T18:00+01:00")
    target.add_argument("reason")
    _add_edit(words)
    for name, says in (("hold", "stand still, with a reason"), ("archive", "give it up, with a reason")):
        about(words, name, run_reason, says).add_argument("reason")
        words.choices[name].set_defaults(path=name)
    about(words, "resume", run_resume, "take back your own hold")
    retry = about(words, "retry", run_retry, "run a failed task again")
    retry.add_argument("task", help="its name or type, as `tasks` shows it")
    skip = about(words, "skip", run_skip, "go on without a failed task, with a reason")
    skip.add_argument("task")
    skip.add_argument("reason")
    done = about(words, "done", run_done, "say that a person did a task, and where it can be seen")
    done.add_argument("task")
    done.add_argument("evidence")
    done.add_argument("--number", help="of a build")
    cycle = about(words, "cycle", run_cycle, "run a regression cycle now")
    cycle.add_argument("--automation", action="store_true", help="with the automated tests")
    cycle.add_argument("--no-builds", action="store_true", help="without builds")
    slot = about(words, "slot", run_slot, "plan a regression slot")
    slot.add_argument("at", type=zoned)
    slot.add_argument("--automation", action="store_true", help="with the automated tests")
    pick = about(words, "pick", run_pick, "ask for a late commit or merged pull request")
    pick.add_argument("change", help="#12, a commit, or a link to either")
    _add_build(words)


def _add_start(words: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    start = word(
        words, "start", run_start, "start a release; --preview shows the whole plan and does nothing"
    )
    start.add_argument("configuration")
    start.add_argument("--type", choices=["MAJOR", "MINOR", "HOTFIX"], default="MINOR")
    start.add_argument(
        "--version", action="append", default=[], metavar="PAIR=VERSION", help="the proposed ones by default"
    )
    start.add_argument("--target", type=zoned, required=True, help="with its zone: 2026-12-04T18:00+01:00")
    start.add_argument("--slot", type=zoned, action="append", default=[], help="as often as needed")
    start.add_argument("--parent", help="what a hotfix mends: a tag, branch, version or release")
    start.add_argument("--skip-regression", metavar="REASON", help="of a hotfix, where that is allowed")
    start.add_argument("--automation", action="store_true", help="automated tests in every cycle")
    start.add_argument("--kick-off", type=zoned, help="now by default")
    start.add_argument("--captain", help="a Slack user id")
    start.add_argument("--preview", action="store_true")


def _add_build(words: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    build = about(words, "build", run_build, "report a build that a task waits for, as a CI job does")
    build.add_argument("kind", choices=["PRE_REGRESSION", "REGRESSION", "TEST_FLIGHT", "AAB"])
    build.add_argument("pair", help="such as IOS-APP_STORE")
    build.add_argument("--number")
    build.add_argument("--link", action="append", default=[], help="to the build or its files")


def _add_edit(words: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    edit = about(
        words, "edit", run_edit, "change what was ordered while it is ahead; what is not named stays"
    )
    edit.add_argument("--kick-off", type=zoned, dest="kick_off_at", help="with its zone")
    edit.add_argument("--target", type=zoned, dest="target_at", help="with a --reason")
    edit.add_argument("--reason")
    edit.add_argument("--type", choices=["MAJOR", "MINOR", "HOTFIX"])
    edit.add_argument(
        "--version", action="append", default=[], metavar="PAIR=VERSION", help="of all its pairs"
    )
    edit.add_argument("--base-branch")
    edit.add_argument("--branch")
    edit.add_argument("--parent", help="what a hotfix mends")


async def run_start(client: Client, arguments: argparse.Namespace) -> int:
    """The plan, or the release."""
    versions = _versions(arguments)
    if versions is None:
        return complain(_WANTED)
    if not versions:
        proposal = await client.get("/proposal", configuration=arguments.configuration, type=arguments.type)
        versions = {pair: version for pair, version in proposal["versions"].items() if version}
    order: dict[str, Any] = {
        "configuration": arguments.configuration,
        "type": arguments.type,
        "versions": versions,
        "target_at": arguments.target,
        "slots": [{"at": at, "automation": arguments.automation} for at in arguments.slot],
        "kick_off_at": arguments.kick_off,
        "captain": arguments.captain,
        "parent": arguments.parent,
        "skip_regression": arguments.skip_regression,
    }
    if arguments.preview:
        body = await client.post("/preview", order)
        rows = ((task["stage"], task["title"]) for task in body["tasks"])
        lines = [*release_lines(body["release"]), *table(("STAGE", "TASK"), rows)]
        return say(body, lines, as_json=arguments.json)
    body = await client.post("/releases", order)
    return say(body, release_lines(body), as_json=arguments.json)


async def run_edit(client: Client, arguments: argparse.Namespace) -> int:
    """Whatever is named."""
    names = ("kick_off_at", "target_at", "reason", "type", "base_branch", "branch", "parent")
    change = {name: getattr(arguments, name) for name in names if getattr(arguments, name) is not None}
    versions = _versions(arguments)
    if versions is None:
        return complain(_WANTED)
    if versions:
        change["versions"] = versions
    if not change:
        return complain("Name what is to be another, such as --kick-off or --branch")
    return await _change(client, arguments, change)


def _versions(arguments: argparse.Namespace) -> dict[str, str] | None:
    """Each pair's version; None where one has none."""
    versions = dict(pair.partition("=")[::2] for pair in arguments.version)
    return versions if all(versions.values()) else None


async def run_target(client: Client, arguments: argparse.Namespace) -> int:
    """The target date alone."""
    return await _change(client, arguments, {"target_at": arguments.at, "reason": arguments.reason})


async def _change(client: Client, arguments: argparse.Namespace, change: dict[str, Any]) -> int:
    """A change of what was read a moment before."""
    release = await release_path(client, arguments.release)
    _, tag = await client.read(release)
    body = await client.patch(release, change, tag=tag)
    return say(body, release_lines(body), as_json=arguments.json)


async def run_reason(client: Client, arguments: argparse.Namespace) -> int:
    """Hold and archive."""
    release = await release_path(client, arguments.release)
    body = await client.post(f"{release}/{arguments.path}", {"reason": arguments.reason})
    return say(body, release_lines(body), as_json=arguments.json)


async def run_resume(client: Client, arguments: argparse.Namespace) -> int:
    """One's own hold and no other."""
    body = await client.post(f"{await release_path(client, arguments.release)}/resume")
    return say(body, release_lines(body), as_json=arguments.json)


async def run_retry(client: Client, arguments: argparse.Namespace) -> int:
    """Nothing else is redone."""
    release = await release_path(client, arguments.release)
    task = await client.post(f"{await task_path(client, release, arguments.task, _FAILED)}/retry")
    return say(task, [task_line(task)], as_json=arguments.json)


async def run_skip(client: Client, arguments: argparse.Namespace) -> int:
    """With a reason."""
    release = await release_path(client, arguments.release)
    path = await task_path(client, release, arguments.task, _FAILED)
    task = await client.post(f"{path}/skip", {"reason": arguments.reason})
    return say(task, [task_line(task)], as_json=arguments.json)


async def run_done(client: Client, arguments: argparse.Namespace) -> int:
    """With evidence."""
    release = await release_path(client, arguments.release)
    path = await task_path(client, release, arguments.task, _OPEN)
    told = {"evidence": arguments.evidence, "number": arguments.number}
    task = await client.post(f"{path}/done", told)
    return say(task, [task_line(task)], as_json=arguments.json)


async def run_cycle(client: Client, arguments: argparse.Namespace) -> int:
    """Now."""
    flags = {"automation": arguments.automation, "regression_builds": not arguments.no_builds}
    body = await client.post(f"{await release_path(client, arguments.release)}/cycles", flags)
    return say(body, release_lines(body), as_json=arguments.json)


async def run_slot(client: Client, arguments: argparse.Namespace) -> int:
    """Later."""
    slot = {"at": arguments.at, "automation": arguments.automation}
    body = await client.post(f"{await release_path(client, arguments.release)}/slots", slot)
    return say(body, release_lines(body), as_json=arguments.json)


async def run_pick(client: Client, arguments: argparse.Namespace) -> int:
    """The captain accepts or declines it."""
    release = await release_path(client, arguments.release)
    body = await client.post(f"{release}/picks", {"change": arguments.change})
    return say(body, release_lines(body), as_json=arguments.json)


async def run_build(client: Client, arguments: argparse.Namespace) -> int:
    """By the id alone: a token that only reports builds can't look a version up."""
    told = {
        "kind": arguments.kind,
        "pair": arguments.pair,
        "number": arguments.number,
        "links": arguments.link,
    }
    body = await client.post(place("releases", arguments.release) + "/builds", told)
    return say(body, [f"{body['kind']} build of {body['pair']}: {body['state']}"], as_json=arguments.json)
