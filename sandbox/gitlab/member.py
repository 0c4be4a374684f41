"""GitLab and GitLab CI as a member of a world."""

from collections.abc import Mapping, Sequence

from sandbox.finding import the_run
from sandbox.gitlab.ci_file import FILE
from sandbox.gitlab.hosting import Hosted, Release
from sandbox.gitlab.pipelines import Pipeline
from sandbox.gitlab.server import TOKEN, GitlabSimulator
from sandbox.gitlab.webhooks import Hook
from sandbox.gitrepo import GitRepo
from sandbox.roles import Clock, OwnCi
from sandbox.values import HOOK_SECRET, KINDS, Connection, Given, Page, Run

PROJECT = "acme/mobile/pixel"
WORKFLOW, CORRELATION = "STATIONMASTER_WORKFLOW", "STATIONMASTER_CORRELATION_ID"
HEAD = f"""\
workflow:
  name: '${WORKFLOW} $platform $version ${CORRELATION}'
  rules:
    - if: ${WORKFLOW}
"""
JOB = """\
{kind}:
  script: [./build.sh]
  rules:
    - if: $STATIONMASTER_WORKFLOW == "{kind}"
"""


class GitlabMember(OwnCi[Hosted]):
    """The project `acme/mobile/pixel`, whose pipelines have one job: that of the kind which was asked for."""

    key, title = "gitlab", "GitLab"
    simulator: GitlabSimulator

    def __init__(self, given: Given) -> None:
        self._pace = given.pace
        self.simulator = GitlabSimulator()

    def offer(self, repo: GitRepo) -> Hosted:
        """As `acme/mobile/pixel`."""
        hosted = self.simulator.host(PROJECT, repo)
        hosted.book.set_plan(queue=self._pace.queue, seconds=self._pace.build)
        return hosted

    def follow(self, clock: Clock) -> None:
        """Runs and tags."""
        self.simulator.clock = self.hosted.clock = clock

    def connection(self) -> Connection:
        """A token that may do everything."""
        return Connection(
            settings={"base_url": self.simulator.url, "project": PROJECT, "run_delay": 1.0},
            secrets={"token": TOKEN, "webhook_secret": HOOK_SECRET},
        )

    def files(self) -> Mapping[str, str]:
        """One file, with a job for each kind."""
        return {FILE: HEAD + "".join(JOB.format(kind=kind) for kind in KINDS)}

    def job(self, kind: str) -> str:
        """What the rules of the jobs choose by."""
        return kind

    def runs(self) -> Sequence[Run]:
        """The pipelines that were asked for."""
        return [_told(pipeline) for pipeline in self.hosted.book.pipelines]

    def listen(self, url: str) -> None:
        """One more webhook."""
        self.simulator.webhooks.hooks.append(Hook(url=url, secret=HOOK_SECRET))

    def steer(self, correlation: str, order: str) -> None:
        """By its variables."""
        book = self.hosted.book
        found = the_run(book.pipelines, lambda run: run.variables, CORRELATION, correlation)
        book.steer(found, order, self.simulator.clock())

    def expect(self, order: str) -> None:
        """The plan of all pipelines."""
        outcome = "failed" if order == "fail" else "success"
        self.hosted.book.set_plan(seconds=None if order == "hang" else self._pace.build, outcome=outcome)

    def publish(self, page: Page) -> None:
        """A release."""
        self.hosted.releases.append(
            Release(tag=page.tag, name=page.title, description=page.text, created=self.simulator.clock())
        )

    def pages(self) -> Sequence[Page]:
        """The releases."""
        return [Page(tag=r.tag, title=r.name, text=r.description) for r in self.hosted.releases]


def _told(pipeline: Pipeline) -> Run:
    return Run(
        kind=pipeline.variables[WORKFLOW],
        ref=pipeline.ref,
        commit=pipeline.sha,
        platform=pipeline.variables["platform"],
        version=pipeline.variables["version"],
        correlation=pipeline.variables[CORRELATION],
        passed=pipeline.status == "success" if pipeline.ended else None,
    )
