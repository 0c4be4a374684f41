"""The page of metrics: what a bot at work shows, to whom, and that its labels are words of our own."""

import re
from collections.abc import Mapping
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from sqlalchemy import text

from bot.metrics.page import exposed, instruments
from tests.support.office import Office, office

_TOKEN = SecretStr("a-token-of-sixteen-or-more")


async def page_of(o: Office, token: str | None = None) -> tuple[int, str]:
    """Its status, and what it says."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{o.bot.url}/metrics", headers=headers) as answer,
    ):
        return answer.status, await answer.text()


async def _samples(o: Office) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    status, page = await page_of(o)
    assert status == 200
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


def _of(
    samples: Mapping[tuple[str, frozenset[tuple[str, str]]], float], name: str, **labels: str
) -> float | None:
    return samples.get((f"stationmaster_{name}", frozenset(labels.items())))


async def test_a_click_and_a_decision_are_counted(tmp_path: Path) -> None:
    """An approval shows as a request from Slack that was taken, as an event, as messages, and in the phase."""
    async with office(tmp_path, "asking") as o:
        before = await _samples(o)
        assert _of(before, "releases", phase="AWAITING_STAGE_3") == 1
        await o.bo.clicks(await o.gate(), "gate.approve", confirm=True)
        await o.gate("approved")
        after = await _samples(o)
        assert (_of(after, "slack_requests_total", kind="action", outcome="taken") or 0) >= 1
        assert _of(after, "release_events_total", kind="APPROVAL_GRANTED") is not None
        assert (_of(after, "slack_messages_total", kind="GATE", outcome="sent") or 0) >= 1
        assert (_of(after, "loop_claimed_total", loop="inbox") or 0) >= 1
        assert (_of(after, "slack_ack_seconds_count", kind="action") or 0) >= 1
        assert _of(after, "database_up") == _of(after, "slack_connected") == 1


async def test_loops_and_ticks_have_an_age(tmp_path: Path) -> None:
    """Every loop shows when it was last answered, and the scheduler when it gave the time."""
    async with office(tmp_path) as o:
        await o.comes(lambda: _all_looked(o))
        assert (_of(await _samples(o), "tick_timestamp_seconds") or 0) > 0


async def _all_looked(o: Office) -> bool:
    samples = await _samples(o)
    loops = ("work", "inbox", "outbox", "connections", "duties", "webhooks")
    return all(_of(samples, "loop_good_look_timestamp_seconds", loop=loop) for loop in loops)


async def test_without_a_database_the_page_is_there_and_says_so(tmp_path: Path) -> None:
    """What needs no database is still shown; `database_up` is 0."""
    async with office(tmp_path) as o:
        async with o.store._database.writing() as connection:
            await connection.execute(text("ALTER TABLE duties RENAME TO duties_away"))
        samples = await _samples(o)
        assert _of(samples, "database_up") == 0
        assert _of(samples, "slack_connected") == 1


async def test_a_token_is_asked_for_where_there_is_one(tmp_path: Path) -> None:
    """Without the token, or with another one, nothing is shown."""
    async with office(tmp_path, metrics_token=_TOKEN) as o:
        assert (await page_of(o))[0] == 401
        assert (await page_of(o, "a-token-of-sixteen-or-less"))[0] == 401
        assert (await page_of(o, "für-andere"))[0] == 401
        assert (await page_of(o, _TOKEN.get_secret_value()))[0] == 200


async def test_off_loopback_there_is_no_page_without_a_token(tmp_path: Path) -> None:
    """Whoever opens the port to a network does not open the figures by it."""
    async with office(tmp_path, http_host="0.0.0.0") as o:  # noqa: S104 - the case in question
        port = o.bot._runner.addresses[0][1]
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{port}/metrics") as answer,
        ):
            assert answer.status == 404


async def test_no_label_names_a_tenant_a_person_or_a_release(tmp_path: Path) -> None:
    """After work for a release, no label holds an id of Slack or of a release, a channel, or a token."""
    async with office(tmp_path, "asking") as o:
        await o.bo.clicks(await o.gate(), "gate.approve", confirm=True)
        await o.says(o.ann, "/release list")
        _status, page = await page_of(o)
        labels = set(re.findall(r'="([^"]*)"', page))
        world = o.slack.world
        ids = {o.team, o.release_id, *world.users, *world.channels}
        assert not {label for label in labels if any(word in label for word in ids)}
        assert not labels & {user.name for user in world.users.values()}
        assert "xox" not in page


@pytest.mark.parametrize("metric", list(instruments()), ids=exposed)
def test_the_reference_lists_every_metric(metric: object) -> None:
    """`docs/metrics.md` names each, and each name has our prefix."""
    page = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text()
    name = exposed(metric)  # type: ignore[arg-type]  # pytest's parameters have no type
    assert f"| `{name}` |" in page
    assert name.startswith("stationmaster_")
