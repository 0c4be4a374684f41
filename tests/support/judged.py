"""Every exchange of a world, held against the vendors' own descriptions."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache

from sandbox.kit import Exchange
from sandbox.world import World
from tests.integrations.app_store import app_store_rig
from tests.integrations.asana import asana_rig
from tests.integrations.bitbucket import bitbucket_judge
from tests.integrations.checkmate import checkmate_rig
from tests.integrations.clickup import clickup_rig
from tests.integrations.github import github_rig
from tests.integrations.gitlab import gitlab_judge
from tests.integrations.google_play import google_play_rig
from tests.integrations.jenkins import jenkins_rig
from tests.integrations.jira import jira_rig
from tests.integrations.linear import linear_rig
from tests.integrations.monday import monday_rig
from tests.integrations.sentry import sentry_rig
from tests.support.oracle import Oracle, oracle

Judge = Callable[[Sequence[Exchange]], int]


@cache
def _slack() -> Oracle:
    return oracle("slack.json", prefixes={"/api": ""})


def judge_slack(exchanges: Sequence[Exchange]) -> int:
    """Hold calls of Slack's Web API against its description, and return how many.

    slack_sdk puts arguments of POSTs into the query, and booleans as 1 and 0. Slack reads both, but the description
    knows bodies and `boolean` only. Answers to a `response_url` go to an address of their own, which is described
    nowhere; the simulator itself is strict about them.
    """
    described = _slack()
    calls = [each for each in exchanges if each.path.startswith("/api/")]
    problems = ((each.path, described.problems(each)) for each in calls)
    found = [f"{path}: {p}" for path, of_it in problems for p in of_it if "query parameter" not in p]
    assert not found, "\n".join(found)
    return len(calls)


JUDGES: Mapping[str, Judge] = {
    "slack": judge_slack,
    "github": github_rig.judge,
    "gitlab": gitlab_judge.judge,
    "bitbucket": bitbucket_judge.judge,
    "jenkins": jenkins_rig.judge,
    "jira": jira_rig.judge,
    "linear": linear_rig.judge,
    "asana": asana_rig.judge,
    "monday": monday_rig.judge,
    "clickup": clickup_rig.judge,
    "checkmate": checkmate_rig.judge,
    "app_store": app_store_rig.judge,
    "google_play": google_play_rig.judge,
    "sentry": sentry_rig.judge,
}


def judged(world: World) -> dict[str, tuple[int, int]]:
    """By provider: how many exchanges there were, and how many of them the description knows; AssertionError."""
    simulators = {"slack": world.slack, **{key: member.simulator for key, member in world.members.items()}}
    return {
        key: (len(simulator.record), JUDGES[key](simulator.record)) for key, simulator in simulators.items()
    }
