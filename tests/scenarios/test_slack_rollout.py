"""Submission and rollout from Slack: asked with evidence, followed by a card for each store, stopped by anybody."""

from pathlib import Path

from orchestration.domain.events import EventKind
from orchestration.domain.phase import Phase, phase
from orchestration.domain.store_states import StoreState
from orchestration.domain.submission import Submission
from orchestration.ports.errors import Refused
from sandbox.slack.people import Person
from sandbox.slack.screen import text_on
from sandbox.slack.values import Message
from tests.support.distribution import NUMBERS, VERSION
from tests.support.office import Office, key_of, office
from tests.support.prepared_stores import Shops
from tests.support.rehearsed import ANDROID, IOS


def _shops(o: Office) -> Shops:
    assert isinstance(o.company, Shops)
    return o.company


async def _turn(o: Office, pair: object, state: StoreState, **more: str) -> None:
    """The store's people or its clock: once it has what was sent."""
    await _submission(o, pair, StoreState.SUBMITTED, StoreState.IN_REVIEW, StoreState.APPROVED)
    shops, number = _shops(o), NUMBERS[IOS if pair == IOS else ANDROID]
    (shops.apple if pair == IOS else shops.play).releases.turn(VERSION, number, state, **more)


async def _submission(o: Office, pair: object, *states: StoreState) -> Submission:
    """The newest of a pair, once it is in one of these states."""

    async def look() -> Submission | None:
        release = await o.release()
        found = next(s for s in release.current_submissions if s.pair == pair)
        return found if found.state in states else None

    found = await o.comes(look)
    assert found is not None
    return found


async def _card(o: Office, pair: object, words: str) -> Message:
    """The newest card of a store under the release's, once it says `words` or has a button of that name."""
    title = "App Store" if pair == IOS else "Play Store"

    def look() -> Message | None:
        replies = [m for card in o.keyed("card:") for m in o.slack.world.replies(card)]
        found = [m for m in replies if key_of(m).startswith("store:") and title in text_on(m)]
        shown = [m for m in found[-1:] if words in text_on(m) or words in str(m.blocks)]
        return shown[0] if shown else None

    return await o.until(look)


async def _yes(o: Office, person: Person, platform: str) -> None:
    said = await o.says(person, f"/release rollout submit {platform}")
    assert "Approve the submission" in said
    card = o.shown(person)[-1]
    assert "approved" in await o.told(person, person.clicks(card, "gate.approve", confirm=True))


async def test_both_stores_from_the_question_to_everybody(tmp_path: Path) -> None:
    """Each store is asked about by name with texts and consequences, has a card that follows it, and is let out."""
    async with office(tmp_path, "submitting") as o:
        asked = await o.says(o.ann, "/release approve")
        assert "/release approve android" in asked
        assert "/release approve ios" in asked
        said = await o.says(o.ann, "/release approve ios")
        for words in (
            "To the App Store: 2.14.0 (4711)",
            "What's new, every language: Fixes",
            "over seven days",
        ):
            assert words in said.replace("*", ""), said
        await _yes(o, o.ann, "ios")
        await _yes(o, o.ann, "android")
        await _card(o, IOS, "Waits for review")
        await _turn(o, IOS, StoreState.IN_REVIEW)
        await _card(o, IOS, "In review")
        await o.card("iOS 2.14.0 (4711)")
        await _turn(o, IOS, StoreState.APPROVED)
        await _turn(o, ANDROID, StoreState.APPROVED)
        await _card(o, IOS, "day 1 of 7")
        play = await _card(o, ANDROID, "5 %")
        assert "Next: 20 %" in text_on(play)
        assert "store.tell.raise" in str(play.blocks)
        assert "20 %" in await o.told(o.dan, o.dan.clicks(play, "store.tell.raise", confirm=True))
        play = await _card(o, ANDROID, "▰▰▱▱▱▱▱▱▱▱ 20 %")
        assert phase(await o.release()) is Phase.ROLLING_OUT
        asked = await o.says(o.dan, "/release rollout complete android")
        assert "can't halt a release that everybody is offered" in asked
        assert (await _submission(o, ANDROID, StoreState.IN_PROGRESS)).percent == 20
        card = o.shown(o.dan)[-1]
        await o.told(o.dan, o.dan.clicks(card, "store.tell.complete", confirm=True))
        await _card(o, ANDROID, "Complete")
        for _ in range(6):
            _shops(o).apple.releases.next_day(VERSION, NUMBERS[IOS])
        await _submission(o, IOS, StoreState.COMPLETE)
        await o.card("Completed")
        assert o.slack.violations == []


async def test_a_rejection_tells_the_reason_and_is_submitted_anew(tmp_path: Path) -> None:
    """iOS comes back while Android is at 20 %: the card has the reason, the button a new question, another build."""
    async with office(tmp_path, "submitting") as o:
        await _yes(o, o.ann, "android")
        await _yes(o, o.ann, "ios")
        await _turn(o, ANDROID, StoreState.APPROVED)
        await _card(o, ANDROID, "5 %")
        assert "being told" in await o.says(o.ann, "/release rollout step 20 android")
        await _card(o, ANDROID, "20 %")
        await _turn(o, IOS, StoreState.REJECTED, detail="Guideline 2.1: it crashes")
        card = await _card(o, IOS, "Guideline 2.1")
        assert "submit it anew" in text_on(card)
        assert "is asked about anew" in await o.told(
            o.ann, o.ann.clicks(card, "store.resubmit", confirm=True)
        )
        old = await o.told(o.ann, o.ann.clicks(card, "store.resubmit", confirm=True, stale=True))
        assert "was submitted anew" in old
        _shops(o).apple.upload(VERSION, "4712", at=o.bot._clock.now())
        assert "Build 4712" in await o.says(o.ann, "/release rollout build 4712 ios")
        await o.gate("2.14.0 (4712)")
        await _yes(o, o.ann, "ios")
        again = await _submission(o, IOS, StoreState.SUBMITTED)
        assert (again.number, again.build) == (2, "4712")
        assert (await _submission(o, ANDROID, StoreState.IN_PROGRESS)).percent == 20


async def test_halt_is_a_word_and_a_button_and_nothing_stands_in_its_way(tmp_path: Path) -> None:
    """d: on hold, with a question open: one word stops every store, tells the way back, and viewers may not."""
    async with office(tmp_path, "submitting") as o:
        await _yes(o, o.ann, "android")
        await _turn(o, ANDROID, StoreState.APPROVED)
        await _card(o, ANDROID, "5 %")
        await o.says(o.ann, "/release hold Crash on start")
        assert "on hold" in await o.says(o.ann, "/release rollout step 20 android")
        assert "You may not" in await o.says(o.eve, "/release halt")
        said = await o.says(o.dan, "/release halt Crash on start")
        assert "halt the rollout" in said
        halted = await _card(o, ANDROID, "Halted")
        for words in ("What can be done now", "Release a hotfix", "greater version code"):
            assert words in text_on(halted)
        stopped = (await o.events(EventKind.STORE_INSTRUCTED))[-1]
        assert (stopped.data["reason"], stopped.actor.id) == ("Crash on start", o.dan.id)
        again = await o.says(o.dan, "/release halt android")
        assert "being told to halt" in again
        await o.says(o.ann, "/release resume")
        assert "being told" in await o.told(
            o.ann,
            o.ann.clicks(await _card(o, ANDROID, "store.tell.resume"), "store.tell.resume", confirm=True),
        )
        await _card(o, ANDROID, "Live")
        card = await o.until(
            lambda: next((m for m in o.keyed("card:") if "store.stop_all" in str(m.blocks)), None)
        )
        assert "Stopping" in await o.told(o.dan, o.dan.clicks(card, "store.stop_all", confirm=True))
        await _card(o, ANDROID, "Halted")


async def test_words_that_do_not_fit_are_answered_with_what_would(tmp_path: Path) -> None:
    """Which store, how many percent, which build, no such word: each says how it is written."""
    async with office(tmp_path, "submitting") as o:
        assert "Not submitted yet" in await o.says(o.ann, "/release rollout")
        for typed, meant in (
            ("rollout explode", "is followed by nothing, or by one of"),
            ("rollout step", "Which store?"),
            ("rollout step many android", "To how many percent"),
            ("rollout build ios", "Which build?"),
            ("rollout submit", "Several questions wait"),
            ("rollout resume android", "so it can't be resumed"),
            ("rollout resubmit ios", "only what came back"),
            ("rollout finish", "Please say why"),
            ("rollout complete android", "can't halt a release"),
        ):
            assert meant in await o.says(o.ann, f"/release {typed}"), typed


async def test_to_submit_to_a_store_that_is_followed_is_not_skipped(tmp_path: Path) -> None:
    """By word and by form the person is told what to do instead; tried again, it is sent, and once."""
    async with office(tmp_path, "submitting") as o:
        shops, closed = _shops(o), [True]

        def gate(verb: str) -> None:
            if closed[0] and verb == "submit":
                raise Refused("The countries are not chosen")

        shops.play._hook = gate
        await _yes(o, o.ann, "android")

        def asks() -> Message | None:
            every = (m for channel in o.slack.world.messages.values() for m in channel.values())
            return next((m for m in every if "task.retry" in str(m.blocks)), None)

        told = await o.until(asks)
        assert told is not None
        words = "What follows needs this: Submit to Google Play (Android). Retry it, or do it by hand"
        said = await o.says(o.ann, "/release skip SUBMIT_TO_PLAY_STORE android No countries today")
        assert words in said
        assert "task.skip" not in str(told.blocks)
        assert await o.events(EventKind.TASK_SKIPPED) == []
        closed[0] = False
        await o.told(o.ann, o.ann.clicks(told, "task.retry"))
        await _submission(o, ANDROID, StoreState.SUBMITTED)
        assert len(await o.events(EventKind.SUBMISSION_SENT)) == 1
