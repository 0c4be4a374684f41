"""The simulated Asana refuses what Asana refuses, and gives what its description says."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from sandbox.asana import TOKEN
from sandbox.asana.world import Story, Tag, Task
from sandbox.kit import Moment
from tests.sandbox.asana.asana_caller import AsanaCaller, asana_caller


@pytest.fixture
async def caller() -> AsyncIterator[AsanaCaller]:
    """A workspace and a client for it."""
    async with asana_caller() as made:
        yield made


@pytest.mark.parametrize("token", ["", TOKEN, f"Basic {TOKEN}", "Bearer wrong"])
async def test_nobodys_token_is_refused_by_asana(caller: AsanaCaller, token: str) -> None:
    """Tokens go after Bearer."""
    reply = await caller.get("/users/me", token=token)
    assert (reply.status, reply.says) == (401, "Not Authorized")


async def test_an_unknown_route_of_asana_is_not_found(caller: AsanaCaller) -> None:
    """Nothing is accepted that is not simulated, and errors have Asana's form."""
    reply = await caller.get("/events")
    assert reply.status == 404
    assert set(reply.body) == {"errors"}


@pytest.mark.parametrize(
    ("path", "query", "word"),
    [
        ("/tasks", {"project": "{project}", "assignee": "me"}, "assignee"),
        ("/tasks", {"project": "{project}", "opt_fields": "name,start_on"}, "start_on"),
        ("/tasks", {"project": "{project}", "opt_fields": "memberships.section.colour"}, "colour"),
        ("/tasks", {"project": "{project}", "completed_since": "yesterday"}, "completed_since"),
        ("/tasks", {"project": "{project}", "limit": "101"}, "limit"),
        ("/tasks", {"project": "{project}", "limit": "0"}, "limit"),
        ("/tasks", {"project": "{project}", "offset": "x"}, "offset"),
        ("/tasks", {"project": "{project}", "limit": "5", "offset": "x.5"}, "offset"),
        ("/tasks", {"project": "MOB"}, "Not a recognized ID"),
        ("/tasks", {}, "must specify"),
        ("/projects", {}, "workspace: Missing"),
        ("/projects", {"workspace": "{workspace}", "archived": "no"}, "archived"),
        ("/workspaces/{workspace}/tasks/search", {"text": "x"}, "not simulated"),
    ],
)
async def test_asana_refuses_queries_that_it_can_not_answer(
    caller: AsanaCaller, path: str, query: dict[str, str], word: str
) -> None:
    """400, and the message names the parameter."""
    gids = {"project": caller.simulator.project.gid, "workspace": caller.simulator.workspace.gid}
    await caller.create()
    reply = await caller.get(path.format(**gids), **{k: v.format(**gids) for k, v in query.items()})
    assert reply.status == 400
    assert word in reply.says


@pytest.mark.parametrize("body", [{"name": "x"}, {"data": []}, {"data": {}, "more": 1}, [], "x", 7])
async def test_what_is_not_wrapped_is_refused(caller: AsanaCaller, body: Any) -> None:
    """A body is an object with an object in `data`."""
    assert (await caller.send("/tasks", body)).status == 400
    assert caller.simulator.world.all(Task) == []


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"projects": []}, 400),
        ({"projects": ["4711"]}, 404),
        ({"projects": [9107199254740999]}, 400),
        ({"projects": "9107199254740999"}, 400),
        ({"tags": ["4711"]}, 404),
        ({"name": 7}, 400),
        ({"notes": None}, 400),
        ({"completed": True}, 400),
        ({"workspace": "4711"}, 404),
        ({"external": {"gid": "rel-1"}}, 403),
    ],
)
async def test_what_a_task_of_asana_needs_is_checked(
    caller: AsanaCaller, data: dict[str, Any], status: int
) -> None:
    """A workspace or a project, gids that are texts and exist, known fields; `external` is for applications."""
    assert (await caller.create(**data)).status == status
    assert caller.simulator.world.all(Task) == []


async def test_tags_and_projects_of_a_task_have_one_workspace(caller: AsanaCaller) -> None:
    """A tag of another workspace is refused."""
    world = caller.simulator.world
    elsewhere = world.add_workspace("Elsewhere")
    caller.simulator.captain.workspaces.append(elsewhere)
    theirs = world.add_tag("Theirs", elsewhere)
    assert (await caller.create(tags=[theirs.gid])).status == 400
    alone = await caller.post("/tasks", {"name": "x", "workspace": elsewhere.gid, "tags": [theirs.gid]})
    assert alone.status == 201
    assert (await caller.get(f"/tasks/{alone.data['gid']}")).data["memberships"] == []


async def test_what_the_user_may_not_see_is_not_there(caller: AsanaCaller) -> None:
    """A private project and its tasks answer 404 to others; a project that may be read only answers 403."""
    gid = (await caller.create()).data["gid"]
    project = caller.simulator.project
    project.writers = frozenset()
    assert (await caller.create()).status == 403
    assert (await caller.post(f"/tasks/{gid}/stories", {"text": "x"})).status == 403
    assert (await caller.get(f"/tasks/{gid}")).status == 200
    project.readers = frozenset()
    for path in (f"/tasks/{gid}", f"/tasks/{gid}/stories", f"/projects/{project.gid}/sections"):
        reply = await caller.get(path)
        assert reply.status == 404
        assert "Unknown object" in reply.says
    assert (await caller.get("/projects", workspace=caller.simulator.workspace.gid)).data == []


async def test_lists_are_compact_and_single_things_whole(caller: AsanaCaller) -> None:
    """Without opt_fields a list gives gid, type and name; with it there is the gid and what was asked for."""
    gid = (await caller.create(notes="n", tags=[caller.simulator.world.all(Tag)[0].gid])).data["gid"]
    project = caller.simulator.project.gid
    (row,) = (await caller.get("/tasks", project=project)).data
    assert row == {"gid": gid, "resource_type": "task", "name": "x", "resource_subtype": "default_task"}
    (row,) = (await caller.get("/tasks", project=project, opt_fields="notes,memberships.section.name")).data
    section = caller.simulator.project.sections[0].gid
    assert row == {
        "gid": gid,
        "notes": "n",
        "memberships": [{"section": {"gid": section, "name": "To do"}}],
    }
    whole = (await caller.get(f"/tasks/{gid}")).data
    assert (whole["notes"], whole["completed"]) == ("n", False)
    assert whole["projects"] == [{"gid": project, "resource_type": "project", "name": "Mobile"}]
    assert whole["permalink_url"].endswith(f"/project/{project}/task/{gid}")


async def test_pages_are_walked_by_offset_and_only_with_a_limit(caller: AsanaCaller) -> None:
    """`next_page` is there only where a limit was given, and null at the end; an offset is good for its query only."""
    gids = [(await caller.create(name=str(n))).data["gid"] for n in range(5)]
    project = caller.simulator.project.gid
    assert "next_page" not in (await caller.get("/tasks", project=project)).body
    first = await caller.get("/tasks", project=project, limit="3")
    offset = first.body["next_page"]["offset"]
    rest = await caller.get("/tasks", project=project, limit="3", offset=offset)
    assert [row["gid"] for row in (*first.data, *rest.data)] == gids[::-1]
    assert rest.body["next_page"] is None
    assert (await caller.get("/tasks", project=project, limit="2", offset=offset)).status == 400


async def test_a_list_that_is_too_long_must_be_paged(caller: AsanaCaller) -> None:
    """Without a limit Asana gives everything, until it is too much."""
    simulator = caller.simulator
    for number in range(1001):
        simulator.world.add_task(simulator.project, simulator.captain, name=str(number))
    reply = await caller.get("/tasks", project=simulator.project.gid)
    assert (reply.status, "pagination" in reply.says) == (400, True)


async def test_tasks_are_narrowed_by_time_and_section(caller: AsanaCaller) -> None:
    """`completed_since` keeps open tasks and those completed since; `modified_since` goes by any change."""
    simulator = caller.simulator
    old, new = [(await caller.create(name=name)).data["gid"] for name in ("old", "new")]
    simulator.move(old, "Shipped")
    caller.clock.now += 60
    since = simulator.world.now()
    caller.clock.now += 60
    await caller.post(f"/tasks/{new}/stories", {"text": "x"})
    project = simulator.project.gid

    async def found(**query: str) -> list[str]:
        return [row["name"] for row in (await caller.get("/tasks", **query)).data]

    assert await found(project=project, completed_since=since) == ["new"]
    assert await found(project=project, modified_since=since) == ["new"]
    assert await found(section=simulator.project.sections[2].gid) == ["old"]
    assert await found(project=project) == ["new", "old"]


async def test_what_needs_a_paid_plan_answers_402(caller: AsanaCaller) -> None:
    """Search and custom fields; tasks have no fields there."""
    caller.simulator.workspace.paid = False
    gid = (await caller.create()).data["gid"]
    search = f"/workspaces/{caller.simulator.workspace.gid}/tasks/search"
    settings = f"/projects/{caller.simulator.project.gid}/custom_field_settings"
    assert [(await caller.get(path)).status for path in (search, settings)] == [402, 402]
    assert (await caller.get(f"/tasks/{gid}")).data["custom_fields"] == []


async def test_an_applications_token_has_scopes(caller: AsanaCaller) -> None:
    """A scope that is missing is 403, and is named; a personal token has none and may all."""
    caller.simulator.add_user("App", "app", scopes=frozenset({"tasks:read"}))
    project = caller.simulator.project.gid
    assert (await caller.get("/tasks", token="Bearer app", project=project)).status == 200
    reply = await caller.post("/tasks", {"name": "x", "projects": [project]}, token="app")
    assert (reply.status, "tasks:write" in reply.says) == (403, True)


async def test_a_minute_has_so_many_requests_and_no_more(caller: AsanaCaller) -> None:
    """429 says when the next window begins; what is refused counts too, and the window ends by the clock."""
    caller.simulator.limits.a_minute = 2
    replies = [await caller.get("/users/me") for _ in range(4)]
    assert [reply.status for reply in replies] == [200, 200, 429, 429]
    wait = int(replies[-1].headers["Retry-After"])
    assert wait == 60 - caller.clock.now % 60
    caller.clock.now += wait
    assert (await caller.get("/users/me")).status == 200


async def test_so_many_requests_at_once_and_no_more(caller: AsanaCaller) -> None:
    """While one is on its way the next is refused; writings are counted apart from readings."""
    caller.simulator.limits.at_once = {True: 1, False: 1}
    there, over = asyncio.Event(), asyncio.Event()

    async def hold(moment: Moment, asked: web.Request) -> None:
        if moment is Moment.EFFECTIVE and asked.path.endswith("/users/me"):
            there.set()
            await over.wait()

    caller.simulator.hooks.append(hold)
    slow = asyncio.create_task(caller.get("/users/me"))
    await there.wait()
    second, making = await caller.get("/workspaces"), await caller.create()
    over.set()
    assert (second.status, second.headers["Retry-After"], making.status) == (429, "1", 201)
    assert (await slow).status == 200
    assert (await caller.get("/workspaces")).status == 200


async def test_a_comment_is_a_story_among_others(caller: AsanaCaller) -> None:
    """What Asana wrote down itself has another subtype; an empty comment is refused."""
    gid = (await caller.create()).data["gid"]
    made = await caller.post(f"/tasks/{gid}/stories", {"text": "Hello"}, opt_fields="text,resource_subtype")
    assert (made.status, made.data["text"]) == (201, "Hello")
    rows = (await caller.get(f"/tasks/{gid}/stories")).data
    assert [row["resource_subtype"] for row in rows] == ["added_to_project", "comment_added"]
    for data in ({"text": " "}, {"text": 7}, {"html_text": "<body>x</body>"}, {}):
        assert (await caller.post(f"/tasks/{gid}/stories", data)).status == 400
    assert len(caller.simulator.world.all(Story)) == 2


async def test_people_steer_the_board_of_asana_over_http_too(caller: AsanaCaller) -> None:
    """The control shows tasks, and moves them between sections; the last one is for what is complete."""
    gid = (await caller.create(name="Release")).data["gid"]
    base = f"{caller.simulator.url}/_sandbox"
    async with caller.session.post(f"{base}/tickets/{gid}/status", json={"status": "Shipped"}) as moved:
        assert moved.status == 204
    async with caller.session.get(f"{base}/state") as state:
        told = await state.json()
    assert told["tasks"] == [{"key": gid, "title": "Release", "completed": True, "sections": ["Shipped"]}]
    assert caller.simulator.section(gid).name == "Shipped"
    with pytest.raises(KeyError):
        caller.simulator.move("4711", "Shipped")
