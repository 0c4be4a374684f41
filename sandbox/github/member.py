"""GitHub and GitHub Actions as a member of a world."""

from collections.abc import Mapping, Sequence

from sandbox.finding import the_run
from sandbox.github.hosting import Hosted, Release
from sandbox.github.runs import Run as ActionsRun
from sandbox.github.server import TOKEN, GithubSimulator
from sandbox.github.webhooks import Hook
from sandbox.gitrepo import GitRepo
from sandbox.roles import Clock, OwnCi
from sandbox.values import HOOK_SECRET, KINDS, Connection, Given, Page, Run

OWNER, REPOSITORY = "acme", "pixel"
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


class GithubMember(OwnCi[Hosted]):
    """The repository `acme/pixel`, with a workflow for each kind of build."""

    key, title = "github", "GitHub"
    simulator: GithubSimulator

    def __init__(self, given: Given) -> None:
        self._pace = given.pace
        self.simulator = GithubSimulator()

    def offer(self, repo: GitRepo) -> Hosted:
        """As `acme/pixel`."""
        hosted = self.simulator.host(OWNER, REPOSITORY, repo)
        for kind in KINDS:
            hosted.runs.set_plan(self.job(kind), queue=self._pace.queue, seconds=self._pace.build)
        return hosted

    def follow(self, clock: Clock) -> None:
        """Runs and tags."""
        self.simulator.clock = self.hosted.clock = clock

    def connection(self) -> Connection:
        """A token that may do everything."""
        return Connection(
            settings={
                "base_url": self.simulator.url,
                "owner": OWNER,
                "repository": REPOSITORY,
                "run_delay": 1.0,
            },
            secrets={"token": TOKEN, "webhook_secret": HOOK_SECRET},
        )

    def files(self) -> Mapping[str, str]:
        """The workflows."""
        return {f".github/workflows/{self.job(kind)}": WORKFLOW.format(kind=kind) for kind in KINDS}

    def job(self, kind: str) -> str:
        """A workflow's file."""
        return f"{kind}.yml"

    def runs(self) -> Sequence[Run]:
        """The runs of all workflows."""
        return [_told(run) for run in self.hosted.runs.runs]

    def listen(self, url: str) -> None:
        """One more webhook."""
        self.simulator.webhooks.hooks.append(Hook(url=url, secret=HOOK_SECRET))

    def steer(self, correlation: str, order: str) -> None:
        """By its inputs."""
        book = self.hosted.runs
        found = the_run(book.runs, lambda run: run.inputs, "correlation_id", correlation)
        book.steer(found, order, self.simulator.clock())

    def expect(self, order: str) -> None:
        """The plan of all workflows."""
        outcome = "failure" if order == "fail" else "success"
        seconds = None if order == "hang" else self._pace.build
        for kind in KINDS:
            self.hosted.runs.set_plan(self.job(kind), seconds=seconds, outcome=outcome)

    def publish(self, page: Page) -> None:
        """By the account that made the repository."""
        now = self.simulator.clock()
        self.hosted.releases.append(
            Release(
                id=len(self.hosted.releases) + 1,
                tag=page.tag,
                target=self.hosted.default_branch,
                name=page.title,
                body=page.text,
                draft=False,
                prerelease=False,
                author=self.simulator.accounts[TOKEN],
                created=now,
                published=now,
            )
        )

    def pages(self) -> Sequence[Page]:
        """The releases that are no drafts."""
        kept = (release for release in self.hosted.releases if not release.draft)
        return [Page(tag=r.tag, title=r.name or "", text=r.body or "") for r in kept]


def _told(run: ActionsRun) -> Run:
    return Run(
        kind=run.path.rpartition("/")[2].removesuffix(".yml"),
        ref=run.ref,
        commit=run.sha,
        platform=run.inputs["platform"],
        version=run.inputs["version"],
        correlation=run.inputs["correlation_id"],
        passed=run.conclusion == "success" if run.finished else None,
    )
