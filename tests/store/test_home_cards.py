"""What is read for a home: no more than it shows."""

from sqlalchemy import insert

from orchestration.services.homes import read_home
from orchestration.store.database import open_engine
from orchestration.store.store import Store
from orchestration.store.tables import messages
from tests.bench.own.stock import Stock, fill, release_of
from tests.bench.own.subject import LEASE
from tests.support.databases import SetClock
from tests.support.engine import ManualClock, engine_on

STOCK = Stock(releases=9, active=4, tenants=1, waiting=0)
PERSON = "U0BENCH"


async def test_the_cards_of_a_home_are_those_of_the_releases_that_it_shows(database_url: str) -> None:
    """Every release counts and its matters are looked for; the way to a card is read for what is listed alone."""
    engine = open_engine(database_url, durable=False)
    await fill(engine, STOCK, person=PERSON)
    made = [release_of(STOCK, number) for number in range(STOCK.releases)]
    async with engine.begin() as connection:
        rows = [
            {
                "tenant_id": r.tenant_id,
                "key": f"card:{r.id}",
                "channel": "C1",
                "ts": "1.1",
                "release_id": r.id,
            }
            for r in made
        ]
        await connection.execute(insert(messages), rows)
    newest = made[-1]
    store = Store(engine, clock=SetClock(newest.created_at), lease=LEASE, owner="w")
    at = engine_on(store, ManualClock(at=newest.created_at)).engine
    home = await read_home(at, newest.tenant_id, PERSON, listed=2)
    assert [r.id for r in home.active] == [r.id for r in reversed(made[5:])]
    assert [r.id for r in home.recent] == [r.id for r in reversed(made[:5])]
    waiting = {each.release.id for each in home.matters}
    assert set(home.cards) == {r.id for r in (*made[:5], *made[-2:])} | waiting
    await store.close()
