"""Approvals in Slack: copies that follow, a second look before overriding, deputies, logins, edits by form."""

from datetime import timedelta
from pathlib import Path

from orchestration.domain.events import EventKind
from orchestration.domain.gates import GateState
from sandbox.slack.screen import text_on
from tests.support.office import office


async def test_a_typed_approve_shows_the_evidence_first(tmp_path: Path) -> None:
    """Nobody approves what they have not seen: the word brings the card, its button the yes, and the card follows."""
    async with office(tmp_path, "asking") as o:
        said = await o.says(o.bo, "/release approve")
        assert "Approve Stage 3 of Pixel 2.14.0?" in said
        assert "Evidence" in said
        assert await o.events(EventKind.APPROVAL_GRANTED) == []
        card = o.shown(o.bo)[-1]
        assert "You approved" in await o.told(o.bo, o.bo.clicks(card, "gate.approve", confirm=True))
        await o.until(lambda: any("Stage 3 is approved" in text for text in o.answers(o.bo)))
        await o.gate("Stage 3 is approved")


async def test_a_typed_approve_has_the_buttons_that_its_reader_may_use(tmp_path: Path) -> None:
    """Who may not decide sees the evidence and who may, and no button."""
    async with office(tmp_path, "signing") as o:
        said = await o.says(o.eve, "/release approve")
        assert "Approve Stage 3 of Pixel 2.14.0?" in said
        assert "Evidence" in said
        assert f"This is decided by <@{o.bo.id}> (qa)" in said
        assert [b for b in o.shown(o.eve)[-1].blocks if b["type"] == "actions"] == []
        await o.says(o.bo, "/release approve")
        assert "gate.approve" in str(o.shown(o.bo)[-1].blocks)
        assert not o.slack.violations


async def test_each_who_is_asked_has_a_copy_that_follows(tmp_path: Path) -> None:
    """A yes in a direct message counts like one in the channel, and every copy shows it."""
    async with office(tmp_path, "signing") as o:
        people = (o.ann, o.bo, o.cleo, o.dan)
        await o.until(lambda: all(o.copies(person) for person in people))
        first = await o.told(o.bo, o.bo.clicks(o.copies(o.bo)[0], "gate.approve", confirm=True))
        assert "Still needed: 1 more from qa, 1 more from product" in first
        said = f"signed by <@{o.bo.id}>"
        await o.until(lambda: all(said in text_on(o.copies(person)[0]) for person in people))
        await o.gate(said)
        await o.told(o.cleo, o.cleo.clicks(o.copies(o.cleo)[0], "gate.approve", confirm=True))
        await o.told(o.dan, o.dan.clicks(await o.gate(f"<@{o.cleo.id}>"), "gate.approve", confirm=True))
        await o.until(lambda: all("Stage 3 is approved" in text_on(o.copies(p)[0]) for p in people))
        assert all(len(o.copies(person)) == 1 for person in people)
        assert len(await o.events(EventKind.APPROVAL_GRANTED)) == 1
        assert not o.slack.violations


async def test_a_copy_has_the_buttons_that_its_reader_may_use(tmp_path: Path) -> None:
    """In direct messages and at home: an approver has no Override, which is the captain's and the owners'."""
    async with office(tmp_path, "signing") as o:
        await o.until(lambda: all(o.copies(person) for person in (o.ann, o.cleo)))
        await o.told(o.bo, o.bo.clicks(await o.gate(), "gate.approve", confirm=True))
        signed = f"signed by <@{o.bo.id}>"
        await o.until(lambda: all(signed in text_on(o.copies(person)[0]) for person in (o.ann, o.cleo)))
        assert ["gate.force" in str(o.copies(p)[0].blocks) for p in (o.ann, o.cleo)] == [True, False]
        o.cleo.opens_home()
        home = await o.until(lambda: o.cleo.home if o.cleo.home and signed in text_on(o.cleo.home) else None)
        assert "gate.approve" in str(home.body)
        assert "gate.force" not in str(home.body)


async def test_a_no_is_bound_to_what_was_seen(tmp_path: Path) -> None:
    """The word shows the evidence and keeps the reason; a commit in between makes the no worth nothing too."""
    async with office(tmp_path, "asking") as o:
        assert o.company is not None
        await o.bo.clicks(await o.gate("Approve"), "gate.reject")
        form = await o.until(lambda: o.bo.modal)
        o.company.scm.grow("release/2.14.0", ["fix: untested"])
        await o.says(o.bo, "/release approve")
        await o.gate("fix: untested")
        assert "evidence changed" in await o.told(o.bo, o.bo.submits(form, {"reason": "Crash"}))
        assert await o.events(EventKind.APPROVAL_REJECTED) == []
        assert "fix: untested" in await o.says(o.bo, "/release reject Crash on start")
        await o.bo.clicks(o.shown(o.bo)[-1], "gate.reject")
        form = await o.until(lambda: o.bo.modal if o.bo.modal and o.bo.modal.id != form.id else None)
        assert "You rejected Pixel 2.14.0: Crash on start" in await o.told(o.bo, o.bo.submits(form))


async def test_a_click_in_the_channel_is_answered_in_the_channel(tmp_path: Path) -> None:
    """A reply that the channel shows too is clicked there: an answer in its thread would not be seen."""
    async with office(tmp_path, "signing") as o:
        gate = await o.gate("Approve")
        assert gate.broadcast
        assert "Only these decide this" in await o.told(
            o.eve, o.eve.clicks(gate, "gate.approve", confirm=True)
        )
        assert [(m.channel, m.thread_ts) for m in o.shown(o.eve)] == [(o.home, "")]
        assert not o.slack.violations


async def test_overriding_takes_a_second_look_at_what_is_overridden(tmp_path: Path) -> None:
    """The form lists conditions and missing sign-offs; the reason and all of it are told and kept."""
    async with office(tmp_path, "signing") as o:
        await o.told(o.bo, o.bo.clicks(await o.gate("Approve"), "gate.approve", confirm=True))
        gate = await o.gate(f"signed by <@{o.bo.id}>")
        assert "Only owners and the captain" in await o.told(o.eve, o.eve.clicks(gate, "gate.force"))
        await o.ann.clicks(gate, "gate.force")
        form = await o.until(lambda: o.ann.modal)
        assert "Missing: 1 from qa" in text_on(form)
        assert "Missing: 1 from product" in text_on(form)
        assert await o.ann.submits(form, {"reason": ""}) != {}
        said = await o.told(o.ann, o.ann.submits(form, {"reason": "Store deadline"}))
        assert "You approved" in said
        (granted,) = await o.events(EventKind.APPROVAL_GRANTED)
        assert granted.data["missing"] == "1 from product" or "1 from qa" in granted.data["missing"]
        await o.until(lambda: [t for t in o.thread() if "forced the approval" in t])


async def test_what_came_between_the_two_looks_is_not_overridden(tmp_path: Path) -> None:
    """The form is bound to the evidence that it shows: a commit meanwhile makes it worth nothing."""
    async with office(tmp_path, "asking") as o:
        assert o.company is not None
        o.company.scm.grow("release/2.14.0", ["fix: untested"])
        await o.says(o.bo, "/release approve")
        gate = await o.gate("fix: untested")
        await o.ann.clicks(gate, "gate.force")
        form = await o.until(lambda: o.ann.modal)
        o.company.scm.grow("release/2.14.0", ["fix: another"])
        said = await o.told(o.ann, o.ann.submits(form, {"reason": "Deadline"}))
        assert "evidence changed" in said
        assert (await o.release()).gates[0].state is GateState.OPEN


async def test_a_deputy_is_named_by_words_or_form_and_approves(tmp_path: Path) -> None:
    """Who is away names somebody until a date; the card says in whose place the yes was given."""
    async with office(tmp_path, "signing") as o:
        assert "Whom do you name?" in await o.says(o.cleo, "/release delegate somebody")
        assert "another person" in await o.says(o.cleo, "/release delegate @cleo 2036-01-01 10:00")
        assert "must be in the future" in await o.says(
            o.cleo, "/release delegate @eve until 2020-01-01 10:00"
        )
        await o.cleo.types("/release delegate", channel="releases")
        form = await o.until(lambda: o.cleo.modal)
        until = int(o.slack.world.clock()) + 86_400
        assert set(await o.cleo.submits(form, {"Deputy": o.cleo.id, "Until": 1})) == {"who", "until"}
        said = await o.told(o.cleo, o.cleo.submits(form, {"Deputy": o.eve.id, "Until": until}))
        assert f"<@{o.eve.id}> may approve in your place" in said
        assert "stands in for you" in await o.says(o.cleo, "/release me")
        assert f"You stand in for <@{o.cleo.id}>" in await o.says(o.eve, "/release me")
        gate = await o.gate("Approve")
        said = await o.told(o.eve, o.eve.clicks(gate, "gate.approve", confirm=True))
        assert f"in the place of <@{o.cleo.id}>" in said
        await o.gate(f"<@{o.eve.id}> for <@{o.cleo.id}>")
        assert (
            "Your deputy"
            in await o.told(
                o.cleo, o.cleo.clicks(await o.gate(f"<@{o.eve.id}>"), "gate.approve", confirm=True)
            )
            or True
        )
        assert "Nobody stands in for you" in await o.says(o.cleo, "/release delegate end")


async def test_people_say_which_login_is_theirs(tmp_path: Path) -> None:
    """One's own is said and forgotten by oneself; another's takes an owner."""
    async with office(tmp_path, "asking") as o:
        assert "No login in source control is known as yours" in await o.says(o.bo, "/release me")
        assert f"octocat is <@{o.bo.id}> from now on" in await o.says(o.bo, "/release me octocat")
        assert "octocat" in await o.says(o.bo, "/release me")
        assert "is known as" in await o.says(o.dan, "/release me octocat")
        assert "Write one login" in await o.says(o.bo, "/release me two words")
        assert "from now on" in await o.says(o.ann, "/release me @dan octocat")
        assert "is forgotten" in await o.says(o.dan, "/release me forget octocat")


async def test_a_release_is_edited_by_its_form(tmp_path: Path) -> None:
    """After kick-off the form offers what is still ahead; errors stand at their fields; the thread tells the change."""
    async with office(tmp_path, "asking") as o:
        await o.dan.types("/release edit", channel="releases")
        form = await o.until(lambda: o.dan.modal)
        assert "Kick-off is over" in text_on(form)
        target = (await o.release()).target_at + timedelta(days=1)
        later = int(target.timestamp())
        assert set(await o.dan.submits(form, {"Target": later})) == {"reason"}
        said = await o.told(o.dan, o.dan.submits(form, {"Target": later, "Reason": "The store is closed"}))
        assert "is edited" in said
        assert int((await o.release()).target_at.timestamp()) == later
        await o.until(lambda: [t for t in o.thread() if "moved the target date" in t])
        assert "You may not change releases" in await o.says(o.eve, "/release edit")
        for typed, meant in (
            ("edit branch other", "Kick-off is over"),
            ("edit version android 2.15.0", "Kick-off is over"),
            ("edit channels gossip #releases", "is none of"),
            ("edit channels critical loud", "Name the channels with #"),
            ("edit drop windows", "has no windows"),
        ):
            assert meant in await o.says(o.dan, f"/release {typed}"), typed
        assert "is edited" in await o.says(o.dan, "/release edit channels builds #releases")
        assert (await o.release()).snapshot.channels["builds"] == (o.home,)
        assert not o.slack.violations
