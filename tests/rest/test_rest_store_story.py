"""Submission and rollout over REST alone, to the last user of each store; and the report on it afterwards."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from orchestration.domain.store_states import StoreState
from orchestration.ports.errors import Refused
from tests.rest.shop import Shop, open_shop
from tests.support.distribution import NUMBERS, VERSION
from tests.support.rehearsed import ANDROID, IOS


@dataclass
class Stores(Shop):
    """The shop, with the verbs of its story."""

    async def live(self, *, steps: int, **step: float) -> None:
        """Let time pass."""
        await self.bench.live(steps=steps, **step)

    async def tell(self, pair: str, verb: str, **more: object) -> None:
        """Have a store told by a person, after a look at what follows; and let it be done."""
        one = f"/submissions/{(await self.names())[pair]}"
        follows = await self.ask("POST", f"{one}/preview", {"verb": verb, **more})
        assert follows.body["says"], follows.text
        done = await self.ask("POST", f"{one}/tell", {"verb": verb, **more}, token=self.person)
        assert done.status == 200, done.text
        await self.bench.settle()

    async def state(self, pair: str) -> tuple[str, float]:
        """Where a submission stands, and how many are offered it."""
        body = (await self.ask("GET", f"/submissions/{(await self.names())[pair]}")).body
        return body["state"], body["percent"]


@pytest.fixture
async def shop(sqlite_url: str) -> AsyncIterator[Stores]:
    """A release that waits to be submitted to both stores; requests carry a program's token that may write."""
    async with open_shop(sqlite_url, Stores) as opened:
        yield opened


async def test_both_stores_from_the_question_to_everybody_and_the_report(shop: Stores) -> None:
    """Approved by a person on what is sent, stopped by a program, let out in steps, reported with figures."""
    await approved(shop)
    assert await shop.state(ANDROID.key) == (StoreState.SUBMITTED, 0.0)
    shop.company.play.releases.turn(VERSION, NUMBERS[ANDROID], StoreState.APPROVED)
    shop.company.apple.releases.turn(VERSION, NUMBERS[IOS], StoreState.APPROVED)
    await shop.live(steps=2, minutes=10)
    assert await shop.state(ANDROID.key) == (StoreState.IN_PROGRESS, 5.0)
    await shop.tell(ANDROID.key, "RAISE", percent=20)
    assert await shop.state(ANDROID.key) == (StoreState.IN_PROGRESS, 20.0)
    assert (await shop.ask("POST", "/halt", {"reason": "It crashes"})).status == 200
    await shop.bench.settle()
    assert (await shop.state(ANDROID.key))[0] == StoreState.HALTED
    assert (await shop.state(IOS.key))[0] == StoreState.PAUSED
    await shop.tell(ANDROID.key, "RESUME", reason="It was another app")
    await shop.tell(IOS.key, "RESUME", reason="It was another app")
    await shop.tell(ANDROID.key, "COMPLETE")
    for _ in range(8):
        shop.company.apple.releases.next_day(VERSION, NUMBERS[IOS])
        await shop.live(steps=25, hours=1)
    assert (await shop.ask("GET", "")).body["phase"] == "COMPLETED"
    await reported(shop)


async def approved(shop: Stores) -> None:
    """Both submissions, by a person: a program may not."""
    for gate in (await shop.ask("GET", "/gates")).body["items"]:
        if gate["state"] == "OPEN":
            yes = {"digest": gate["evidence"]["digest"]}
            assert (await shop.ask("POST", f"/gates/{gate['id']}/approve", yes)).status == 403
            answer = await shop.ask("POST", f"/gates/{gate['id']}/approve", yes, token=shop.person)
            assert answer.status == 200, answer.text
    await shop.bench.settle()


async def reported(shop: Stores) -> None:
    """Every stage has its time, the trend ends with this version, and what people waited for is named."""
    report = (await shop.ask("GET", "/report")).body
    assert [each["stage"] for each in report["stages"]] == [
        "KICKOFF",
        "REGRESSION",
        "PRE_RELEASE",
        "DISTRIBUTION",
    ]
    assert report["lead_seconds"] >= timedelta(days=5).total_seconds()
    assert report["trend"][-1] == {"version": VERSION, "seconds": report["lead_seconds"]}
    assert all(each["seconds"] > 0 for each in report["waits"])
    assert (report["done"], report["whole"]) == (True, True)


async def test_to_submit_to_a_store_that_is_followed_is_not_skipped(shop: Stores) -> None:
    """The task stays failed, and the answer says what to do instead."""

    def gates(port: str, verb: str) -> None:
        if (port, verb) == ("play", "submit"):
            raise Refused("The countries are not chosen")

    shop.company.hook = gates
    await approved(shop)
    tasks = (await shop.ask("GET", "/tasks?limit=100")).body["items"]
    (failed,) = [task for task in tasks if task["state"] == "FAILED"]
    for token in (shop.rest.token, shop.person):
        skipped = await shop.ask(
            "POST", f"/tasks/{failed['name']}/skip", {"reason": "Not today"}, token=token
        )
        assert skipped.status == 409
        assert skipped.body["detail"] == (
            "What follows needs this: Submit to Google Play (Android). "
            "Retry it, or do it by hand and mark it as done."
        )
    again = (await shop.ask("GET", "/tasks?limit=100")).body["items"]
    assert [task["name"] for task in again if task["state"] == "FAILED"] == [failed["name"]]
