"""What a finished release looks like in each vendor's own terms: what its people would look at.

Each function gives what was found and what should be there.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.app_store import AppStoreSimulator
from sandbox.asana import AsanaSimulator
from sandbox.asana.world import Task
from sandbox.bitbucket.member import BitbucketMember
from sandbox.checkmate import CheckmateSimulator
from sandbox.clickup import ClickupSimulator
from sandbox.github.member import GithubMember
from sandbox.gitlab.member import GitlabMember
from sandbox.google_play import GooglePlaySimulator
from sandbox.jenkins import JenkinsSimulator
from sandbox.jira import JiraSimulator
from sandbox.linear import LinearSimulator
from sandbox.linear.world import Issue
from sandbox.monday import MondaySimulator
from sandbox.sentry import SentrySimulator
from sandbox.world import World

VERSION = "2.14.0"
TAG = f"v{VERSION}"
Found = tuple[Any, Any]


def github(world: World) -> Found:
    """One release page, published; a run for each dispatch, all green."""
    member = world.members["github"]
    assert isinstance(member, GithubMember)
    pages = [(r.tag, r.draft, r.prerelease) for r in member.hosted.releases]
    ends = {run.conclusion for run in member.hosted.runs.runs}
    return (pages, ends), ([(TAG, False, False)], _if_builds(world, "github", "success"))


def gitlab(world: World) -> Found:
    """One release, and pipelines that show in their names what they build."""
    member = world.members["gitlab"]
    assert isinstance(member, GitlabMember)
    pages = [r.tag for r in member.hosted.releases]
    ends = {pipeline.status for pipeline in member.hosted.book.pipelines}
    named = all(f" {VERSION} REL-" in str(pipeline.name) for pipeline in member.hosted.book.pipelines)
    return (pages, ends, named), ([TAG], _if_builds(world, "gitlab", "success"), True)


def bitbucket(world: World) -> Found:
    """One file of notes among the Downloads, and pipelines that succeeded."""
    member = world.members["bitbucket"]
    assert isinstance(member, BitbucketMember)
    notes = [name for name in member.hosted.downloads if name.endswith(".md")]
    ends = {pipeline.result for pipeline in member.hosted.book.pipelines}
    return (notes, ends), ([f"{TAG}.md"], _if_builds(world, "bitbucket", "SUCCESSFUL"))


def jenkins(world: World) -> Found:
    """Builds that succeeded, each on the commit of its parameter `ref`; a branch may have grown since."""
    jobs = world.simulator(JenkinsSimulator).world.jobs.values()
    builds = [build for job in jobs for build in job.builds]
    tagged = [build for build in builds if build.parameters["ref"].startswith("v")]
    right = all(list(build.commits) == [world.git.commit_at(build.parameters["ref"])] for build in tagged)
    return ({build.result for build in builds}, len(tagged), right), ({"SUCCESS"}, 10, True)


def jira(world: World) -> Found:
    """Tasks in a status of the category Done, each with its label."""
    issues = world.simulator(JiraSimulator).world.issues.values()
    return [(i.type.name, i.status.category.key, len(i.labels)) for i in issues], [("Task", "done", 1)] * 2


def linear(world: World) -> Found:
    """Issues in a state of the type completed, with the team's label Release."""
    issues = world.simulator(LinearSimulator).world.all(Issue)
    found = [(issue.state.type, [label.name for label in issue.labels]) for issue in issues]
    return found, [("completed", ["Release"])] * 2


def asana(world: World) -> Found:
    """Tasks that are complete, in the last section, with the tag Release."""
    simulator = world.simulator(AsanaSimulator)
    tasks = simulator.world.all(Task)
    found = [(t.completed, simulator.section(t.gid).name, [tag.name for tag in t.tags]) for t in tasks]
    return found, [(True, "Shipped", ["Release"])] * 2


def monday(world: World) -> Found:
    """Items of the board's group Release with a label that means done."""
    items = world.simulator(MondaySimulator).world.items
    found = [(item.board.name, item.group.title, item.values["status"]) for item in items]
    return found, [("Releases", "Release", 1)] * 2


def clickup(world: World) -> Found:
    """Tasks of the type Release in a status of the group Done."""
    kept = world.simulator(ClickupSimulator).world
    found = [(kept.types[task.item], task.status.type, task.home.name) for task in kept.tasks.values()]
    return found, [("Release", "done", "Releases")] * 2


def checkmate(world: World) -> Found:
    """Two runs of the project's fourteen cases, all passed."""
    runs = world.simulator(CheckmateSimulator).world.runs.values()
    found = [(run.status.value, {case.value for case in run.cases.values()}, len(run.cases)) for run in runs]
    return found, [("Active", {"Passed"}, 14)] * 2


def app_store(world: World) -> Found:
    """A build that was processed and is tested by the team."""
    kept = world.simulator(AppStoreSimulator).world
    found = [(b.version.text, kept.processing(b), kept.internal_state(b)) for b in kept.builds]
    return found, [(VERSION, "VALID", "IN_BETA_TESTING")]


def google_play(world: World) -> Found:
    """The bundle's version code is live for the internal testers; nothing is on production, no edit is open."""
    app = world.simulator(GooglePlaySimulator).pixel
    live = {track: [c for r in releases if r.live for c in r.codes] for track, releases in app.tracks.items()}
    still_open = [edit.id for edit in app.edits.values() if edit.ended is None]
    codes = list(app.bundles)
    return (live["internal"], live["production"], still_open, len(codes)), (codes, [], [], 1)


def sentry(world: World) -> Found:
    """Nothing: it is read only, and no release of the matrix reaches its users."""
    kept = world.simulator(SentrySimulator).world
    return (kept.told, kept.issues), ([], {})


OWN_TERMS: Mapping[str, Callable[[World], Found]] = {
    "github": github,
    "gitlab": gitlab,
    "bitbucket": bitbucket,
    "jenkins": jenkins,
    "jira": jira,
    "linear": linear,
    "asana": asana,
    "monday": monday,
    "clickup": clickup,
    "checkmate": checkmate,
    "app_store": app_store,
    "google_play": google_play,
    "sentry": sentry,
}


def _if_builds(world: World, key: str, end: str) -> set[str]:
    """That its runs ended so, where it is this world's CI; no runs otherwise."""
    return {end} if world.cast.cicd == key else set()
