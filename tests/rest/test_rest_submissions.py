"""Stage 4 over REST: submissions are described, previewed and told what to do; a person gives them to more users."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.carrying_out import carry_out
from bot.cli import parser
from bot.settings import Settings
from tests.rest.rest_rig import TENANT
from tests.rest.shop import Shop, open_shop
from tests.support.distribution import NUMBERS, VERSION, say_yes
from tests.support.rehearsed import ANDROID, IOS


@pytest.fixture
async def shop(sqlite_url: str) -> AsyncIterator[Shop]:
    """Requests carry a program's token that may write."""
    async with open_shop(sqlite_url, Shop) as opened:
        yield opened


async def test_a_submission_is_described_before_it_is_sent(shop: Shop) -> None:
    """The texts are those that the store takes, each problem at its language; a build must be at the store."""
    name = (await shop.names())["ANDROID-PLAY_STORE"]
    one = f"/submissions/{name}"
    described = await shop.ask("POST", f"{one}/notes", {"notes": {"en-US": "Fixes", "de-DE": "Korrekturen"}})
    assert described.status == 200, described.text
    assert described.body["notes"] == {"en-US": "Fixes", "de-DE": "Korrekturen"}
    assert (await shop.ask("GET", one)).body == described.body
    long = await shop.ask("POST", f"{one}/notes", {"notes": {"en-US": "x" * 900}})
    assert (long.status, long.body["errors"][0]["pointer"]) == (422, "/notes/en-US")
    assert (await shop.ask("POST", f"{one}/build", {"number": "999"})).status == 409
    assert (await shop.ask("GET", "/submissions/d9")).status == 404
    assert (await shop.ask("POST", f"{one}/resubmit")).status == 409


async def test_how_a_submission_is_sent_is_shown_and_chosen(shop: Shop) -> None:
    """The gate's evidence and the submission say it; a store without the choice says null, and refuses one."""
    gates = (await shop.ask("GET", "/gates")).body["items"]
    offers = [gate["evidence"]["offer"] for gate in gates if gate["kind"] == "SUBMISSION"]
    shown = {offer["build"]: (offer["send_for_review"], offer["pull_back"]) for offer in offers}
    assert shown == {NUMBERS[ANDROID]: (True, False), NUMBERS[IOS]: (None, None)}
    assert any("is sent for review" in says for says in offers[0]["says"])
    one = f"/submissions/{(await shop.names())['ANDROID-PLAY_STORE']}"
    known = (await shop.ask("GET", one)).body
    assert (known["send_for_review"], known["pull_back"]) == (True, False)
    chosen = await shop.ask("POST", f"{one}/review", {"send_for_review": False})
    assert (chosen.status, chosen.body["send_for_review"]) == (200, False), chosen.text
    assert (await shop.ask("POST", f"{one}/review", {"send_for_review": False})).status == 409
    other = (await shop.names())["IOS-APP_STORE"]
    assert (await shop.ask("POST", f"/submissions/{other}/review", {"send_for_review": False})).status == 409
    await say_yes(shop.bench, shop.release_id, ANDROID)
    assert (await shop.ask("GET", one)).body["todo"]
    assert shop.company.play.releases.sent[VERSION, NUMBERS[ANDROID]].order.send_for_review is False


async def test_a_rollout_is_told_by_people_and_stopped_by_anybody(shop: Shop) -> None:
    """A program may look, preview and stop; more users are given by a person, and the store is told by a worker."""
    await say_yes(shop.bench, shop.release_id, ANDROID)
    name = (await shop.names())["ANDROID-PLAY_STORE"]
    one = f"/submissions/{name}"
    preview = await shop.ask("POST", f"{one}/preview", {"verb": "HALT"})
    assert (preview.status, preview.body["irreversible"]) == (200, False)
    assert preview.body["says"]
    order = {"verb": "WITHDRAW", "reason": "A wrong text"}
    assert (await shop.ask("POST", f"{one}/tell", order)).status == 403
    raised = await shop.ask("POST", f"{one}/tell", {"verb": "RAISE", "percent": 20}, token=shop.person)
    assert raised.status == 409
    stopped = await shop.ask("POST", "/halt", {"reason": "Crashes"})
    assert stopped.status == 200, stopped.text
    told = (await shop.ask("GET", one)).body["instruction"]
    assert told is None or told["reason"] == "Crashes"
    events = (await shop.ask("GET", "/activity?limit=50")).body["items"]
    said = next(each for each in events if each["kind"] == "STORE_INSTRUCTED")
    assert (said["data"]["reason"], said["actor_kind"]) == ("Crashes", "TOKEN")


async def test_the_stores_are_stopped_without_a_body(shop: Shop) -> None:
    """In a hurry nobody writes JSON: where all of a body may be absent, the whole of it may. Elsewhere it is needed."""
    await say_yes(shop.bench, shop.release_id, ANDROID)
    stopped = await shop.ask("POST", "/halt")
    assert stopped.status == 200, stopped.text
    assert (await shop.ask("POST", "/hold")).status == 415
    assert (await shop.ask("POST", "/halt", data=b"Crashes")).status == 415


async def test_who_saw_an_older_release_changes_nothing(shop: Shop) -> None:
    """If-Match is heeded by every word about a submission, and a repeat is answered as the first time."""
    name = (await shop.names())["IOS-APP_STORE"]
    body = {"notes": {"en-US": "Fixes"}}
    stale = await shop.ask("POST", f"/submissions/{name}/notes", body, If_Match='"1"')
    assert stale.status == 412
    first = await shop.ask("POST", f"/submissions/{name}/notes", body, Idempotency_Key="k-1")
    again = await shop.ask("POST", f"/submissions/{name}/notes", body, Idempotency_Key="k-1")
    assert (first.status, again.body) == (200, first.body)


async def test_stores_by_words(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    """Where each stands, what would follow before it is told, a person's token for more users, and the halt of all."""

    async def typed(*words: str, token: str) -> int:
        settings = Settings(url=shop.rest.url, tenant=TENANT, token=SecretStr(token))
        with capture_logs():
            return await carry_out(parser().parse_args(["release", *words]), settings)

    await say_yes(shop.bench, shop.release_id, ANDROID)
    assert await typed("stores", shop.release_id, token=shop.rest.token) == 0
    assert "ANDROID-PLAY_STORE\t2.14.0" in capsys.readouterr().out
    rollout = ["rollout", shop.release_id, "android-play_store", "halt"]
    assert await typed(*rollout, token=shop.rest.token) == 2
    told = capsys.readouterr()
    assert told.out.strip()
    assert "repeat it with --yes" in told.err
    assert await typed(*rollout, "--yes", token=shop.rest.token) == 1
    assert "A person decides this" in capsys.readouterr().err
    assert await typed("rollout", shop.release_id, "WEB-WEB", "halt", token=shop.person) == 1
    assert "Which store?" in capsys.readouterr().err
    assert await typed("halt", shop.release_id, "--reason", "Crashes", token=shop.rest.token) == 0
