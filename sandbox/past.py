"""What happened before: two releases of the app, with their tags, their pages and what people said of them.

The history is the repository's own: each release stands on a commit of its first-parent line.
"""

from sandbox.gitgrowth import FIXED
from sandbox.gitrepo import ZERO, GitCommit
from sandbox.slack.values import Message
from sandbox.values import Page
from sandbox.world import World

RELEASES = (("2.12.0", 0.5), ("2.13.0", 0.8))
NOTED = 8
SAID = "Pixel {version} is out: {count} changes. Thank you all."


def give_past(world: World) -> None:
    """Give a new world its past."""
    line = list(reversed(world.git.log("--first-parent", world.default_branch)))
    before = 0
    for version, part in RELEASES:
        at = min(len(line) - 1, max(before, int(len(line) * part)))
        _release(world, version, line[before : at + 1])
        before = min(at + 1, len(line) - 1)


def _release(world: World, version: str, commits: list[GitCommit]) -> None:
    tag, commit = f"v{version}", commits[-1]
    made = world.git.make_tag(
        name=tag, sha=commit.sha, kind="commit", message=f"Pixel {version}", tagger=FIXED
    )
    world.git.set_ref(f"refs/tags/{tag}", made, ZERO)
    world.git.set_ref(f"refs/heads/release/{version}", commit.sha, ZERO)
    world.host.publish(Page(tag=tag, title=f"Pixel {version}", text=_notes(commits)))
    slack = world.slack.world
    said = SAID.format(version=version, count=len(commits))
    place, captain = slack.channel("releases").id, slack.user("ann").id
    slack.put_message(Message(channel=place, ts=slack.new_ts(), user=captain, text=said))


def _notes(commits: list[GitCommit]) -> str:
    titles = [commit.message.partition("\n")[0] for commit in commits]
    more = [f"- and {len(titles) - NOTED} more"] if len(titles) > NOTED else []
    return "\n".join(["## What is new", *(f"- {title}" for title in titles[-NOTED:]), *more])
