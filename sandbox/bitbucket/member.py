"""Bitbucket and Bitbucket Pipelines as a member of a world."""

from collections.abc import Mapping, Sequence

from sandbox.bitbucket.hosting import Hosted
from sandbox.bitbucket.pipeline_routes import FILE
from sandbox.bitbucket.pipelines import Pipeline
from sandbox.bitbucket.server import TOKEN, BitbucketSimulator
from sandbox.bitbucket.webhooks import Hook
from sandbox.finding import the_run
from sandbox.gitrepo import GitRepo
from sandbox.roles import Clock, OwnCi
from sandbox.values import HOOK_SECRET, KINDS, Connection, Given, Page, Run

WORKSPACE, SLUG = "acme", "pixel"
CORRELATION = "STATIONMASTER_CORRELATION_ID"
NOTES = ".md"
CUSTOM = """\
    {kind}:
      - variables:
          - name: platform
          - name: version
          - name: STATIONMASTER_CORRELATION_ID
      - step: {{script: [./build.sh]}}
"""


class BitbucketMember(OwnCi[Hosted]):
    """The repository `acme/pixel`, with a custom pipeline for each kind of build. Releases are files of Downloads."""

    key, title = "bitbucket", "Bitbucket"
    simulator: BitbucketSimulator
    once = OwnCi.once | {"download"}

    def __init__(self, given: Given) -> None:
        self._pace = given.pace
        self.simulator = BitbucketSimulator()

    def offer(self, repo: GitRepo) -> Hosted:
        """As `acme/pixel`."""
        hosted = self.simulator.host(WORKSPACE, SLUG, repo)
        hosted.book.set_plan(queue=self._pace.queue, seconds=self._pace.build)
        return hosted

    def follow(self, clock: Clock) -> None:
        """Pipelines and tags."""
        self.simulator.clock = self.hosted.clock = clock

    def connection(self) -> Connection:
        """The repository's access token."""
        return Connection(
            settings={
                "base_url": self.simulator.url,
                "workspace": WORKSPACE,
                "repository": SLUG,
                "run_delay": 1.0,
            },
            secrets={"token": TOKEN, "webhook_secret": HOOK_SECRET},
        )

    def files(self) -> Mapping[str, str]:
        """One file, with a custom pipeline for each kind."""
        return {FILE: "pipelines:\n  custom:\n" + "".join(CUSTOM.format(kind=kind) for kind in KINDS)}

    def job(self, kind: str) -> str:
        """A custom pipeline's name."""
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
        outcome = "FAILED" if order == "fail" else "SUCCESSFUL"
        self.hosted.book.set_plan(seconds=None if order == "hang" else self._pace.build, outcome=outcome)

    def pages(self) -> Sequence[Page]:
        """The files of notes among the Downloads."""
        kept = (each for each in self.hosted.downloads.values() if each.name.endswith(NOTES))
        return [
            Page(tag=each.name.removesuffix(NOTES), title=each.name, text=each.content.decode())
            for each in kept
        ]


def _told(pipeline: Pipeline) -> Run:
    return Run(
        kind=pipeline.pattern,
        ref=pipeline.ref_name,
        commit=pipeline.sha,
        platform=pipeline.variables["platform"],
        version=pipeline.variables["version"],
        correlation=pipeline.variables[CORRELATION],
        passed=None if pipeline.result is None else pipeline.result == "SUCCESSFUL",
    )
