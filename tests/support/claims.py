"""Who claimed which work, as PostgreSQL saw it: a trigger of the test writes each claim down."""

from collections import Counter

from sqlalchemy import text

from tests.support.town import Town

_WATCH = (
    "CREATE TABLE claimed (owner text NOT NULL, work text NOT NULL, fence bigint NOT NULL)",
    """CREATE FUNCTION note_claim() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN INSERT INTO claimed VALUES (NEW.owner, NEW.id, NEW.fence); RETURN NEW; END $$""",
    """CREATE TRIGGER note_claim AFTER UPDATE ON work FOR EACH ROW
       WHEN (NEW.fence > OLD.fence) EXECUTE FUNCTION note_claim()""",
)


async def watch_claims(town: Town) -> None:
    """Write down every claim from now on."""
    async with town.database.writing() as connection:
        for statement in _WATCH:
            await connection.execute(text(statement))


async def claims_by_pid(town: Town) -> Counter[int]:
    """How many pieces each process claimed; a bot names itself host:pid:code."""
    rows = await town.rows("SELECT owner, count(*) AS n FROM claimed GROUP BY owner")
    return Counter({int(row["owner"].split(":")[1]): row["n"] for row in rows})


async def held_by(town: Town, pid: int) -> int:
    """How much of what the process has claimed is still in its name."""
    return await town.count("SELECT count(*) FROM work WHERE owner LIKE :owner", owner=f"%:{pid}:%")
