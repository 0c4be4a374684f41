"""Logins and deputies as rows: of one tenant each, one person a login, one deputy a person."""

from datetime import UTC, datetime, timedelta

from orchestration.domain.standing import Deputy
from orchestration.store.store import Store

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ONE, OTHER = "T0ONE", "T0OTHER"


async def test_a_login_is_one_persons_and_known_in_any_case(store: Store) -> None:
    """Who claims it last has it; another tenant knows nothing of it."""
    async with store.work() as work:
        await work.people.claim(ONE, "OctoCat", "U1")
        await work.people.claim(ONE, "octocat", "U2")
        await work.people.claim(ONE, "hubot", "U2")
        await work.commit()
    async with store.look() as work:
        assert await work.people.logins(ONE) == {"octocat": "U2", "hubot": "U2"}
        assert await work.people.logins(OTHER) == {}
    async with store.work() as work:
        await work.people.drop(ONE, "OCTOCAT")
        await work.people.drop(ONE, "nobody")
        await work.people.drop(OTHER, "hubot")
        await work.commit()
    async with store.look() as work:
        assert await work.people.logins(ONE) == {"hubot": "U2"}


async def test_a_person_has_one_deputy_until_a_moment(store: Store) -> None:
    """A new one takes the place of the one before; from the moment on, and in other tenants, there is none."""
    first, second = (Deputy(person="U1", deputy=who, until=NOW + DAY) for who in ("U2", "U3"))
    async with store.work() as work:
        for deputy in (first, second):
            await work.people.name_deputy(ONE, deputy)
        await work.commit()
    async with store.look() as work:
        assert await work.people.deputies(ONE, at=NOW) == [second]
        assert await work.people.deputies(ONE, at=NOW + DAY) == []
        assert await work.people.deputies(OTHER, at=NOW) == []
    async with store.work() as work:
        assert not await work.people.end_deputy(OTHER, "U1")
        assert await work.people.end_deputy(ONE, "U1")
        assert not await work.people.end_deputy(ONE, "U1")
        await work.commit()


async def test_what_is_not_committed_is_not_kept(store: Store) -> None:
    """Like everything else, both are of their transaction."""
    async with store.work() as work:
        await work.people.claim(ONE, "octocat", "U1")
    async with store.look() as work:
        assert await work.people.logins(ONE) == {}
