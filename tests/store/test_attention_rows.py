"""How people want to be reached, and what is kept for them, as rows: of one tenant each, kept once, told once."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from orchestration.domain.quiet import Attention, Kept, Quiet
from orchestration.store.store import Store

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
ONE, OTHER = "T0ONE", "T0OTHER"
NIGHT = Attention(
    person="U1",
    name="Bo",
    zone="Europe/Berlin",
    quiet=Quiet(start=time(19), end=time(8)),
    weekends=True,
    digest=time(9, 30),
    fixed=True,
)
NEWS = Kept(person="U1", key="notice:1", at=NOW, text="Still waiting", release_id="REL-1", gate="g1")


async def test_wishes_come_back_as_they_were_said(store: Store) -> None:
    """Each field; the newest wish is the one that holds; another tenant knows nothing of it."""
    off = replace(NIGHT, quiet=None, weekends=False, digest=None, fixed=False)
    for asked in (off, NIGHT):
        async with store.work() as work:
            await work.attentions.save(ONE, asked)
            await work.commit()
        async with store.look() as work:
            assert await work.attentions.of(ONE, "U1") == asked
            assert await work.attentions.of(OTHER, "U1") is None
            assert await work.attentions.of(ONE, "U2") is None


async def test_what_is_kept_is_kept_once_and_told_once(store: Store) -> None:
    """A repeat of the same message changes nothing, before it was told and after."""
    later = replace(NEWS, key="notice:0", at=NOW + timedelta(minutes=1), gate=None, release_id=None)
    async with store.work() as work:
        await work.attentions.keep(ONE, later)
        for text in ("Still waiting", "Said again"):
            await work.attentions.keep(ONE, replace(NEWS, text=text))
        await work.commit()
    async with store.work() as work:
        assert await work.attentions.waiting(ONE, "U1") == [NEWS, later]
        assert await work.attentions.waiting(OTHER, "U1") == []
        assert await work.attentions.is_told(ONE, "U1", "notice:1") is False
        assert await work.attentions.is_told(OTHER, "U1", "notice:1") is None
        await work.attentions.told(OTHER, "U1", at=NOW)
        await work.attentions.told(ONE, "U1", at=NOW)
        await work.attentions.keep(ONE, NEWS)
        await work.commit()
    async with store.look() as work:
        assert await work.attentions.waiting(ONE, "U1") == []
        assert await work.attentions.is_told(ONE, "U1", "notice:1") is True


async def test_what_was_told_long_ago_is_forgotten(store: Store) -> None:
    """After a month nobody sends it again, so nothing need be remembered of it."""
    for days, known in ((0, True), (29, True), (31, None)):
        async with store.work() as work:
            await work.attentions.keep(ONE, NEWS)
            await work.attentions.told(ONE, "U1", at=NOW + timedelta(days=days))
            await work.commit()
        async with store.look() as work:
            assert await work.attentions.is_told(ONE, "U1", "notice:1") is known


async def test_what_is_not_committed_is_not_kept(store: Store) -> None:
    """Like everything else, it is of its transaction."""
    async with store.work() as work:
        await work.attentions.save(ONE, NIGHT)
        await work.attentions.keep(ONE, NEWS)
    async with store.look() as work:
        assert await work.attentions.of(ONE, "U1") is None
        assert await work.attentions.waiting(ONE, "U1") == []
