"""Builds over REST: listed, reported by CI jobs and people; and news that a CI run has moved on."""

from bot.api.v1 import release_views as views
from bot.api.v1.call import Answer, Call
from bot.api.v1.release_bodies import BuildReport, RunNews, sent
from bot.api.v1.release_shapes import HeardShape
from bot.api.v1.releases import found
from orchestration.domain.errors import Invalid, Problem
from orchestration.domain.pairs import Pair
from orchestration.domain.release import Release
from orchestration.services.receive_callback import hear_of_run
from orchestration.services.report_build import Reported, report_build


async def list_builds(call: Call) -> Answer:
    """All builds of a release, oldest first."""
    release = await found(call)
    return call.page({f"{n:06d}": views.build(release, each) for n, each in enumerate(release.builds)})


async def report(call: Call) -> Answer:
    """Give a build to the task that waits for it: by its number, or links to it or to its files."""
    told = sent(call, BuildReport)
    wanted = Reported(kind=told.kind, pair=_pair(told), number=told.number, links=tuple(told.links))

    def shown(release: Release) -> Answer:
        mine = [b for b in release.builds if b.kind is wanted.kind and b.pair == wanted.pair and b.by]
        return Answer(status=201, body=views.build(release, mine[-1]))

    change = await report_build(
        call.engine,
        call.tenant_id,
        call.names["id"],
        wanted,
        actor=call.actor,
        along=call.along(shown),
    )
    return shown(change.release)


report.__name__ = "report_build"


def _pair(told: BuildReport) -> Pair:
    """The pair. Invalid, with what else is wrong."""
    problems = []
    pair = None
    try:
        pair = Pair.parse(told.pair)
    except ValueError:
        problems.append(Problem(field="pair", message="is no platform and target, such as IOS-APP_STORE"))
    if told.number is None and not told.links:
        problems.append(Problem(field="number", message="Send the build's number, or a link to it"))
    if problems or pair is None:
        raise Invalid(problems)
    return pair


async def hear(call: Call) -> Answer:
    """Say that a CI run has moved on: the tasks that wait for it look at it at once."""
    news = sent(call, RunNews)
    tasks = await hear_of_run(
        call.engine, call.tenant_id, run_id=news.run_id, texts=news.texts, actor=call.actor
    )
    return Answer(status=202, body=HeardShape(tasks=tasks))


hear.__name__ = "hear_of_run"
