"""Words that look: list, status (or show), why, plan, timeline, tasks, report, notes, activity."""

import argparse

from bot.releasing.client import Client
from bot.releasing.naming import release_path
from bot.releasing.parsing import about, word
from bot.releasing.saying import moment, release_lines, say, table, task_line


def add_words(words: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Each with its function."""
    listing = word(words, "list", run_list, "list releases, newest first")
    listing.add_argument("--state", choices=["active", "ended", "all"], default="active")
    listing.add_argument("--configuration", help="only those of a configuration")
    about(words, "status", run_show, "where a release stands")
    about(words, "show", run_show, "the same as status")
    where = word(words, "where", run_where, "in which releases a commit, pull request or ticket is")
    where.add_argument("what", help="#12, a commit, a ticket, or a link to one")
    about(words, "why", run_why, "everything in its way, with owner and remedy")
    about(words, "plan", run_plan, "all its tasks, those to come among them")
    about(words, "timeline", run_timeline, "its moments, past and planned")
    about(words, "tasks", run_tasks, "its tasks, with the names that retry, skip and done want")
    about(words, "report", run_report, "how it went: time per stage, who was waited for, what failed")
    about(words, "notes", run_notes, "what is in it, as it would be published now")
    activity = about(words, "activity", run_activity, "what happened, newest first")
    activity.add_argument("--limit", type=int, default=20)


async def run_list(client: Client, arguments: argparse.Namespace) -> int:
    """All pages of it."""
    items = await client.every("/releases", state=arguments.state, configuration=arguments.configuration)
    rows = (
        (i["id"], i["title"], i["phase"], moment(i["target_at"]), "on hold" if i["on_hold"] else "")
        for i in items
    )
    return say(items, table(("RELEASE", "TITLE", "PHASE", "TARGET", "HOLD"), rows), as_json=arguments.json)


async def run_show(client: Client, arguments: argparse.Namespace) -> int:
    """In a few lines."""
    body = await client.get(await release_path(client, arguments.release))
    return say(body, release_lines(body), as_json=arguments.json)


async def run_where(client: Client, arguments: argparse.Namespace) -> int:
    """One line for each place."""
    body = await client.get("/where", what=arguments.what)
    lines = list(body["troubles"])
    for each in body["located"]:
        lines.append(f"{each['name']} {each['title']}: {each['place']}")
        lines += [f"- {held['title']} ({held['release']}) {held['tag'] or ''}" for held in each["held"]]
        if each["next"] is not None:
            lines.append(f"next: {each['next']['what']}, {moment(each['next']['cut_at'])}")
    return say(body, lines or [f"Nothing is known of {arguments.what}."], as_json=arguments.json)


async def run_why(client: Client, arguments: argparse.Namespace) -> int:
    """Obstacles first, then what comes."""
    body = await client.get(f"{await release_path(client, arguments.release)}/why")
    lines = [f"{body['phase']}"]
    for each in body["obstacles"]:
        lines += [f"- {each['what']} ({each['owner']}, since {moment(each['since'])})", f"  {each['remedy']}"]
    if not body["obstacles"]:
        lines.append("Nothing is in the way.")
    for step in body["next"]:
        when = f", {moment(step['at'])}" if step["at"] else ""
        lines.append(f"next: {step['what']} ({step['owner']}{when})")
    return say(body, lines, as_json=arguments.json)


async def run_report(client: Client, arguments: argparse.Namespace) -> int:
    """In hours; `--json` has seconds."""
    body = await client.get(f"{await release_path(client, arguments.release)}/report")
    heads = ("WHAT", "HOURS", "USUALLY")
    rows = [
        (each["stage"], _hours(each["seconds"]), _hours(each["usual_seconds"])) for each in body["stages"]
    ]
    rows.append(("LEAD TIME", _hours(body["lead_seconds"]), _hours(body["usual_seconds"])))
    lines = table(heads, rows)
    lines += [f"waited for {each['owner']}: {_hours(each['seconds'])} hours" for each in body["waits"]]
    lines += [f"{each['title']} failed {each['count']} times" for each in body["failures"]]
    return say(body, lines, as_json=arguments.json)


def _hours(seconds: int | None) -> str:
    return "-" if seconds is None else f"{seconds / 3600:.1f}"


async def run_notes(client: Client, arguments: argparse.Namespace) -> int:
    """The text alone."""
    body = await client.get(f"{await release_path(client, arguments.release)}/notes")
    return say(body, body["text"].splitlines(), as_json=arguments.json)


async def run_plan(client: Client, arguments: argparse.Namespace) -> int:
    """One line for each task."""
    body = await client.get(f"{await release_path(client, arguments.release)}/plan")
    rows = ((task["stage"], task["title"], task["state"] or "to come") for task in body["tasks"])
    return say(body, table(("STAGE", "TASK", "STATE"), rows), as_json=arguments.json)


async def run_timeline(client: Client, arguments: argparse.Namespace) -> int:
    """One line for each moment."""
    body = await client.get(f"{await release_path(client, arguments.release)}/timeline")
    lines = (f"{moment(each['at'])}\t{each['what']}" for each in body["items"])
    return say(body, lines, as_json=arguments.json)


async def run_tasks(client: Client, arguments: argparse.Namespace) -> int:
    """One line for each."""
    items = await client.every(f"{await release_path(client, arguments.release)}/tasks")
    return say(items, [task_line(task) for task in items], as_json=arguments.json)


async def run_activity(client: Client, arguments: argparse.Namespace) -> int:
    """One line for each event."""
    release = await release_path(client, arguments.release)
    body = await client.get(f"{release}/activity", limit=str(arguments.limit))
    lines = (
        "\t".join((moment(e["at"]), e["kind"], e["actor"], e["data"].get("reason", "")))
        for e in body["items"]
    )
    return say(body, lines, as_json=arguments.json)
