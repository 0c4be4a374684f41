"""A world of chosen providers: what each tells of itself is what is entered, and what goes on by itself goes on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from integrations import PROVIDERS
from sandbox.gitgrowth import grow
from sandbox.github.clone import grow_bare
from sandbox.jenkins.member import JenkinsMember
from sandbox.jenkins.simulator import JenkinsSimulator
from sandbox.kit import CONTROL, Simulator
from sandbox.parts import PARTS, Cast, NoSuchCast, Role
from sandbox.values import HOOK_SECRET, Run
from sandbox.world import Pace, World
from tests.support.contracts import contract

AT_ONCE = Pace(queue=0.0, build=0.0, slack_rate=0.0, index_lag=0.0)
HOLDINGS = {
    Role.SCM: {"pages", "doubled"},
    Role.CICD: {"runs"},
    Role.PM: {"tickets"},
    Role.TEST_PLATFORM: {"test_runs"},
    Role.APP_STORE: {"builds", "offers"},
    Role.RELEASE_HEALTH: {"used"},
}


@asynccontextmanager
async def world_of(folder: Path, *names: str) -> AsyncIterator[World]:
    """A running world whose builds take no time."""
    schemas = {key: contract(f"{key}.graphql").read_text() for key in names if PARTS[key].by_schema}
    source = grow_bare(folder / "source.git", titles=("Begin", "feat: go on"))
    world = World(folder, source.path, cast=Cast.of(names), pace=AT_ONCE, schemas=schemas)
    await world.start()
    try:
        yield world
    finally:
        await world.stop()


async def told(simulator: Simulator) -> Any:
    """What a member tells a program of another process."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{simulator.url}{CONTROL}/member") as answer,
    ):
        assert answer.status == 200
        return await answer.json()


@pytest.mark.parametrize("key", PARTS)
async def test_what_a_member_tells_is_what_is_entered(tmp_path: Path, key: str) -> None:
    """Its settings and secrets are those of the connect form; what it holds comes as JSON, for each of its roles."""
    async with world_of(tmp_path, key) as world:
        address = world.addresses()["providers"][key]
        provider = PROVIDERS[key]
        provider.settings.model_validate(address["settings"])
        provider.secrets.model_validate(address["secrets"])
        held = await told(world.members[key].simulator)
        wanted: set[str] = set().union(*(HOLDINGS[role] for role in PARTS[key].roles))
        assert held.keys() == wanted


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("github", "gitlab"), "github and gitlab are both scm: a world has one"),
        (("jira", "asana"), "jira and asana are both pm: a world has one"),
        (("trello",), "trello is none of github, "),
    ],
)
def test_an_impossible_choice_says_why(names: tuple[str, ...], says: str) -> None:
    """Two of one role, or somebody unknown."""
    with pytest.raises(NoSuchCast, match=says):
        Cast.of(names)


def test_a_role_needs_somebody_who_has_it() -> None:
    """A tracker is no source control."""
    with pytest.raises(NoSuchCast, match="jira is none of github, gitlab, bitbucket"):
        Cast(scm="jira", cicd="jira")


def test_who_is_chosen_takes_the_place_of_the_usual_one() -> None:
    """A host brings its own CI; the other roles stay as they are; what was chosen is chosen again by its keys."""
    assert Cast.of(()) == Cast()
    chosen = Cast.of(("gitlab", "asana", "google_play"))
    assert chosen == Cast(scm="gitlab", cicd="gitlab", pm="asana", app_stores=("google_play",))
    assert Cast.of(("jenkins",)) == Cast(scm="github", cicd="jenkins")
    assert Cast.of(chosen.keys) == chosen


def test_a_simulator_by_schema_needs_the_schema(tmp_path: Path) -> None:
    """Without the vendor's own text it is refused by name, before anything is started."""
    with pytest.raises(NoSuchCast, match="linear can't be simulated without"):
        World(tmp_path, tmp_path, cast=Cast(pm="linear"))


async def test_jenkins_builds_the_commit_of_the_ref(tmp_path: Path) -> None:
    """A branch's head or a tag's commit, of the same repository that the host has; an unknown ref fails the build."""
    async with world_of(tmp_path, "gitlab", "jenkins") as world:
        head = grow(world.git, "release/1.0", ["fix: mend"])
        built, failed = (asked(world, ref) for ref in ("release/1.0", "release/9.9"))
        assert (built.commit, built.passed) == (head, True)
        assert (failed.commit, failed.passed) == (None, False)


async def test_a_pipeline_of_jenkins_tells_at_its_end(tmp_path: Path) -> None:
    """Once to every listener, with the secret and our id, also where another one of them is not there any more."""
    heard: asyncio.Queue[tuple[str | None, Any]] = asyncio.Queue()

    async def hear(request: web.Request) -> web.Response:
        await heard.put((request.headers.get("X-Stationmaster-Secret"), await request.json()))
        return web.Response(status=202)

    listener = Simulator()
    listener.app.router.add_post("/hooks", hear)
    await listener.start()
    try:
        async with world_of(tmp_path, "jenkins") as world:
            world.builder.listen("http://127.0.0.1:1/gone")
            world.builder.listen(f"{listener.url}/hooks")
            run = asked(world, world.default_branch)
            news = {"job": "pixel/regression", "number": 1, "correlation_id": run.correlation}
            assert await asyncio.wait_for(heard.get(), 10) == (HOOK_SECRET, news)
            await world.builder.tick()
            assert heard.empty()
    finally:
        await listener.stop()


async def test_a_build_for_a_store_is_delivered_once(tmp_path: Path) -> None:
    """What passed is uploaded to the store of its kind and to no other, however often the world looks."""
    async with world_of(tmp_path, "jenkins", "app_store", "google_play") as world:
        asked(world, world.default_branch, kind="test-flight")
        asked(world, world.default_branch, kind="regression")
        asked(world, "nowhere", kind="aab")
        world.deliver()
        world.deliver()
        builds = {shop.key: [(b.version, b.testers) for b in shop.builds()] for shop in world.shops}
        assert builds == {"app_store": [("1.2.0", ())], "google_play": []}


def asked(world: World, ref: str, *, kind: str = "regression") -> Run:
    """A build of Jenkins, which ends at once."""
    jenkins = world.members["jenkins"]
    assert isinstance(jenkins, JenkinsMember)
    inside = world.simulator(JenkinsSimulator).world
    parameters = {"correlation_id": f"{kind}-{ref.replace('/', '-')}", "ref": ref}
    inside.schedule(inside.jobs[jenkins.job(kind)], {**parameters, "platform": "IOS", "version": "1.2.0"})
    return next(run for run in jenkins.runs() if run.correlation == parameters["correlation_id"])
