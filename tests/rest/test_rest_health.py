"""The health of a version over REST: shown with its submission, and overruled by a person, with a reason."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.carrying_out import carry_out
from bot.cli import parser
from bot.settings import Settings
from orchestration.domain.snapshot import StorePlan
from orchestration.domain.store_states import StoreState
from tests.rest.rest_rig import TENANT
from tests.rest.shop import Shop, open_shop
from tests.scenarios.test_engine_health import RULE, STEPS, Watched
from tests.support.distribution import NUMBERS, VERSION, say_yes, stores
from tests.support.rehearsed import ANDROID, ANN, VIEWER

REASON = {"reason": "A crash of one phone"}


@pytest.fixture
async def shop(sqlite_url: str) -> AsyncIterator[Shop]:
    """A version that 5 % have on Android, whose health is poor; requests carry a program's token."""
    company, plans = Watched(), stores(STEPS)
    android = StorePlan(integration="play", rollout=STEPS, health=RULE)
    configured = replace(plans, stores={**plans.stores, ANDROID.key: android})
    counting = {"sentry": company.counting}
    async with open_shop(
        sqlite_url, Shop, company=company, configured=configured, counting=counting
    ) as opened:
        await say_yes(opened.bench, opened.release_id, ANDROID)
        company.play.releases.turn(VERSION, NUMBERS[ANDROID], StoreState.APPROVED)
        await opened.bench.live(steps=2, minutes=10)
        company.used(opened.bench, crashed=30)
        await opened.bench.live(steps=3, minutes=16)
        yield opened


async def test_health_is_overruled_by_a_person(shop: Shop) -> None:
    """Who may edit the release; a program and a viewer may not; once, with a reason that everybody can read."""
    names = await shop.names()
    one = f"/submissions/{names[ANDROID.key]}"
    poor = (await shop.ask("GET", one)).body["health"]
    assert (poor["verdict"], poor["sessions"], poor["crash_free"]) == ("POOR", 1000, 97.0)
    assert "97 % of 1000 sessions" in poor["says"]
    assert (await shop.ask("POST", f"{one}/overrule", REASON)).status == 403
    viewer = await shop.rest.own(VIEWER.id, "read", "release:write", role="viewer")
    assert (await shop.ask("POST", f"{one}/overrule", REASON, token=viewer)).status == 403
    unsaid = await shop.ask("POST", f"{one}/overrule", {"reason": " "}, token=shop.person)
    assert (unsaid.status, set(unsaid.places)) == (422, {"/reason"})
    asked = {"token": shop.person, "Idempotency_Key": "once"}
    done = await shop.ask("POST", f"{one}/overrule", REASON, **asked)
    assert done.status == 200, done.text
    health = done.body["health"]
    assert (health["overruled_by"], health["overruled_because"]) == (ANN.id, REASON["reason"])
    assert (await shop.ask("POST", f"{one}/overrule", REASON, **asked)).body == done.body
    again = await shop.ask("POST", f"{one}/overrule", REASON, token=shop.person)
    assert (again.status, "<@" in again.text) == (409, False)
    kept = [
        (actor, data["reason"]) for kind, actor, data in await shop.rest.told() if kind == "HEALTH_OVERRULED"
    ]
    assert kept == [(ANN.id, REASON["reason"])]


async def test_what_no_rule_judges_is_not_overruled(shop: Shop) -> None:
    """A store without a rule shows no health; there is nothing to overrule, and no submission of another name."""
    names = await shop.names()
    other = next(name for pair, name in names.items() if pair != ANDROID.key)
    assert (await shop.ask("GET", f"/submissions/{other}")).body["health"] is None
    refused = await shop.ask("POST", f"/submissions/{other}/overrule", REASON, token=shop.person)
    assert (refused.status, "no rule judges" in refused.body["detail"]) == (409, True)
    assert (await shop.ask("POST", "/submissions/d99/overrule", REASON, token=shop.person)).status == 404


async def test_health_is_overruled_by_words(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    """`release overrule`, with a token of a person; `release health` shows what was read, and who overruled it."""
    given = {"url": shop.rest.url, "tenant": TENANT, "token": SecretStr(shop.person)}
    words = ["release", "overrule", shop.release_id, ANDROID.key, "A crash of one phone"]
    with capture_logs():
        assert await carry_out(parser().parse_args(words), Settings(**given)) == 0  # type: ignore[arg-type]  # by name
    assert "its health is overruled" in capsys.readouterr().out
    words = ["release", "health", shop.release_id]
    with capture_logs():
        assert await carry_out(parser().parse_args(words), Settings(**given)) == 0  # type: ignore[arg-type]  # by name
    told = capsys.readouterr().out
    assert told.startswith(f"{ANDROID.key}\t")
    assert f"overruled by {ANN.id}" in told
    assert len(told.splitlines()) == 1
