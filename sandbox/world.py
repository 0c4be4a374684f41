"""The whole local world: Slack and its page, GitHub over a real git repository, Jira and Checkmate,
each on a port of its own."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.checkmate.simulator import TOKEN as CHECKMATE_TOKEN
from sandbox.checkmate.simulator import CheckmateSimulator
from sandbox.github import GithubSimulator, clone_bare
from sandbox.github.hosting import Hosted
from sandbox.github.server import TOKEN as GITHUB_TOKEN
from sandbox.jira import EMAIL as JIRA_EMAIL
from sandbox.jira import TOKEN as JIRA_TOKEN
from sandbox.jira import JiraSimulator
from sandbox.page import Page
from sandbox.slack.app import App
from sandbox.slack.simulator import SlackSimulator

OWNER, REPOSITORY = "acme", "pixel"
HOOK_SECRET = "sandbox-hook-secret"
KINDS = ("pre-regression", "regression", "automation", "test-flight", "aab")

WORKFLOW = """\
name: {kind}
run-name: "{kind} ${{{{ inputs.platform }}}} ${{{{ inputs.version }}}} ${{{{ inputs.correlation_id }}}}"
on:
  workflow_dispatch:
    inputs:
      platform: {{required: true, type: string}}
      version: {{required: true, type: string}}
      correlation_id: {{required: true, type: string}}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: ./build.sh
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """How fast the simulated providers are; seconds. `slack_rate` 1 is Slack's own pace, 0 no limit."""

    queue: float = 0.3
    build: float = 1.5
    slack_rate: float = 1.0
    index_lag: float = 0.5


class World:
    """All simulators. `start` gives nothing away that is not in `addresses`."""

    def __init__(
        self, folder: Path, repository: Path, *, slack_app: App | None = None, pace: Pace | None = None
    ) -> None:
        self.pace = pace or Pace()
        self.slack = SlackSimulator(app=slack_app, rate_scale=self.pace.slack_rate)
        self.github = GithubSimulator()
        self.jira = JiraSimulator(lag=self.pace.index_lag)
        self.checkmate = CheckmateSimulator()
        self.page = Page(self.slack)
        self.git = clone_bare(
            repository,
            folder / f"{REPOSITORY}.git",
            workflows={f"{kind}.yml": WORKFLOW.format(kind=kind) for kind in KINDS},
        )
        self.hosted: Hosted = self.github.host(OWNER, REPOSITORY, self.git)
        for kind in KINDS:
            self.hosted.runs.set_plan(f"{kind}.yml", queue=self.pace.queue, seconds=self.pace.build)

    @property
    def default_branch(self) -> str:
        """The branch that releases are cut from."""
        return self.hosted.default_branch

    async def start(self, *, page_port: int = 0) -> None:
        """Listen on free ports; the page on `page_port` where one is given."""
        for simulator in (self.slack, self.github, self.jira, self.checkmate):
            await simulator.start()
        await self.page.start(page_port)

    async def stop(self) -> None:
        """Close all ports."""
        await self.page.stop()
        for simulator in (self.slack, self.github, self.jira, self.checkmate):
            await simulator.stop()

    def addresses(self) -> dict[str, Any]:
        """Where everything is, with the made-up tokens; what a bot needs to be connected."""
        app = self.slack.app_install
        world = self.slack.world
        return {
            "page": {"url": self.page.url},
            "slack": {
                "url": self.slack.url,
                "api_url": f"{self.slack.url}/api/",
                "bot_token": app.bot_token,
                "app_token": app.app_token,
                "signing_secret": app.signing_secret,
                "team": world.team_id,
                "channels": {channel.name: channel.id for channel in world.channels.values()},
                "people": {user.name: user.id for user in world.users.values() if not user.is_bot},
            },
            "github": {
                "url": self.github.url,
                "token": GITHUB_TOKEN,
                "owner": OWNER,
                "repository": REPOSITORY,
                "git": str(self.git.path),
                "default_branch": self.default_branch,
                "webhook_secret": HOOK_SECRET,
            },
            "jira": {"url": self.jira.url, "email": JIRA_EMAIL, "token": JIRA_TOKEN, "project": "MOB"},
            "checkmate": {"url": self.checkmate.url, "token": CHECKMATE_TOKEN, "project": "1"},
        }
