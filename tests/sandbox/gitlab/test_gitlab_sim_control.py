"""Orders to the simulated GitLab: what a person does there, and a look at what there is."""

from pathlib import Path

import pytest

from tests.sandbox.gitlab.gitlab_caller import Caller, caller

ORDERS = "/_sandbox"


async def _started(gitlab: Caller) -> int:
    body = {"ref": "main", "variables": [{"key": "WORKFLOW", "value": "x"}]}
    return int((await gitlab.ask("POST", "/pipeline", body))[1]["id"])


@pytest.mark.parametrize(
    ("order", "status"), [("pass", "success"), ("hang", "running"), ("manual", "manual")]
)
async def test_a_pipeline_is_steered(tmp_path: Path, order: str, status: str) -> None:
    """To its end, or to a state in which it stays however long the clock runs."""
    async with caller(tmp_path) as (gitlab, clock):
        number = await _started(gitlab)
        assert (await gitlab.ask("POST", f"/pipelines/{number}/{order}", root=ORDERS))[1] == {
            "status": status
        }
        clock.now += 1000
        assert (await gitlab.ask("GET", f"/pipelines/{number}"))[1]["status"] == status


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/pipelines/1001/odd", None, 400),
        ("/pipelines/7/pass", None, 404),
        ("/plan", {"outcome": "odd"}, 400),
        ("/plan", {"nonsense": 1}, 400),
        ("/accounts", {"token": "t", "nonsense": 1}, 400),
        ("/deliveries/3", None, 404),
    ],
)
async def test_wrong_orders_are_told(tmp_path: Path, path: str, body: object, status: int) -> None:
    """A test that misspells an order must not go on."""
    async with caller(tmp_path) as (gitlab, _):
        await _started(gitlab)
        assert (await gitlab.ask("POST", path, body, root=ORDERS))[0] == status


async def test_the_state_tells_what_was_made(tmp_path: Path) -> None:
    """Refs, pipelines with their variables, and the count of each effect."""
    async with caller(tmp_path) as (gitlab, _):
        await gitlab.ask("POST", "/repository/branches", {"branch": "side", "ref": "main"})
        number = await _started(gitlab)
        _, heads, _ = await gitlab.ask(
            "POST", "/commits", {"branch": "side", "titles": ["Mend"]}, root=ORDERS
        )
        state = (await gitlab.ask("GET", "/state", root=ORDERS))[1]["acme/app"]
        assert state["branches"]["side"] == heads["acme/app"]
        assert [(row["id"], row["variables"]) for row in state["pipelines"]] == [(number, {"WORKFLOW": "x"})]
        assert state["made"]["branch side"] == 1


async def test_accounts_limits_and_plans_change(tmp_path: Path) -> None:
    """A token with fewer rights, fewer requests a minute, and pipelines that fail."""
    async with caller(tmp_path) as (gitlab, clock):
        await gitlab.ask("POST", "/accounts", {"token": "t", "scopes": ["read_api"]}, root=ORDERS)
        assert (await gitlab.ask("POST", "/pipeline", {"ref": "main"}, token="t"))[0] == 403
        await gitlab.ask("POST", "/plan", {"outcome": "failed"}, root=ORDERS)
        number = await _started(gitlab)
        clock.now += 10
        assert (await gitlab.ask("GET", f"/pipelines/{number}"))[1]["status"] == "failed"
        await gitlab.ask("POST", "/limits", {"a_minute": 0}, root=ORDERS)
        assert (await gitlab.ask("GET", ""))[0] == 429


async def test_deliveries_are_told_and_repeated(tmp_path: Path) -> None:
    """One to an address where nobody listens has the status 0."""
    async with caller(tmp_path) as (gitlab, _):
        await gitlab.ask("POST", "/hooks", {"url": "http://127.0.0.1:9/", "secret": "s"}, root=ORDERS)
        await _started(gitlab)
        await gitlab.simulator.webhooks.idle()
        (sent,) = (await gitlab.ask("GET", "/deliveries", root=ORDERS))[1]
        assert sent["status"] == 0
        assert (await gitlab.ask("POST", "/deliveries/0", root=ORDERS))[0] == 202
        await gitlab.simulator.webhooks.idle()
        assert len(gitlab.simulator.webhooks.deliveries) == 1
