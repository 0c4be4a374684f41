"""Words about trains: trains, train, add-train, edit-train, pause-train, resume-train, skip-train, restore-train."""

import argparse
from typing import Any

from bot.releasing.client import Client, place
from bot.releasing.parsing import word
from bot.releasing.saying import Json, complain, moment, say, table

_LATE = ("CREATE", "SKIP")
_TYPES = ("MAJOR", "MINOR")


def add_words(words: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Each with its function."""
    word(words, "trains", run_list, "list trains with their next kick-off")
    word(words, "train", run_show, "a train with its next dates").add_argument("train")
    made = word(words, "add-train", run_add, "make a train; it needs a token of the scope admin")
    _add_fields(made, needed=True)
    edited = word(words, "edit-train", run_edit, "change what is named of a train, and leave the rest")
    edited.add_argument("train", help="its id, as `trains` shows it")
    _add_fields(edited, needed=False)
    pause = word(words, "pause-train", run_pause, "make no more releases, with a reason")
    pause.add_argument("train")
    pause.add_argument("reason")
    word(words, "resume-train", run_resume, "let a paused train go on").add_argument("train")
    for name, says in (
        ("skip", "make no release for a date"),
        ("restore", "take back that a date is skipped"),
    ):
        dated = word(words, f"{name}-train", run_date, says)
        dated.add_argument("train")
        dated.add_argument("on", help="2026-12-07, as `train` shows it")
        dated.set_defaults(path=name)
    word(words, "remove-train", run_remove, "forget a train; its releases stay").add_argument("train")


def _add_fields(of: argparse.ArgumentParser, *, needed: bool) -> None:
    of.add_argument("--name", required=needed)
    of.add_argument("--configuration", required=needed)
    of.add_argument(
        "--every", dest="frequency", required=needed, help="weeks:2, or month:1:0, the first Monday"
    )
    of.add_argument("--first-on", required=needed, help="2026-12-07, the first kick-off")
    of.add_argument("--kick-off", required=needed, help="10:00")
    of.add_argument("--zone", required=needed, help="Europe/Berlin")
    of.add_argument(
        "--slot",
        action="append",
        required=needed,
        help="'3 10:00' or '3 10:00 automation', as often as needed",
    )
    of.add_argument("--target", required=needed, help="'8 18:00': working days after kick-off, and the time")
    of.add_argument("--type", choices=_TYPES)
    of.add_argument("--working-day", action="append", help="Monday and so on, as often as needed")
    of.add_argument("--holidays", action="append", help="a country or region such as DE or US-CA")
    of.add_argument("--day-off", action="append", help="'2026-12-24 Company day', as often as needed")
    of.add_argument("--ahead", type=int, help="working days before its kick-off a release is made")
    of.add_argument("--remind", type=int, help="working days before kick-off; 0 reminds nobody")
    of.add_argument(
        "--late", choices=_LATE, help="a date that could not be kept is made all the same, or not"
    )
    of.add_argument("--version", action="append", metavar="PAIR=VERSION", help="the first one")


async def run_list(client: Client, arguments: argparse.Namespace) -> int:
    """One line for each."""
    items = (await client.get("/trains", limit="100"))["items"]
    rows = ((each["id"], each["name"], each["rule"], _next(each)) for each in items)
    return say(items, table(("TRAIN", "NAME", "GOES", "NEXT"), rows), as_json=arguments.json)


async def run_show(client: Client, arguments: argparse.Namespace) -> int:
    """With its dates."""
    body = await client.get(place("trains", arguments.train))
    return say(body, _lines(body), as_json=arguments.json)


async def run_add(client: Client, arguments: argparse.Namespace) -> int:
    """All that it needs is named; the rest has its default."""
    try:
        order = _fields(arguments)
    except ValueError as error:
        return complain(str(error))
    body = await client.post("/trains", order)
    return say(body, _lines(body), as_json=arguments.json)


async def run_edit(client: Client, arguments: argparse.Namespace) -> int:
    """A change of what was read a moment before."""
    try:
        change = _fields(arguments)
    except ValueError as error:
        return complain(str(error))
    if not change:
        return complain("Name what is to be another, such as --target '9 18:00'.")
    train = place("trains", arguments.train)
    _, tag = await client.read(train)
    body = await client.patch(train, change, tag=tag)
    return say(body, _lines(body), as_json=arguments.json)


async def run_pause(client: Client, arguments: argparse.Namespace) -> int:
    """With a reason."""
    await client.post(f"{place('trains', arguments.train)}/pause", {"reason": arguments.reason})
    return await run_show(client, arguments)


async def run_resume(client: Client, arguments: argparse.Namespace) -> int:
    """With the dates that are ahead."""
    await client.post(f"{place('trains', arguments.train)}/resume")
    return await run_show(client, arguments)


async def run_date(client: Client, arguments: argparse.Namespace) -> int:
    """Skip and restore."""
    await client.post(f"{place('trains', arguments.train)}/{arguments.path}", {"on": arguments.on})
    return await run_show(client, arguments)


async def run_remove(client: Client, arguments: argparse.Namespace) -> int:
    """Nothing of it is left."""
    await client.delete(place("trains", arguments.train))
    return say(None, [f"{arguments.train} is gone."], as_json=arguments.json)


def _fields(arguments: argparse.Namespace) -> dict[str, Any]:
    """What was named, as REST wants it; ValueError with how to write what can't be read."""
    plain = ("name", "configuration", "frequency", "first_on", "kick_off", "zone", "type", "holidays")
    found = {name: getattr(arguments, name) for name in (*plain, "ahead", "remind", "late")}
    found["working_days"] = arguments.working_day
    if arguments.target is not None:
        found["target"] = _offset(arguments.target)
    if arguments.slot is not None:
        found["slots"] = [_slot(text) for text in arguments.slot]
    if arguments.day_off is not None:
        days = (text.partition(" ") for text in arguments.day_off)
        found["days_off"] = [{"on": on, "name": name.strip() or "Day off"} for on, _, name in days]
    if arguments.version is not None:
        found["versions"] = dict(pair.partition("=")[::2] for pair in arguments.version)
    return {name: value for name, value in found.items() if value is not None}


def _offset(text: str) -> dict[str, Any]:
    days, _, at = text.strip().lstrip("+").partition(" ")
    if not days.isdecimal() or not at:
        raise ValueError(
            f"Write the working days after kick-off and the time, such as '8 18:00', not {text!r}."
        )
    return {"days": int(days), "at": at.strip()}


def _slot(text: str) -> dict[str, Any]:
    offset, automation = text.removesuffix(" automation"), text.endswith(" automation")
    return {**_offset(offset), "automation": automation}


def _next(train: Json) -> str:
    if train["paused_by"]:
        return "paused"
    ahead = [each["kick_off_at"] for each in train["coming"] if each["state"] != "SKIPPED"]
    return moment(ahead[0] if ahead else None)


def _lines(train: Json) -> list[str]:
    lines = [
        f"{train['name']} ({train['id']}): {train['rule']} at {train['kick_off']} in {train['zone']}",
        f"{train['type'].lower()} releases of {train['configuration']}, {train['ahead']} working days ahead",
    ]
    if train["paused_by"]:
        lines.append(f"paused by {train['paused_by']}: {train['paused_because']}")
    lines += [f"trouble: {reason}" for reason in train["troubles"]]
    for each in train["coming"]:
        state = each["release"] or (each["state"] or "").lower()
        lines.append(f"{each['on']}: kick-off {moment(each['kick_off_at'])} {state}".rstrip())
    return lines
