"""The final table: what exists now at each provider, and whether it is what the story should have made."""

from collections import Counter
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.demo.store_story import STORES
from bot.demo.story import Story

Row = tuple[str, str, bool]


async def prove(story: Story, console: Console) -> bool:
    """Print the table; True where every row is as it should be."""
    rows = [
        *await _git_rows(story),
        *await _provider_rows(story),
        *await _story_rows(story),
        *await _slack_rows(story),
    ]
    table = Table(title="What exists now", title_justify="left", show_lines=False)
    for column in ("what", "found", "verdict"):
        table.add_column(column, overflow="fold")
    for what, found, right in rows:
        table.add_row(what, found, "[green]as it should be" if right else "[bold red]wrong")
    console.print()
    console.print(table)
    story.highlights.print(table)
    return all(right for _what, _found, right in rows)


async def _git_rows(story: Story) -> list[Row]:
    version, branch = story.version, f"release/{story.version}"
    head = await story.git("rev-parse", f"refs/heads/{branch}")
    base = await story.git("merge-base", branch, story.addresses["git"]["default_branch"])
    second = await story.git("rev-parse", f"v{version}-rc.2^{{commit}}")
    first = await story.git("rev-parse", f"v{version}-rc.1^{{commit}}")
    tag = await story.git("rev-parse", f"v{version}^{{commit}}")
    kind = await story.git("cat-file", "-t", f"v{version}")
    history = await story.git("rev-list", "--count", f"v{version}")
    return [
        ("Release branch", f"{branch} at {head[:10]}", bool(head) and bool(base)),
        ("First candidate", f"v{version}-rc.1 at {first[:10]}", bool(first) and first != head),
        ("Second candidate", f"v{version}-rc.2 at {second[:10]}", second == head),
        (
            "Release tag",
            f"v{version} ({kind}) at {tag[:10]}, {history} commits",
            tag == second and kind == "tag",
        ),
    ]


async def _provider_rows(story: Story) -> list[Row]:
    host, builder, tracker, lab = [await story.held(role) for role in ("scm", "cicd", "pm", "test_platform")]
    pages, runs = host["pages"], builder["runs"]
    notes = pages[0]["text"] if pages else ""
    tickets = [f"{t['key']} ({t['status']})" for t in tracker["tickets"]]
    ids = Counter(run["correlation"] for run in runs)
    doubled = [*host["doubled"], *(name for name, count in ids.items() if count > 1)]
    built = [run for run in runs if run["passed"]]
    return [
        ("Tickets", ", ".join(tickets), len(tickets) == 2),  # noqa: PLR2004 - one per platform
        ("Test runs", ", ".join(run["title"] for run in lab["test_runs"]), len(lab["test_runs"]) == 2),  # noqa: PLR2004 - one per platform
        (
            "CI runs",
            f"{len(built)} green, made twice: {', '.join(doubled) or 'none'}",
            len(built) == 12 and not doubled,  # noqa: PLR2004 - two at kick-off, four per cycle, two at the end
        ),
        (
            "Release page",
            f"{len(pages)}, with the late fix in its notes: {'yes' if 'keep the cart' in notes else 'no'}",
            len(pages) == 1 and "keep the cart" in notes,
        ),
        *await _store_rows(story),
    ]


async def _store_rows(story: Story) -> list[Row]:
    rows = []
    for store in await story.held_by_stores():
        builds = [f"{b['version']} ({b['number']}) for {', '.join(b['testers'])}" for b in store["builds"]]
        given = all(build["testers"] for build in store["builds"])
        rows.append(("Store build", ", ".join(builds), len(builds) == 1 and given))
        rows.append(_offer_row(story, store))
    return rows


def _offer_row(story: Story, store: dict[str, Any]) -> Row:
    """The version is with everybody, by the store's own word."""
    offers = [o for o in store["offers"] if o["version"] == story.version]
    said = ", ".join(
        f"{o['version']} ({o['build']}): {o['state'].lower()}, {o['percent']:g} %" for o in offers
    )
    whole = 100.0
    return (f"For users of {store['pair']}", said or "nothing", [o["percent"] for o in offers] == [whole])


async def _story_rows(story: Story) -> list[Row]:
    """What the thread tells of each store, in the order in which it happened."""
    told = "\n".join(m["words"] for m in await story.thread())
    rows = []
    for store in story.stores():
        title, _platform = STORES[store["pair"]]
        steps = ["is live", "stands still", "goes on", "everybody is offered"]
        found = [step for step in steps if any(title in line and step in line for line in told.splitlines())]
        rows.append((f"Told of the {title}", ", ".join(found), found == steps))
    return rows


async def _slack_rows(story: Story) -> list[Row]:
    cards, thread = await story.cards(), await story.thread()
    violations = await story.slack.get("violations")
    return [
        ("Cards in #releases", str(len(cards)), len(cards) == 1),
        ("Messages in its thread", str(len(thread)), len(thread) > 0),
        ("What Slack objected to", str(len(violations)), len(violations) == 0),
    ]
