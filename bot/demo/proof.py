"""The final table: what exists now at each provider, and whether it is what the story should have made."""

from rich.console import Console
from rich.table import Table

from bot.demo.story import Story

Row = tuple[str, str, bool]


async def prove(story: Story, console: Console) -> bool:
    """Print the table; True where every row is as it should be."""
    rows = [*await _git_rows(story), *await _provider_rows(story), *await _slack_rows(story)]
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
    base = await story.git("merge-base", branch, story.addresses["github"]["default_branch"])
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
    github = (await story.read("github", "state"))["acme/pixel"]
    jira = await story.read("jira", "state")
    runs = await story.read("checkmate", "runs")
    releases = github["releases"]
    notes = releases[0]["body"] if releases else ""
    tickets = [f"{t['key']} ({t['status']})" for t in jira["tickets"]]
    doubled = [
        what
        for what, count in github["made"].items()
        if count != 1 and what.startswith(("branch ", "tag ", "release ", "dispatch correlation_id="))
    ]
    built = [run for run in github["runs"] if run["conclusion"] == "success"]
    return [
        ("Tickets", ", ".join(tickets), len(tickets) == 2),  # noqa: PLR2004 - one per platform
        ("Test runs", ", ".join(run["name"] for run in runs), len(runs) == 2),  # noqa: PLR2004 - one per platform
        (
            "CI runs",
            f"{len(built)} green, made twice: {', '.join(doubled) or 'none'}",
            len(built) == 12 and not doubled,  # noqa: PLR2004 - two at kick-off, four per cycle, two at the end
        ),
        (
            "Release page",
            f"{len(releases)}, with the late fix in its notes: {'yes' if 'keep the cart' in notes else 'no'}",
            len(releases) == 1 and "keep the cart" in notes,
        ),
    ]


async def _slack_rows(story: Story) -> list[Row]:
    cards, thread = await story.cards(), await story.thread()
    violations = await story.slack.get("violations")
    return [
        ("Cards in #releases", str(len(cards)), len(cards) == 1),
        ("Messages in its thread", str(len(thread)), len(thread) > 0),
        ("What Slack objected to", str(len(violations)), len(violations) == 0),
    ]
