"""The panels of the providers: what they show is what the simulators hold, and an order is done there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox.github.clone import grow_bare
from sandbox.page.consoles import add_consoles
from sandbox.past import give_past
from sandbox.values import HOOK_SECRET
from sandbox.world import Cast, Pace, World

STORES = ("app_store", "google_play")
GITHUB = {"Authorization": "Bearer ghp_sandbox"}
RUN = {"platform": "ios", "version": "1.0.0", "correlation_id": "abc"}


@dataclass(kw_only=True)
class Visitor:
    """Somebody with the page open."""

    world: World
    session: aiohttp.ClientSession

    async def sees(self, panel: str) -> Any:
        """What a panel shows."""
        async with self.session.get("/page/state?as=ann") as answer:
            return (await answer.json())["panels"][panel]

    async def orders(self, panel: str, name: str, **order: object) -> str:
        """Order something; the reason where it is refused."""
        url = self.world.page.url
        path = f"/page/panel/{panel}/{name}"
        async with self.session.post(path, json=order, headers={"Origin": url}) as answer:
            told = await answer.json()
            assert answer.status == (409 if "error" in told else 200)
            return str(told.get("error", ""))

    async def starts_a_run(self) -> None:
        """As the bot does."""
        github = self.world.members["github"].simulator.url
        path = "/repos/acme/pixel/actions/workflows/regression.yml/dispatches"
        order = {"ref": "main", "inputs": RUN}
        async with self.session.post(f"{github}{path}", json=order, headers=GITHUB) as answer:
            assert answer.ok, await answer.text()


@asynccontextmanager
async def visiting(folder: Path, names: tuple[str, ...] = STORES, **pace: float) -> AsyncIterator[Visitor]:
    """A world with its panels, and a page that is open."""
    source = grow_bare(folder / "source.git", titles=[f"feat: change {n}" for n in range(1, 11)])
    world = World(folder, source.path, cast=Cast.of(names), pace=Pace(slack_rate=0, queue=0, **pace))
    give_past(world)
    consoles = add_consoles(world)
    await world.start()
    consoles.start()
    try:
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(world.page.url, cookie_jar=jar) as session, session.get("/"):
            await consoles.look()
            yield Visitor(world=world, session=session)
    finally:
        await consoles.stop()
        await world.stop()


async def test_git_is_shown_with_who_is_where(tmp_path: Path) -> None:
    """Branches and tags at their commits, and the pages of releases; a push moves the branch."""
    async with visiting(tmp_path) as visitor:
        shown = await visitor.sees("source")
        assert shown["branches"] == ["main", "release/2.12.0", "release/2.13.0"]
        where = {str(ref): commit["sha"] for commit in shown["commits"] for ref in commit["refs"]}
        assert where["{'tag': 'v2.13.0'}"] == visitor.world.git.commit_at("refs/tags/v2.13.0")
        assert [page["tag"] for page in shown["pages"]] == ["v2.13.0", "v2.12.0"]
        assert not await visitor.orders("source", "push", title="fix: the cart", branch="release/2.13.0")
        shown = await visitor.sees("source")
        tip = next(c for c in shown["commits"] if {"branch": "release/2.13.0"} in c["refs"])
        assert tip["title"] == "fix: the cart"


@pytest.mark.parametrize(
    ("title", "branch", "reason"),
    [
        ("", "main", "one line"),
        ("a\nb", "main", "one line"),
        ("x" * 201, "main", "one line"),
        ("fix", "gone", "There is no branch gone"),
        ("fix", "../main", "There is no branch ../main"),
    ],
)
async def test_a_push_that_makes_no_sense_is_refused(
    title: str, branch: str, reason: str, tmp_path: Path
) -> None:
    """With words for the person."""
    async with visiting(tmp_path) as visitor:
        assert reason in await visitor.orders("source", "push", title=title, branch=branch)


@pytest.mark.parametrize(("order", "state"), [("pass", "passed"), ("fail", "failed"), ("cancel", "failed")])
async def test_a_run_ends_as_it_is_told(order: str, state: str, tmp_path: Path) -> None:
    """One that hangs stays until then."""
    async with visiting(tmp_path, build=3600) as visitor:
        await visitor.starts_a_run()
        assert not await visitor.orders("builds", "steer", run="abc", order="hang")
        (run,) = (await visitor.sees("builds"))["runs"]
        assert (run["state"], run["hangs"], run["kind"]) == ("running", True, "regression")
        assert not await visitor.orders("builds", "steer", run="abc", order=order)
        (run,) = (await visitor.sees("builds"))["runs"]
        assert (run["state"], run["hangs"]) == (state, False)


async def test_runs_to_come_do_as_they_are_told(tmp_path: Path) -> None:
    """By themselves, in their own time."""
    async with visiting(tmp_path, build=0) as visitor:
        assert not await visitor.orders("builds", "expect", order="fail")
        assert (await visitor.sees("builds"))["to_come"] == "fail"
        await visitor.starts_a_run()
        assert [run.passed for run in visitor.world.builder.runs()] in ([False], [None])
        assert "A run can" in await visitor.orders("builds", "steer", run="abc", order="explode")
        assert "no such run" in await visitor.orders("builds", "steer", run="none", order="pass")
        assert "Runs to come can" in await visitor.orders("builds", "expect", order="explode")


async def test_what_the_bot_did_is_told_in_words(tmp_path: Path) -> None:
    """Deeds one by one, looks counted; what a fault spoiled is marked."""
    async with visiting(tmp_path, build=3600) as visitor:
        github = visitor.world.members["github"].simulator
        for _ in range(3):
            async with visitor.session.get(f"{github.url}/repos/acme/pixel", headers=GITHUB):
                pass
        await visitor.starts_a_run()
        assert not await visitor.orders("faults", "set", provider="github", trouble="down")
        async with visitor.session.post(f"{github.url}/repos/acme/pixel/git/refs", headers=GITHUB) as answer:
            assert answer.status == 503
        assert not await visitor.orders("faults", "set", provider="github", trouble="none")
        assert (await visitor.sees("source"))["did"] == [
            {"words": "made a branch or a tag", "status": 503, "spoiled": True},
            {"words": "started the workflow regression.yml", "status": 204, "spoiled": False},
            {"looks": 3},
        ]


async def test_trouble_is_on_until_all_is_well_again(tmp_path: Path) -> None:
    """One at a time, at each provider by itself; it is shown even after a new start of the sandbox."""
    async with visiting(tmp_path) as visitor:

        async def on() -> dict[str, str]:
            return {row["key"]: row["on"] for row in (await visitor.sees("faults"))["rows"]}

        assert set((await on()).values()) == {"none"}
        for trouble in ("limited", "lost", "slow", "down"):
            for key in ("jira", "slack"):
                assert not await visitor.orders("faults", "set", provider=key, trouble=trouble)
                assert {k: v for k, v in (await on()).items() if v != "none"} == {key: trouble}
                assert not await visitor.orders("faults", "set", provider=key, trouble="none")
        assert not visitor.world.slack.settings.down
        assert "no trouble plague" in await visitor.orders("faults", "set", provider="jira", trouble="plague")
        assert "not there" in await visitor.orders("faults", "set", provider="gitlab", trouble="down")


async def test_slack_at_its_limit_answers_as_slack_does(tmp_path: Path) -> None:
    """With its own error word, and a time to wait."""
    async with visiting(tmp_path) as visitor:
        assert not await visitor.orders("faults", "set", provider="slack", trouble="limited")
        url = f"{visitor.world.slack.url}/api/auth.test"
        async with visitor.session.post(url, headers={"Authorization": "Bearer xoxb-1-sandbox"}) as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (429, "10")
            assert (await answer.json())["error"] == "ratelimited"


async def test_builds_arrive_in_the_stores_and_are_judged(tmp_path: Path) -> None:
    """By hand, where no CI uploads them; what can't be decided now is refused."""
    async with visiting(tmp_path, build=3600) as visitor:
        for store in STORES:
            assert not await visitor.orders("stores", "upload", store=store, version="3.0.0", number="5")
            assert "already" in await visitor.orders(
                "stores", "upload", store=store, version="3.0.0", number="5"
            )
            assert await visitor.orders("stores", "upload", store=store, version="", number="6")
            assert await visitor.orders("stores", "upload", store=store, version="3.0.0", number="six")
        apple, play = (await visitor.sees("stores"))["stores"]
        (build,) = apple["builds"]
        assert (build["number"], build["state"]) == ("5", "PROCESSING")
        assert set(build["orders"]) == {"process", "invalid"}
        assert not await visitor.orders("stores", "order", store="app_store", number="5", order="process")
        assert await visitor.orders("stores", "order", store="app_store", number="5", order="process")
        apple, play = (await visitor.sees("stores"))["stores"]
        assert apple["builds"][0]["state"] == "READY_FOR_BETA_SUBMISSION"
        assert set(play["builds"][0]["orders"]) == {"review", "reject"}
        assert not await visitor.orders("stores", "order", store="google_play", number="5", order="reject")
        _apple, play = (await visitor.sees("stores"))["stores"]
        assert set(play["builds"][0]["orders"]) == {"review", "accept"}


async def test_a_world_without_stores_has_no_console_of_them(tmp_path: Path) -> None:
    """The module is there, the panel is not offered."""
    async with visiting(tmp_path, ()) as visitor, visitor.session.get("/page/state?as=ann") as answer:
        panels = (await answer.json())["panels"]
        assert "stores" not in panels
        assert "builds" in panels


async def test_the_secrets_of_the_world_are_on_no_panel(tmp_path: Path) -> None:
    """A picture of the page may be shown to anybody."""
    async with visiting(tmp_path) as visitor, visitor.session.get("/page/state?as=ann") as answer:
        shown = await answer.text()
        secrets = [HOOK_SECRET, "ghp_sandbox", "xoxb-1", "jira-token", "PRIVATE KEY"]
        assert [secret for secret in secrets if secret in shown] == []
