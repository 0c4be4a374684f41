"""The simulated ClickUp refuses what ClickUp refuses, in its words, and answers in the form that is described."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox.clickup import OAUTH_TOKEN, TOKEN
from tests.sandbox.clickup.clickup_caller import Caller, clickup_caller


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    """A workspace."""
    async with clickup_caller() as made:
        yield made


@pytest.mark.parametrize(
    ("token", "status", "code"),
    [
        (None, 400, "OAUTH_017"),
        ("pk_wrong", 401, "OAUTH_025"),
        (OAUTH_TOKEN, 401, "OAUTH_025"),
        (f"Bearer {TOKEN}", 401, "OAUTH_019"),
        ("Bearer wrong", 401, "OAUTH_019"),
    ],
)
async def test_who_is_unknown_to_clickup_is_refused(
    caller: Caller, token: str | None, status: int, code: str
) -> None:
    """A personal token goes as it is and one of OAuth after Bearer; the other way round it is none."""
    reply = await caller.get("/user", token=token)
    assert (reply.status, reply.code) == (status, code)


@pytest.mark.parametrize("token", [TOKEN, f"Bearer {OAUTH_TOKEN}"])
async def test_who_is_known_to_clickup_is_let_in(caller: Caller, token: str) -> None:
    """Both kinds of token reach the workspace."""
    assert "username" in (await caller.get("/user", token=token)).body["user"]
    assert [team["id"] for team in (await caller.get("/team", token=token)).body["teams"]] == ["9001"]


async def test_requests_are_counted_by_the_minute(caller: Caller) -> None:
    """Three headers tell how many there are, how many are left, and until when in unix seconds."""
    caller.simulator.limits.limit = 2
    replies = [await caller.get("/user") for _ in range(3)]
    assert [reply.status for reply in replies] == [200, 200, 429]
    assert [reply.headers["X-RateLimit-Remaining"] for reply in replies] == ["1", "0", "0"]
    assert replies[-1].code == "APP_002"
    reset = int(replies[-1].headers["X-RateLimit-Reset"])
    assert 0 < reset - caller.clock.now <= 60
    caller.clock.now = float(reset)
    assert (await caller.get("/user")).status == 200


@pytest.mark.parametrize(
    "path", ["/nothing", "/list", "/list/1/member", "/task/1/tag/x", "/team/9001/webhook"]
)
async def test_what_is_not_there_is_an_error(caller: Caller, path: str) -> None:
    """Also what ClickUp has and this program has not."""
    assert (await caller.get(path)).status == 404


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/user", {"x": "1"}),
        ("/team/{team}/space", {"page": "0"}),
        ("/list/{list}", {"archived": "false"}),
        ("/list/{list}/task", {"tags[]": "x"}),
        ("/list/{list}/task", {"team_Id": "9001"}),
        ("/task/{task}", {"team_Id": "9001"}),
        ("/task/{task}/comment", {"page": "1"}),
    ],
)
async def test_what_is_not_simulated_is_never_accepted(
    caller: Caller, path: str, query: dict[str, str]
) -> None:
    """A query that would be passed over in silence is an error."""
    task = (await caller.create()).body["id"]
    asked = path.format(team="9001", list=caller.home, task=task)
    reply = await caller.get(asked, **query)
    assert reply.status == 500
    assert "not simulated" in reply.body["err"]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"name": ""}, 400),
        ({"name": "  "}, 400),
        ({"name": 7}, 400),
        ({"markdown_content": 7}, 400),
        ({"status": "TO DO"}, 400),
        ({"status": "unheard-of"}, 400),
        ({"custom_item_id": 4711}, 400),
        ({"custom_item_id": "Release"}, 400),
        ({"custom_item_id": True}, 400),
        ({"notify_all": "yes"}, 400),
        ({"tags": ["x"]}, 500),
        ({"markdown_description": "x"}, 500),
    ],
)
async def test_a_task_that_is_wrong_is_not_made(caller: Caller, fields: dict[str, Any], status: int) -> None:
    """Names of statuses are compared with their case; what is not simulated is an error."""
    assert (await caller.create(**fields)).status == status
    assert caller.simulator.world.tasks == {}


@pytest.mark.parametrize("sent", [b"{", b"[]", b"7"])
async def test_a_body_that_is_no_object_is_refused(caller: Caller, sent: bytes) -> None:
    """A body is JSON, and an object."""
    headers = {"Authorization": TOKEN, "Content-Type": "application/json"}
    reply = await caller.send("POST", f"/list/{caller.home}/task", headers=headers, data=sent)
    assert reply.status == 400


async def test_a_body_of_another_type_is_refused(caller: Caller) -> None:
    """The content type says that it is JSON."""
    headers = {"Authorization": TOKEN, "Content-Type": "text/plain"}
    path = f"/list/{caller.home}/task"
    assert (await caller.send("POST", path, headers=headers, data=b'{"name": "x"}')).status == 400


async def test_a_task_is_made_in_the_first_status_of_its_list(caller: Caller) -> None:
    """With an id, a custom id, times as texts of milliseconds, and its description without markup."""
    made = (await caller.create("x", markdown_content="_so_ `a_b`", custom_item_id=1300)).body
    assert (made["custom_id"], made["custom_item_id"], made["status"]["status"]) == ("MOB-1", 1300, "to do")
    assert made["date_created"] == str(int(caller.clock.now * 1000))
    assert made["text_content"] == "so a_b"
    assert made["url"].endswith(f"/t/{made['id']}")


async def test_automations_run_after_the_answer(caller: Caller) -> None:
    """The answer tells of the task as it was made."""

    def rename(task: Any) -> None:
        task.name = "Renamed"

    caller.simulator.tasks.automations.append(rename)
    made = (await caller.create("x")).body
    assert made["name"] == "x"
    assert (await caller.get(f"/task/{made['id']}")).body["name"] == "Renamed"


@pytest.mark.parametrize("name", ["86czzzzzz", "MOB-1", "mob"])
async def test_a_task_that_is_nowhere_is_not_authorized(caller: Caller, name: str) -> None:
    """401, as for a workspace that the token does not reach; a custom id is none unless it is told to be one."""
    await caller.create()
    reply = await caller.get(f"/task/{name}")
    assert (reply.status, reply.code) == (401, "OAUTH_027")


async def test_a_custom_id_needs_both_its_words(caller: Caller) -> None:
    """custom_task_ids=true, and the workspace as team_id."""
    await caller.create()
    known = await caller.get("/task/MOB-1", custom_task_ids="true", team_id="9001")
    assert known.body["custom_id"] == "MOB-1"
    wrong: list[dict[str, str]] = [
        {"custom_task_ids": "true"},
        {"team_id": "9001"},
        {"custom_task_ids": "true", "team_id": "1"},
    ]
    for query in wrong:
        assert (await caller.get("/task/MOB-1", **query)).status == 401
    assert (await caller.get("/task/MOB-1", custom_task_ids="yes", team_id="9001")).status == 400


async def test_lists_leave_out_what_is_not_asked_for(caller: Caller) -> None:
    """Closed and archived tasks, subtasks and those of several lists; and what is younger than the lag."""
    world, home = caller.simulator.world, caller.simulator.list
    world.add_task(home, name="closed", status=home.statuses[-1])
    world.add_task(home, name="archived").archived = True
    world.add_task(home, name="sub").parent = "86c1"
    world.add_task(home, name="several").also_in.append(world.add_list("x", caller.simulator.space))
    world.add_task(home, name="trash").deleted = True
    world.add_task(home, name="plain")
    assert await caller.listed() == []
    caller.clock.now += 10
    assert await caller.listed() == ["plain"]
    assert await caller.listed(include_closed="true") == ["closed", "plain"]
    assert await caller.listed(subtasks="true") == ["sub", "plain"]
    assert await caller.listed(include_timl="true") == ["several", "plain"]
    assert await caller.listed(archived="true") == ["archived"]
    assert await caller.listed(date_created_gt=str(int(caller.clock.now * 1000))) == []


async def test_a_task_of_several_lists_shows_in_each(caller: Caller) -> None:
    """In a list that is not its home only where several lists are asked for."""
    world = caller.simulator.world
    other = world.add_list("Other", caller.simulator.space)
    world.add_task(other, name="guest").also_in.append(caller.simulator.list)
    caller.clock.now += 10
    assert await caller.listed() == []
    assert await caller.listed(include_timl="true") == ["guest"]


async def test_a_page_has_a_hundred_tasks_newest_first(caller: Caller) -> None:
    """Pages count from 0; the last one says so, and behind it there is nothing."""
    for number in range(101):
        caller.simulator.world.add_task(caller.simulator.list, name=f"{number}")
        caller.clock.now += 1
    caller.clock.now += 10
    path = f"/list/{caller.home}/task"
    pages = [(await caller.get(path, page=str(number))).body for number in range(3)]
    assert [len(page["tasks"]) for page in pages] == [100, 1, 0]
    assert [page["last_page"] for page in pages] == [False, True, True]
    assert pages[0]["tasks"][0]["name"] == "100"
    assert (await caller.get(path, page="-1")).status == 400


@pytest.mark.parametrize(
    ("number", "status", "code"), [("4711", 401, "OAUTH_027"), ("MOB", 400, "INPUT_003")]
)
async def test_a_list_that_is_none_is_refused(caller: Caller, number: str, status: int, code: str) -> None:
    """A number that is nowhere, and what is no number."""
    for reply in (await caller.get(f"/list/{number}"), await caller.get(f"/list/{number}/task")):
        assert (reply.status, reply.code) == (status, code)
    assert (await caller.post(f"/list/{number}/task", {"name": "x"})).code == code


async def test_comments_are_given_newest_first_by_twenty_five(caller: Caller) -> None:
    """`start` and `start_id` belong together, and name a comment of the task."""
    task = (await caller.create()).body["id"]
    path = f"/task/{task}/comment"
    for number in range(27):
        await caller.post(path, {"comment_text": f"{number}", "notify_all": False})
    first = (await caller.get(path)).body["comments"]
    assert [comment["comment_text"] for comment in first] == [f"{number}" for number in range(26, 1, -1)]
    place = {"start": first[-1]["date"], "start_id": first[-1]["id"]}
    assert [c["comment_text"] for c in (await caller.get(path, **place)).body["comments"]] == ["1", "0"]
    assert (await caller.get(path, start=place["start"])).status == 400
    assert (await caller.get(path, start="1", start_id="1")).status == 400


@pytest.mark.parametrize("body", [{"comment_text": "x"}, {"comment_text": " ", "notify_all": True}, {}])
async def test_a_comment_needs_its_two_fields(caller: Caller, body: dict[str, Any]) -> None:
    """`comment_text` and `notify_all`."""
    task = (await caller.create()).body["id"]
    assert (await caller.post(f"/task/{task}/comment", body)).status == 400
    assert caller.simulator.comments(task) == []


async def test_a_link_shows_at_both_tasks(caller: Caller) -> None:
    """And one that is made twice is two links: nothing is forgiven here."""
    one, two = (await caller.create("one")).body["id"], (await caller.create("two")).body["id"]
    for _ in range(2):
        assert (await caller.post(f"/task/{one}/link/{two}")).status == 200
    assert caller.simulator.links(two, one) == 2
    told = (await caller.get(f"/task/{two}")).body["linked_tasks"]
    assert {(link["task_id"], link["link_id"]) for link in told} == {(two, one)}
    assert (await caller.post(f"/task/{one}/link/{one}")).status == 400


async def test_what_a_user_may_not_see_or_do_is_refused(caller: Caller) -> None:
    """A space that is not shared, a workspace that is not reached, a right that is missing, a task in the trash."""
    simulator = caller.simulator
    task = (await caller.create()).body["id"]
    simulator.captain.may_create = False
    assert (await caller.create()).status == 403
    simulator.captain.sees = frozenset()
    assert (await caller.get(f"/task/{task}")).code == "ACCESS_083"
    assert (await caller.get("/team/9001/space")).body["spaces"] == []
    assert (await caller.get(f"/space/{simulator.space.id}/list")).status == 401
    assert (await caller.get(f"/space/{simulator.space.id}/folder")).status == 401
    simulator.captain.sees = None
    simulator.task(task).deleted = True
    assert (await caller.get(f"/task/{task}")).code == "ITEM_013"
    simulator.captain.reaches = False
    assert (await caller.get("/team")).body["teams"] == []
    for path in ("/team/9001/space", "/team/9001/custom_item", f"/list/{caller.home}", f"/task/{task}"):
        assert (await caller.get(path)).code == "OAUTH_027"


async def test_people_move_tasks_and_look_at_all_of_them(caller: Caller) -> None:
    """The controls of a person: a status by the task's id or custom id, and the whole state."""
    task = (await caller.create()).body["id"]
    control = f"{caller.simulator.url}/_sandbox"
    for key, status in ((task, "in progress"), ("MOB-1", "shipped")):
        url = f"{control}/tickets/{key}/status"
        async with caller.session.post(url, json={"status": status}) as moved:
            assert moved.status == 204
    async with caller.session.get(f"{control}/state") as response:
        (row,) = (await response.json())["tasks"]
    assert (row["key"], row["status"], row["type"]) == (task, "shipped", "done")
