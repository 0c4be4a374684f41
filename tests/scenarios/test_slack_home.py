"""App Home: what it shows to whom, that it follows what happens, and what its buttons do."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from orchestration.domain.events import EventKind
from orchestration.domain.gates import GateState
from sandbox.slack.people import Person
from sandbox.slack.screen import text_on
from sandbox.slack.values import View
from tests.support.office import Office, office


async def shown(o: Office, person: Person, *words: str, but: str = "\0") -> View:
    """The person's home, once it says all of the words and not `but`."""

    def look() -> View | None:
        text = text_on(person.home) if person.home else ""
        return person.home if all(word in text for word in words) and but not in text else None

    return await o.until(look)


async def opened(o: Office, person: Person, *words: str) -> View:
    """Open the home; what it shows."""
    person.opens_home()
    return await shown(o, person, *words, "Updated")


async def test_an_approver_decides_at_home_and_every_copy_follows(tmp_path: Path) -> None:
    """The home brings the whole card; a yes there is a yes, and channel, direct messages and homes show it."""
    async with office(tmp_path, "signing") as o:
        people = (o.bo, o.cleo)
        home, _other = [
            await opened(o, person, "Waiting for you", "Approve Stage 3 of Pixel 2.14.0?", "Evidence")
            for person in people
        ]
        await o.until(lambda: all(o.copies(person) for person in people))
        said = await o.told(o.bo, o.bo.clicks(home, "gate.approve", confirm=True))
        assert "Still needed: 1 more from qa, 1 more from product" in said
        await shown(o, o.bo, "Nothing waits for you")
        await shown(o, o.cleo, f"signed by <@{o.bo.id}>")
        await o.until(lambda: all(f"signed by <@{o.bo.id}>" in text_on(o.copies(p)[0]) for p in people))
        await o.gate(f"signed by <@{o.bo.id}>")
        await o.told(o.cleo, o.cleo.clicks(o.copies(o.cleo)[0], "gate.approve", confirm=True))
        await shown(o, o.cleo, "Nothing waits for you")
        assert not o.slack.violations


async def test_a_stale_button_at_home_is_answered_and_changes_nothing(tmp_path: Path) -> None:
    """What was decided in the meantime is told, by whom too; the home shows how it stands."""
    async with office(tmp_path, "asking") as o:
        old = await opened(o, o.bo, "Approve Stage 3 of Pixel 2.14.0?")
        await o.approves(o.ann)
        await shown(o, o.bo, but="gate.approve")
        said = await o.told(o.bo, o.bo.clicks(old, "gate.approve", confirm=True, stale=True))
        assert f"<@{o.ann.id}>" in said
        assert len(await o.events(EventKind.APPROVAL_GRANTED)) == 1


async def test_the_captain_mends_a_failure_from_home(tmp_path: Path) -> None:
    """A failed task stands there with its reason and its buttons; once it runs again it does not wait any more."""
    async with office(tmp_path, "failed") as o:
        home = await opened(o, o.ann, "Pixel 2.14.0", "failed")
        assert "Waiting for you" in text_on(await opened(o, o.dan, "Nothing waits for you"))
        assert "runs again" in await o.told(o.ann, o.ann.clicks(home, "task.retry"))
        assert len(await o.events(EventKind.TASK_RETRIED)) == 1


async def test_a_pick_is_triaged_from_home(tmp_path: Path) -> None:
    """The captain's home asks by itself as soon as somebody asks; the answer takes the question away."""
    async with office(tmp_path, "asking") as o:
        await opened(o, o.ann, "1 active release")
        assert o.company is not None
        late = o.company.scm.grow("main", ["fix: the crash"])
        await o.says(o.dan, f"/release pick {late}")
        home = await shown(o, o.ann, "asks for the cherry-pick")
        assert "You accepted" in await o.told(o.ann, o.ann.clicks(home, "pick.accept"))
        await shown(o, o.ann, but="asks for the cherry-pick")


async def test_a_drift_waits_for_the_captain_at_home(tmp_path: Path) -> None:
    """Commits that nobody tested are shown with both ways out of it."""
    async with office(tmp_path, "asking") as o:
        await opened(o, o.ann, "Approve Stage 3")
        assert o.company is not None
        o.company.scm.grow("release/2.14.0", ["fix: untested"])
        await o.says(o.bo, "/release approve")
        home = await shown(o, o.ann, "fix: untested")
        await o.ann.clicks(home, "gate.accept_drift")
        form = await o.until(lambda: o.ann.modal)
        said = await o.told(o.ann, o.ann.submits(form, {"reason": "Only the changelog"}))
        assert said
        await shown(o, o.ann, "Approve Stage 3", but="1 condition is not met")


async def test_why_opens_beside_the_home(tmp_path: Path) -> None:
    """A home has no place for an answer: what is only read opens in a window, and no message is sent."""
    async with office(tmp_path, "asking") as o:
        home = await opened(o, o.eve, "1 active release")
        before = o.answers(o.eve)
        await o.eve.clicks(home, "release.why")
        window = await o.until(lambda: o.eve.modal)
        assert "Approve Stage 3" in text_on(window)
        assert o.answers(o.eve) == before


async def test_only_homes_that_were_opened_are_published(tmp_path: Path) -> None:
    """A change orders nothing for people who never looked, and the messages tab is no look."""
    async with office(tmp_path, "asking") as o:
        o.dan.opens_home("messages")
        await opened(o, o.eve, "1 active release")
        await o.says(o.ann, "/release hold Crash on start")
        await shown(o, o.eve, "On hold")
        assert set(o.slack.world.homes) == {o.eve.id}


async def test_a_home_that_says_the_same_is_not_published_again(tmp_path: Path) -> None:
    """A task that begins and ends between two looks costs no call; opening it renews the time it was made."""
    async with office(tmp_path, "asking") as o:
        await opened(o, o.eve, "1 active release")
        before = o.calls("views.publish")
        old = o.eve.home
        assert old is not None
        o.eve.opens_home()
        await o.until(lambda: o.eve.home if o.eve.home and o.eve.home.hash != old.hash else None)
        assert o.calls("views.publish") == before + 1


async def test_who_has_no_role_is_told_whom_to_ask(tmp_path: Path) -> None:
    """Nothing of any release is shown to somebody who may not see it."""
    async with office(tmp_path, "asking") as o:
        async with o.store.work() as work:
            await work.directory.revoke(o.team, o.eve.id, "viewer")
            await work.commit()
        home = await opened(o, o.eve, "Ask an owner")
        assert "Pixel" not in text_on(home)


async def test_an_empty_home_teaches_and_starts_a_release(tmp_path: Path) -> None:
    """The next step is named, and its form is one click away."""
    async with office(tmp_path, "empty") as o:
        home = await opened(o, o.ann, "No release is running", "/release start")
        await o.ann.clicks(home, "release.start")
        assert "Configuration" in text_on(await o.until(lambda: o.ann.modal))


async def test_settings_are_changed_where_they_stand(tmp_path: Path) -> None:
    """A login is linked and a deputy named at home; both appear there."""
    async with office(tmp_path, "signing") as o:
        home = await opened(o, o.bo, "Your login is not known", "Nobody approves in your place")
        await o.bo.clicks(home, "people.login")
        form = await o.until(lambda: o.bo.modal)
        assert set(await o.bo.submits(form, {"Login in source control": "two words"})) == {"login"}
        assert "octocat is" in await o.told(o.bo, o.bo.submits(form, {"Login in source control": "octocat"}))
        home = await shown(o, o.bo, "You are known as", "octocat")
        await o.bo.clicks(home, "people.deputy")
        form = await o.until(lambda: o.bo.modal)
        until = int(o.slack.world.clock()) + 86_400
        await o.told(o.bo, o.bo.submits(form, {"Deputy": o.eve.id, "Until": until}))
        await shown(o, o.bo, f"<@{o.eve.id}> approves in your place")


async def test_a_deputy_is_asked_at_once(tmp_path: Path) -> None:
    """What waits for the one who is away waits for the deputy now: a copy of the card, and at home."""
    async with office(tmp_path, "signing") as o:
        await opened(o, o.eve, "Nothing waits for you")
        assert o.copies(o.eve) == []
        until = datetime.now(UTC) + timedelta(days=2)  # noqa: TID251 - the bot goes by the real clock
        await o.says(o.cleo, f"/release delegate @eve until {until:%Y-%m-%d %H:%M}")
        await o.until(lambda: o.copies(o.eve))
        home = await shown(o, o.eve, "Approve Stage 3 of Pixel 2.14.0?", "You stand in for")
        said = await o.told(o.eve, o.eve.clicks(home, "gate.approve", confirm=True))
        assert f"in the place of <@{o.cleo.id}>" in said
        await o.says(o.cleo, "/release delegate end")
        for person in (o.bo, o.ann):
            await o.told(person, person.clicks(await o.gate("Approve"), "gate.approve", confirm=True))
        await o.until(lambda: "Stage 3 is approved" in text_on(o.copies(o.eve)[0]))
        assert (await o.release()).gates[0].state is GateState.APPROVED


async def test_a_home_that_somebody_else_published_is_rendered_once_more(tmp_path: Path) -> None:
    """Two bots never leave the older state standing: after Slack's refusal of the hash it is read again."""
    async with office(tmp_path, "asking") as o:
        await opened(o, o.eve, "1 active release")
        assert o.eve.home is not None
        await o.comes(lambda: _hash_known(o, o.eve.home.hash if o.eve.home else ""))
        o.slack.world.change_view(o.eve.home, hash="1.by-another-bot")
        await o.says(o.ann, "/release hold Crash on start")
        home = await shown(o, o.eve, "On hold")
        await o.comes(lambda: _hash_known(o, home.hash))


async def _hash_known(o: Office, view_hash: str) -> bool:
    async with o.store.look() as work:
        known = await work.homes.shown(o.team, o.eve.id)
    return known is not None and known.hash == view_hash


async def test_a_role_that_is_granted_or_taken_back_shows_at_home(tmp_path: Path) -> None:
    """Of the person who holds it now, without opening it again; also where a whole group holds it."""
    async with office(tmp_path, "asking") as o:
        async with o.store.work() as work:
            await work.directory.revoke(o.team, o.eve.id, "viewer")
            await work.commit()
        await opened(o, o.eve)
        await shown(o, o.eve, but="Pixel 2.14.0")
        await o.says(o.ann, "/release roles grant @eve viewer")
        await shown(o, o.eve, "Pixel 2.14.0")
        await o.says(o.ann, "/release roles revoke @eve viewer")
        await shown(o, o.eve, but="Pixel 2.14.0")


async def test_quiet_hours_stand_among_the_settings(tmp_path: Path) -> None:
    """As they are, in the words of `/release me`, and as they become while the page is open."""
    async with office(tmp_path, "asking") as o:
        await opened(o, o.bo, "Quiet hours", "You are reached at any time")
        await o.says(o.bo, "/release me quiet 19:00-08:00")
        await shown(o, o.bo, "Quiet hours: 19:00-08:00", but="You are reached at any time")
