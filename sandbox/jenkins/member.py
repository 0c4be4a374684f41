"""Jenkins as a member of a world: it builds whatever repository it is told to."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

import aiohttp

from sandbox.finding import the_run
from sandbox.gitrepo import GitRepo
from sandbox.jenkins.access import API_TOKEN, USER
from sandbox.jenkins.control import steer
from sandbox.jenkins.simulator import JenkinsSimulator
from sandbox.jenkins.world import Build, Definition, Job, Plan
from sandbox.roles import Builder, Clock
from sandbox.values import HOOK_SECRET, KINDS, Connection, Given, Run

PARAMETERS = ("correlation_id", "ref", "platform", "version")
_RESULTS = {"pass": "SUCCESS", "fail": "FAILURE"}
GIVE_UP = aiohttp.ClientTimeout(total=2)
JENKINSFILE = """\
pipeline {
  agent any
  parameters {
    string(name: 'correlation_id')
    string(name: 'ref')
    string(name: 'platform')
    string(name: 'version')
  }
  stages {
    stage('Build') { steps { sh './build.sh' } }
  }
  post {
    always {
      httpRequest url: env.STATIONMASTER, httpMode: 'POST', contentType: 'APPLICATION_JSON',
        customHeaders: [[name: 'X-Stationmaster-Secret', value: env.STATIONMASTER_SECRET, maskValue: true]],
        requestBody: groovy.json.JsonOutput.toJson([
          job: env.JOB_NAME, number: env.BUILD_NUMBER as int, correlation_id: params.correlation_id])
    }
  }
}
"""


class JenkinsMember(Builder):
    """A folder `pixel` with a pipeline for each kind of build, of the commit that its parameter `ref` says.

    Jenkins has no webhooks: each pipeline tells at its end, as its Jenkinsfile says.
    """

    key, title = "jenkins", "Jenkins"
    simulator: JenkinsSimulator
    own_host = False

    def __init__(self, given: Given) -> None:
        self.simulator = JenkinsSimulator()
        self._pace = given.pace
        plan = Plan(wait=given.pace.queue, seconds=given.pace.build)
        definitions = tuple(Definition(name=name) for name in PARAMETERS)
        self._jobs = [
            Job(name=self.job(kind), parameters=definitions, pipeline=True, plan=plan) for kind in KINDS
        ]
        self.simulator.world.jobs.update({job.name: job for job in self._jobs})
        self._listeners: list[str] = []
        self._told: set[tuple[str, int]] = set()

    def follow(self, clock: Clock) -> None:
        """Builds."""
        self.simulator.world.clock = clock

    def connection(self) -> Connection:
        """An API token."""
        return Connection(
            settings={"base_url": self.simulator.url, "username": USER, "run_delay": 1.0},
            secrets={"token": API_TOKEN, "callback_secret": HOOK_SECRET},
        )

    def check_out(self, repo: GitRepo) -> None:
        """The branch or tag of a build's parameter."""
        for job in self._jobs:
            job.checkout = lambda parameters: repo.commit_at(parameters["ref"])

    def files(self) -> Mapping[str, str]:
        """One Jenkinsfile for all jobs."""
        return {"Jenkinsfile": JENKINSFILE}

    def job(self, kind: str) -> str:
        """A job's full name."""
        return f"pixel/{kind}"

    def runs(self) -> Sequence[Run]:
        """The builds, and what still waits in the queue, by the order in which they were asked for."""
        self.simulator.world.settle()
        built = [(build.item, _built(job, build)) for job in self._jobs for build in job.builds]
        waiting = [
            (item.id, _run(item.job, item.parameters, commit=None, passed=None))
            for item in self.simulator.world.items.values()
            if item.left is None
        ]
        return [run for _item, run in sorted([*built, *waiting], key=lambda pair: pair[0])]

    def hears(self, url: str) -> bool:
        """Whether pipelines tell of their ends there."""
        return url in self._listeners

    def steer(self, correlation: str, order: str) -> None:
        """By its parameters."""
        items = self.simulator.world.items.values()
        found = the_run(items, lambda item: item.parameters, "correlation_id", correlation)
        steer(self.simulator.world, found, _RESULTS.get(order, order))

    def expect(self, order: str) -> None:
        """The plan of all jobs."""
        for job in self._jobs:
            result = _RESULTS["fail" if order == "fail" else "pass"]
            job.plan = replace(
                job.plan or Plan(), seconds=None if order == "hang" else self._pace.build, result=result
            )

    def listen(self, url: str) -> None:
        """One more address for the ends of pipelines."""
        self._listeners.append(url)

    async def tick(self) -> None:
        """Pipelines that have ended tell so."""
        self.simulator.world.settle()
        for job in self._jobs:
            for build in reversed(job.builds):
                if not build.building and (job.name, build.number) not in self._told:
                    self._told.add((job.name, build.number))
                    await self._tell(job, build)

    async def _tell(self, job: Job, build: Build) -> None:
        news = {
            "job": job.name,
            "number": build.number,
            "correlation_id": build.parameters["correlation_id"],
        }
        headers = {"X-Stationmaster-Secret": HOOK_SECRET}
        async with aiohttp.ClientSession(timeout=GIVE_UP) as session:
            for url in self._listeners:
                # A build that could not tell has ended all the same; whoever waits for it asks.
                with suppress(aiohttp.ClientError, TimeoutError):
                    async with session.post(url, json=news, headers=headers):
                        pass


def _built(job: Job, build: Build) -> Run:
    commit = next(iter(build.commits), None)
    passed = None if build.building else build.result == "SUCCESS"
    return _run(job, build.parameters, commit=commit, passed=passed)


def _run(job: Job, parameters: Mapping[str, str], *, commit: str | None, passed: bool | None) -> Run:
    return Run(
        kind=job.name.rpartition("/")[2],
        ref=parameters["ref"],
        commit=commit,
        platform=parameters["platform"],
        version=parameters["version"],
        correlation=parameters["correlation_id"],
        passed=passed,
    )
