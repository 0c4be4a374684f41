"""Webhooks: signed, in order, tried again, given up with a word, sent again on request; their secrets stay inside."""

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.webhooks import opened_with
from orchestration.domain.webhooks import PATIENCE
from orchestration.ports.webhooks import Secrets
from orchestration.store.queues import outbox
from orchestration.store.webhook_tables import webhooks
from tests.rest.rest_rig import TENANT, Rest
from tests.rest.webhook_receiver import Receiver, receiving

GUIDE = Path(__file__).parents[2] / "docs" / "webhooks.md"
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def there(database_url: str) -> AsyncIterator[Receiver]:
    """A receiver and a worker, on a database of each kind."""
    async with receiving(database_url) as made:
        yield made


@pytest.fixture
async def quickly(sqlite_url: str) -> AsyncIterator[Receiver]:
    """The same on SQLite, for what does not depend on the database."""
    async with receiving(sqlite_url) as made:
        yield made


def sample() -> Any:
    """The function that the guide gives to receivers."""
    code = re.search(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert code is not None
    names: dict[str, Any] = {}
    exec(code[1], names)  # noqa: S102 - our own page, which must hold what it says
    return names["is_ours"]


def numbers(receiver: Receiver) -> list[int]:
    """The numbers of the events that came in."""
    return [json.loads(body)["seq"] for _, body in receiver.heard]


async def some_events(rest: Rest, count: int) -> None:
    """As many events as that: tokens are made."""
    for _ in range(count):
        await rest.issue("read")


async def test_what_happens_is_told_in_order_and_signed(there: Receiver) -> None:
    """Every event once, oldest first, with a signature that the guide's own code takes, and no other."""
    hook = await there.subscribe("TOKEN_CREATED")
    await some_events(there.rest, 3)
    await there.rest.connected()
    assert await there.work() == 3
    told = await there.rest.told()
    assert [json.loads(body)["kind"] for _, body in there.heard] == ["TOKEN_CREATED"] * 3
    assert numbers(there) == [n for n, (kind, _, _) in enumerate(told, 1) if kind == "TOKEN_CREATED"][-3:]
    ours, secret = sample(), hook.body["secret"]
    clock = there.rest.clock.now().timestamp()
    for headers, body in there.heard:
        given = {name.lower(): value for name, value in headers.items()}
        assert ours(given, body, secret, now=lambda: clock)
        assert not ours(given, body + b" ", secret, now=lambda: clock)
        assert not ours(given, body, "whsec_b3RoZXI=", now=lambda: clock)
        assert not ours(given, body, secret, now=lambda: clock + 301)
        assert not ours({**given, "webhook-id": "another"}, body, secret, now=lambda: clock)
    sent = await there.deliveries(hook.body["id"])
    assert [(d["state"], d["status"], d["attempts"]) for d in sent] == [("DELIVERED", 204, 1)] * 3


async def test_a_secret_is_shown_once_and_kept_sealed(quickly: Receiver) -> None:
    """A repeated order, a look, a list and the rows hold it no more."""
    body = {"url": quickly.url, "events": ["*"]}
    first = await quickly.rest.ask("POST", "/webhooks", body, Idempotency_Key="k")
    again = await quickly.rest.ask("POST", "/webhooks", body, Idempotency_Key="k")
    secret = first.body["secret"]
    assert (again.body["secret"], again.body["id"]) == (None, first.body["id"])
    listed = await quickly.rest.ask("GET", "/webhooks")
    shown = await quickly.rest.ask("GET", f"/webhooks/{first.body['id']}")
    assert secret not in again.text + listed.text + shown.text
    async with quickly.rest.store._database.reading() as connection:
        rows = (await connection.execute(select(webhooks))).all()
    assert secret.encode() not in rows[0].secret
    assert secret not in str(rows[0].doc)
    assert secret not in str(await quickly.rest.told())


async def test_an_error_keeps_what_comes_later_waiting(there: Receiver) -> None:
    """A receiver that fails is asked again and again, later and later; then everything comes in its order, once."""
    hook = await there.subscribe("TOKEN_CREATED")
    there.status = 500
    await some_events(there.rest, 2)
    assert await there.work() == 1
    await some_events(there.rest, 1)
    assert await there.work() == 0
    assert await there.work(after=MINUTE) == 1
    assert len(set(numbers(there))) == 1
    waiting = await there.deliveries(hook.body["id"])
    assert [(d["state"], d["attempts"]) for d in waiting] == [("PENDING", 0), ("PENDING", 0), ("PENDING", 2)]
    assert waiting[-1]["reason"] == "the receiver answered 500"
    there.status = 200
    assert await there.work(after=timedelta(hours=1)) == 3
    assert numbers(there)[2:] == sorted(set(numbers(there)))


@pytest.mark.parametrize(("status", "reason"), [(0, "no answer within"), (302, "answered 302"), (404, "404")])
async def test_what_is_no_yes_is_tried_again(quickly: Receiver, status: int, reason: str) -> None:
    """Silence, a redirect, which is not followed, and any other answer."""
    hook = await quickly.subscribe("TOKEN_CREATED")
    quickly.status = status
    await some_events(quickly.rest, 1)
    assert await quickly.work() == 1
    (delivery,) = await quickly.deliveries(hook.body["id"])
    assert delivery["state"] == "PENDING"
    assert reason in delivery["reason"]
    assert len(quickly.heard) == 1


async def test_a_receiver_that_is_down(quickly: Receiver) -> None:
    """Nothing is lost, and the reason names no address."""
    hook = await quickly.subscribe("TOKEN_CREATED", url="http://127.0.0.1:9/in")
    await some_events(quickly.rest, 1)
    assert await quickly.work() == 1
    (delivery,) = await quickly.deliveries(hook.body["id"])
    assert (delivery["state"], delivery["status"]) == ("PENDING", None)
    assert "127.0.0.1" not in delivery["reason"]


async def test_who_is_gone_is_told_nothing_more(there: Receiver) -> None:
    """410 switches it off at once; who made it hears of it; what happens meanwhile is not sent when it is on again."""
    owner = await there.rest.own("U000ANN01", "admin", role="owner")
    hook = await there.rest.ask(
        "POST", "/webhooks", {"url": there.url, "events": ["TOKEN_CREATED"]}, token=owner
    )
    one = f"/webhooks/{hook.body['id']}"
    there.status = 410
    await some_events(there.rest, 1)
    assert await there.work() == 1
    off = await there.rest.ask("GET", one)
    assert (off.body["active"], off.body["trouble"]) == (False, "the receiver is gone (410)")
    (dead,) = await there.deliveries(hook.body["id"])
    assert dead["state"] == "DEAD"
    async with there.rest.store._database.reading() as connection:
        news = [
            row.payload for row in await connection.execute(select(outbox).where(outbox.c.kind == "NEWS"))
        ]
    assert [(note["user"], "WEBHOOK_DISABLED" in note["event"]) for note in news] == [("U000ANN01", True)]
    there.status = 200
    await some_events(there.rest, 1)
    redeliver = f"{one}/deliveries/{dead['seq']}/redeliver"
    assert (await there.rest.ask("POST", redeliver)).status == 409
    on = await there.rest.ask("PATCH", one, {"active": True}, **off.etag)
    assert (on.body["active"], on.body["trouble"]) == (True, None)
    assert await there.work() == 0
    assert (await there.rest.ask("POST", redeliver)).status == 202
    assert await there.work() == 1


async def test_patience_ends(quickly: Receiver) -> None:
    """Three days of errors end in a dead delivery and a webhook that is off."""
    hook = await quickly.subscribe("TOKEN_CREATED")
    quickly.status = 503
    await some_events(quickly.rest, 1)
    await quickly.work()
    for _ in range(3):
        await quickly.work(after=PATIENCE / 3)
    (dead,) = await quickly.deliveries(hook.body["id"])
    assert dead["state"] == "DEAD"
    shown = await quickly.rest.ask("GET", f"/webhooks/{hook.body['id']}")
    assert shown.body["active"] is False
    assert "3 days" in shown.body["trouble"]
    assert [kind for kind, _, _ in await quickly.rest.told()].count("WEBHOOK_DISABLED") == 1


async def test_a_delivery_is_sent_again_before_what_is_newer(quickly: Receiver) -> None:
    """With the same id and body; one that is on its way is not ordered twice."""
    hook = await quickly.subscribe("TOKEN_CREATED")
    await some_events(quickly.rest, 2)
    await quickly.work()
    one = f"/webhooks/{hook.body['id']}/deliveries"
    first = (await quickly.deliveries(hook.body["id"]))[-1]
    again = await quickly.rest.ask("POST", f"{one}/{first['seq']}/redeliver", Idempotency_Key="k")
    repeat = await quickly.rest.ask("POST", f"{one}/{first['seq']}/redeliver", Idempotency_Key="k")
    assert (again.status, repeat.body) == (202, again.body)
    assert (await quickly.rest.ask("POST", f"{one}/{first['seq']}/redeliver")).status == 409
    assert (await quickly.rest.ask("POST", f"{one}/4711/redeliver")).status == 404
    assert await quickly.work() == 1
    assert quickly.heard[0][1] == quickly.heard[2][1]
    assert quickly.heard[0][0]["webhook-id"] == quickly.heard[2][0]["webhook-id"]
    page = await quickly.rest.ask("GET", f"{one}?limit=1")
    assert page.body["items"][0]["seq"] > first["seq"]
    rest = await quickly.rest.ask("GET", f"{one}?limit=1&cursor={page.body['next']}")
    assert [d["seq"] for d in rest.body["items"]] == [first["seq"]]


async def test_one_worker_serves_a_webhook_at_a_time(there: Receiver) -> None:
    """What is claimed is nobody else's; a worker that lost its lease records nothing, and the event comes again."""
    await there.subscribe("TOKEN_CREATED")
    await some_events(there.rest, 1)
    (errand,) = await there.rest.store.webhooks.claim(limit=8)
    assert await there.rest.store.webhooks.claim(limit=8) == []
    await there.rest.store.webhooks.let_go(errand)
    assert await there.work() == 1
    await there.sender.handle(errand)
    assert len(there.heard) == 2
    (delivery,) = await there.deliveries(errand.webhook.id)
    assert (delivery["state"], delivery["attempts"]) == ("DELIVERED", 1)


@pytest.mark.parametrize(
    "url", ["http://hooks.example/in", "https://10.0.0.1/", "https://169.254.169.254/", "ftp://x", "https://"]
)
async def test_an_address_that_may_not_be_called(quick: Rest, url: str) -> None:
    """It is refused at its field, before anything is kept, also when it is put in the place of a good one."""
    refused = await quick.ask("POST", "/webhooks", {"url": url, "events": ["*"]})
    assert (refused.status, set(refused.places)) == (422, {"/url"})
    good = await quick.ask("POST", "/webhooks", {"url": "https://hooks.example/in", "events": ["*"]})
    changed = await quick.ask("PATCH", f"/webhooks/{good.body['id']}", {"url": url}, **good.etag)
    assert (changed.status, set(changed.places)) == (422, {"/url"})


async def test_all_that_is_wrong_with_a_webhook(quick: Rest) -> None:
    """Kinds of events that do not exist are named, each at its place; two who edit do not undo each other."""
    wrong = await quick.ask("POST", "/webhooks", {"url": "https://hooks.example", "events": ["NO", "*", "X"]})
    assert set(wrong.places) == {"/events/0", "/events/2"}
    hook = await quick.ask("POST", "/webhooks", {"url": "https://hooks.example", "events": ["*"]})
    one = f"/webhooks/{hook.body['id']}"
    assert (await quick.ask("PATCH", one, {"active": False}, **hook.etag)).status == 200
    assert (await quick.ask("PATCH", one, {"active": True}, **hook.etag)).status == 412
    assert (await quick.ask("DELETE", one, **hook.etag)).status == 412
    assert (await quick.ask("DELETE", one)).status == 204
    assert (await quick.ask("GET", one)).status == 404
    assert (await quick.ask("GET", f"{one}/deliveries")).status == 404


def signed_by(receiver: Receiver, *secrets: str) -> list[bool]:
    """Whether the newest delivery is signed with each secret, by the guide's own code."""
    ours, clock = sample(), receiver.rest.clock.now().timestamp()
    headers, body = receiver.heard[-1]
    given = {name.lower(): value for name, value in headers.items()}
    return [ours(given, body, secret, now=lambda: clock) for secret in secrets]


async def test_a_new_secret_and_the_former_sign_for_a_while(there: Receiver) -> None:
    """Both for a day, then the new one alone; the former is kept no longer, and nobody is shown either again."""
    hook = await there.subscribe("TOKEN_CREATED")
    one, old = f"/webhooks/{hook.body['id']}", hook.body["secret"]
    rotated = await there.rest.ask("POST", f"{one}/rotate", {}, Idempotency_Key="k", **hook.etag)
    assert rotated.status == 200, rotated.text
    new = rotated.body["secret"]
    assert new != old
    again = await there.rest.ask("POST", f"{one}/rotate", {}, Idempotency_Key="k", **hook.etag)
    assert (again.body["secret"], again.body["former_until"]) == (None, rotated.body["former_until"])
    assert (await there.rest.ask("POST", f"{one}/rotate", {}, **hook.etag)).status == 412
    await some_events(there.rest, 1)
    assert await there.work() == 1
    assert signed_by(there, old, new, "whsec_b3RoZXI=") == [True, True, False]
    there.rest.clock.advance(timedelta(days=1))
    await some_events(there.rest, 1)
    assert await there.work() == 1
    assert signed_by(there, old, new) == [False, True]
    shown = await there.rest.ask("GET", one)
    assert shown.body["former_until"] is None
    assert await kept(there, hook.body["id"]) == Secrets(current=new)
    assert not {old, new} & set(str(await there.rest.told()).split())


async def kept(receiver: Receiver, webhook_id: str) -> Secrets:
    """What is sealed in the row."""
    async with receiver.rest.store.look() as work:
        webhook = await work.webhooks.find(TENANT, webhook_id)
        assert webhook is not None
        return opened_with(receiver.rest.book.vault, webhook, await work.webhooks.sealed(webhook))


async def test_a_secret_that_others_know_signs_nothing_more(quickly: Receiver) -> None:
    """No overlap: the former one is gone at once. A second change within an overlap drops the oldest."""
    hook = await quickly.subscribe("TOKEN_CREATED")
    rotate, first = f"/webhooks/{hook.body['id']}/rotate", hook.body["secret"]
    second = (await quickly.rest.ask("POST", rotate, {"overlap_hours": 48})).body["secret"]
    third = (await quickly.rest.ask("POST", rotate, {"overlap_hours": 48})).body["secret"]
    await some_events(quickly.rest, 1)
    assert await quickly.work() == 1
    assert signed_by(quickly, first, second, third) == [False, True, True]
    last = await quickly.rest.ask("POST", rotate, {"overlap_hours": 0})
    assert last.body["former_until"] is None
    await some_events(quickly.rest, 1)
    assert await quickly.work() == 1
    assert signed_by(quickly, second, third, last.body["secret"]) == [False, False, True]
    assert set((await quickly.rest.ask("POST", rotate, {"overlap_hours": 169})).places) == {"/overlap_hours"}
