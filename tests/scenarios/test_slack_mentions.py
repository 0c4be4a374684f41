"""Words that are typed in a message to the bot: in threads, where Slack takes no command."""

from pathlib import Path

import pytest

from orchestration.domain.events import EventKind
from orchestration.domain.holds import HoldCause
from orchestration.domain.phase import Phase, phase
from sandbox.slack.people import Person
from sandbox.slack.screen import text_on
from sandbox.slack.values import Message
from tests.support.office import BOTH, Office, office


async def under_card(o: Office, number: int = 0) -> str:
    """The thread of a release's card."""
    await o.until(lambda: len(o.keyed("card:")) > number)
    return o.keyed("card:")[number].ts


async def said(o: Office, person: Person, words: str, *, thread: str = "") -> Message:
    """Mention the bot; the first message that comes as an answer, to this person or to everybody."""
    before = {m.ts for m in _answers(o, person)}
    await person.types(f"@stationmaster {words}", channel="releases", thread=thread)
    return await o.until(lambda: next((m for m in _answers(o, person) if m.ts not in before), None))


def _answers(o: Office, person: Person) -> list[Message]:
    kept = o.slack.world.messages[o.home].values()
    mine = [m for m in kept if m.bot_id and (m.only_for == person.id or _key(m).startswith("answer:"))]
    return sorted(mine, key=lambda m: m.ts)


def _key(message: Message) -> str:
    return str((message.metadata or {}).get("event_payload", {}).get("key", ""))


@pytest.mark.parametrize("transport", BOTH)
async def test_what_everybody_may_read_is_answered_in_the_thread(tmp_path: Path, transport: str) -> None:
    """`why` and `status` of the release whose thread it is, for all who read along."""
    async with office(tmp_path, "asking", transport=transport) as o:
        thread = await under_card(o)
        why = await said(o, o.eve, "why?", thread=thread)
        assert (why.thread_ts, why.only_for) == (thread, "")
        assert "Approve Stage 3" in text_on(why)
        status = await said(o, o.eve, "status", thread=thread)
        assert "Pixel 2.14.0" in text_on(status)
        assert not o.slack.violations


async def test_a_channel_of_another_company_is_one_of_ours(tmp_path: Path) -> None:
    """Slack names the workspace that shares the channel, and apart from it where the app is installed: that counts."""
    async with office(tmp_path, "asking") as o:
        thread = await under_card(o)
        o.slack.world.hosts[o.home] = "T0PARTNER"
        assert "Approve Stage 3" in text_on(await said(o, o.eve, "why?", thread=thread))
        assert not o.slack.violations


async def test_a_word_in_a_thread_is_about_its_release(tmp_path: Path) -> None:
    """Two releases run and the channel has both: the thread tells which one is meant, a named one goes before."""
    async with office(tmp_path, "two") as o:
        await under_card(o, 1)
        cards = sorted(o.keyed("card:"), key=lambda m: "2.14.0" not in text_on(m))
        answer = await said(o, o.ann, "hold Crash on start", thread=cards[1].ts)
        assert "2.15.0 is on hold: Crash on start" in text_on(answer)
        assert (answer.only_for, answer.thread_ts) == (o.ann.id, cards[1].ts)
        assert "Which release?" in text_on(await said(o, o.ann, "why"))
        named = await said(o, o.ann, "resume 2.15.0", thread=cards[0].ts)
        assert "2.15.0 goes on" in text_on(named)


async def test_in_the_channel_the_answer_stands_under_the_question(tmp_path: Path) -> None:
    """Outside a thread what all may read opens one; what is for one person stands in the channel."""
    async with office(tmp_path, "asking") as o:
        await under_card(o)
        asked = await o.eve.types("@stationmaster why", channel="releases")
        assert asked is not None
        await o.until(lambda: [m for m in o.slack.world.replies(asked) if "Approve Stage 3" in text_on(m)])
        answer = await said(o, o.ann, "hold Crash")
        assert (answer.only_for, answer.thread_ts) == (o.ann.id, "")


async def test_elsewhere_nobody_else_reads_the_answer(tmp_path: Path) -> None:
    """People of another channel may not see the release: only the one who asks is told, as with the command."""
    async with office(tmp_path, "asking") as o:
        o.ann.invites("stationmaster", channel="critical")
        await o.told(o.ann, o.ann.types("@stationmaster why 2.14.0", channel="critical"))
        kept = o.slack.world.messages[o.slack.world.channel("critical").id].values()
        assert [m.only_for for m in kept if m.bot_id and "stands where it is" in text_on(m)] == [o.ann.id]


async def test_an_approval_in_a_thread_shows_the_evidence_first(tmp_path: Path) -> None:
    """The card comes for the person alone, with its buttons, and follows their yes."""
    async with office(tmp_path, "asking") as o:
        thread = await under_card(o)
        card = await said(o, o.bo, "approve", thread=thread)
        assert (card.only_for, card.thread_ts) == (o.bo.id, thread)
        assert "Evidence" in text_on(card)
        assert "You approved" in await o.told(o.bo, o.bo.clicks(card, "gate.approve", confirm=True))
        await o.gate("Stage 3 is approved")


async def test_a_form_opens_by_the_button_under_the_answer(tmp_path: Path) -> None:
    """Slack opens no form for a message: the answer says so, and its button opens the form of this release."""
    async with office(tmp_path, "two") as o:
        await under_card(o, 1)
        card = next(m for m in o.keyed("card:") if "2.15.0" in text_on(m))
        answer = await said(o, o.ann, "edit", thread=card.ts)
        assert "Slack opens a form only by a click" in text_on(answer)
        await o.ann.clicks(answer, "word.open")
        assert "2.15.0" in text_on(await o.until(lambda: o.ann.modal))
        answer = await said(o, o.eve, "start", thread=card.ts)
        refused = await o.told(o.eve, o.eve.clicks(answer, "word.open"))
        assert "may not change releases" in refused


async def test_a_word_that_is_none_is_answered_with_those_that_were_meant(tmp_path: Path) -> None:
    """The likely one is one click away; what is like nothing leads to the list."""
    async with office(tmp_path, "asking") as o:
        thread = await under_card(o)
        answer = await said(o, o.eve, "wyh", thread=thread)
        assert "Did you mean" in text_on(answer)
        explained = await o.told(o.eve, o.eve.clicks(answer, "Why"))
        assert "Approve Stage 3" in explained
        assert "lists those that I know" in text_on(await said(o, o.eve, "xyzzy", thread=thread))
        assert "Nothing waits for you" in text_on(await said(o, o.eve, "", thread=thread))


async def test_a_refusal_says_how_the_word_is_written_in_a_thread(tmp_path: Path) -> None:
    """An example with the command would lead nowhere there."""
    async with office(tmp_path, "asking") as o:
        thread = await under_card(o)
        answer = text_on(await said(o, o.ann, "hold", thread=thread))
        assert "Please say why" in answer
        assert "mention me in the place of" in answer
        assert "may not" in text_on(await said(o, o.eve, "hold Crash", thread=thread))


async def test_links_and_names_are_read_as_after_the_command(tmp_path: Path) -> None:
    """Slack writes them in brackets in a message; a link to a pull request is still one."""
    async with office(tmp_path, "asking") as o:
        thread = await under_card(o)
        assert o.company is not None
        late = o.company.scm.grow("main", ["fix: late"])
        commit = await o.company.scm.head_of(late)
        answer = await said(o, o.dan, f"pick {commit.url}", thread=thread)
        assert text_on(answer).startswith("Asked")
        assert len(await o.events(EventKind.PICK_ASKED)) == 1


async def test_an_edited_message_and_another_app_do_nothing(tmp_path: Path) -> None:
    """A correction in an old message must not hold a release a second time, nor may two bots talk to each other."""
    async with office(tmp_path, "asking") as o:
        thread = await under_card(o)
        bot = o.slack.app_install.bot_user
        event = {
            "type": "app_mention",
            "user": o.ann.id,
            "text": f"<@{bot}> hold Crash",
            "ts": o.slack.world.new_ts(),
            "channel": o.home,
            "thread_ts": thread,
        }
        o.slack.workspace.emit("app_mention", {**event, "edited": {"user": o.ann.id, "ts": "1.1"}})
        o.slack.workspace.emit("app_mention", {**event, "bot_id": "B0OTHER"})
        await said(o, o.ann, "why", thread=thread)
        release = await o.release()
        assert [h for h in release.holds if h.cause is HoldCause.USER] == []
        assert phase(release) is not Phase.ARCHIVED


@pytest.mark.parametrize("words", ["/release why", "`/release why`", "/release  WHY?"])
async def test_a_command_that_was_copied_is_understood_behind_a_mention(tmp_path: Path, words: str) -> None:
    """Answers and documents write `/release why`: in a thread the same words are copied behind the mention."""
    async with office(tmp_path, "asking") as o:
        answer = await said(o, o.eve, words, thread=await under_card(o))
        assert "Why Pixel 2.14.0 stands where it is" in text_on(answer)


@pytest.mark.parametrize("words", ["where #1?", "where is #1?", "Where `#1`?"])
async def test_a_question_for_a_change_may_be_a_sentence(tmp_path: Path, words: str) -> None:
    """A question mark and quotes are no part of what is looked for."""
    async with office(tmp_path, "asking") as o:
        answer = await said(o, o.eve, words, thread=await under_card(o))
        assert "No repository of the configured apps knows `#1`" in text_on(answer)
