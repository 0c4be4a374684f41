"""What is kept for people, by the engine alone: when it comes, after new wishes and in other zones, and once."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from orchestration.domain.people import VIEWER, Actor
from orchestration.domain.quiet import Attention, Kept, read_quiet
from orchestration.ports.attention import Face
from orchestration.ports.errors import TryLater
from orchestration.ports.runtime import OutgoingKind, UnitOfWork
from orchestration.services.attention import Wish, ask_for, keep, kept_now
from orchestration.services.duties import work_duty
from orchestration.services.engine import Engine
from tests.support.engine import Bench, bench

TENANT, BO = "T0ONE", Actor(id="U1")
EVENING = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)


@dataclass
class People:
    """The chat's people: Bo, in a zone that may change, or nobody while the chat is away."""

    zone: str = "UTC"
    away: bool = False

    async def face(self, tenant_id: str, person: str) -> Face:
        """Who it is."""
        del tenant_id, person
        if self.away:
            raise TryLater("Slack is away")
        return Face(name="Bo", zone=self.zone)


async def _silent(_work: UnitOfWork, _asked: Attention) -> None:
    """Nobody waits for an answer."""


def _engine(d: Bench, people: People) -> Engine:
    d.clock.at = EVENING
    return replace(d.engine, faces=people)


async def _wish(engine: Engine, wish: Wish) -> None:
    async with engine.work() as work:
        await work.directory.grant(TENANT, BO.id, VIEWER)
        await work.commit()
    await ask_for(engine, TENANT, wish, actor=BO, ending=_silent)


def _hours(text: str) -> Wish:
    window = read_quiet(text)
    return lambda asked: replace(asked, quiet=window)


async def _keep(engine: Engine, key: str) -> bool:
    """Whether it was kept, as the sender would."""
    asked = await kept_now(engine, TENANT, BO.id)
    if asked is not None:
        await keep(engine, TENANT, asked, Kept(person=BO.id, key=key, at=engine.clock.now(), text=key))
    return asked is not None


async def _digests(d: Bench, engine: Engine) -> list[str]:
    """Do what is due, and look at the digests that are to be sent."""
    while duties := await d.store.duties.claim(limit=5):
        for duty in duties:
            await work_duty(engine, d.store.duties, duty)
    found = []
    while letters := await d.store.mailbox.claim(limit=20):
        for letter in letters:
            if letter.outgoing.kind is OutgoingKind.DIGEST:
                found.append(letter.outgoing.payload["lines"])
            await d.store.mailbox.sent(letter, {})
    return found


async def test_everything_that_was_kept_comes_once_when_the_quiet_ends(tmp_path: Path) -> None:
    """Not before; all of it in one; not again, and nothing where nothing was kept."""
    async with bench(tmp_path) as d:
        engine = _engine(d, People())
        await _wish(engine, _hours("19:00-08:00"))
        for key in ("first", "second", "first"):
            assert await _keep(engine, key)
        d.clock.at = EVENING + timedelta(hours=11, minutes=59)
        assert await _digests(d, engine) == []
        d.clock.forward(minutes=1)
        (told,) = await _digests(d, engine)
        assert told.count('"text": "first"') == 1
        assert '"second"' in told
        assert not await _keep(engine, "third")
        d.clock.forward(days=1)
        assert await _digests(d, engine) == []


async def test_a_new_wish_holds_for_what_is_kept_already(tmp_path: Path) -> None:
    """Who takes the quiet back hears at once what they missed; who lengthens it later."""
    async with bench(tmp_path) as d:
        engine = _engine(d, People())
        await _wish(engine, _hours("19:00-08:00"))
        await _keep(engine, "first")
        await _wish(engine, _hours("19:00-10:00"))
        d.clock.forward(hours=13)
        assert await _digests(d, engine) == []
        await _wish(engine, lambda asked: replace(asked, quiet=None))
        assert len(await _digests(d, engine)) == 1


async def test_a_daily_digest_that_is_due_is_not_put_off_by_more_news(tmp_path: Path) -> None:
    """What is kept after its time, while nobody has looked yet, comes with it."""
    async with bench(tmp_path) as d:
        engine = _engine(d, People())
        await _wish(engine, lambda asked: replace(asked, digest=time(9)))
        await _keep(engine, "first")
        d.clock.at = EVENING + timedelta(hours=13, minutes=1)
        await _keep(engine, "second")
        (told,) = await _digests(d, engine)
        assert '"first"' in told
        assert '"second"' in told


async def test_a_person_who_travels_is_left_alone_where_they_are(tmp_path: Path) -> None:
    """The zone is asked for again before the digest; while the chat is away the last one holds."""
    async with bench(tmp_path) as d:
        people = People()
        engine = _engine(d, people)
        await _wish(engine, _hours("19:00-08:00"))
        await _keep(engine, "first")
        people.zone = "America/New_York"
        d.clock.at = EVENING + timedelta(hours=12)
        assert await _digests(d, engine) == []
        people.away = True
        assert await _keep(engine, "second") is False
        people.away = False
        d.clock.at = EVENING + timedelta(hours=17)
        assert len(await _digests(d, engine)) == 1


async def test_two_who_look_at_once_tell_once(tmp_path: Path) -> None:
    """A duty that comes again, because a worker died before it gave it back, has nothing left to tell."""
    async with bench(tmp_path) as d:
        engine = _engine(d, People())
        await _wish(engine, _hours("19:00-08:00"))
        await _keep(engine, "first")
        d.clock.at = EVENING + timedelta(hours=12)
        (duty,) = await d.store.duties.claim(limit=1)
        await work_duty(engine, d.store.duties, duty)
        await work_duty(engine, d.store.duties, duty)
        assert len(await _digests(d, engine)) == 1
