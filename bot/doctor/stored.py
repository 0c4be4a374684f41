"""The database: does it answer, is its schema ours, and what lies in it that wants a person?"""

from collections.abc import AsyncIterator
from datetime import datetime

from bot.doctor.finding import Finding, broken, clock, fine, worry
from orchestration.store.figures import Figures
from orchestration.store.migrate import Standing
from orchestration.store.store import Store
from orchestration.store.wake import Wake

_OLD = 300.0
_MIGRATE = "Run `stationmaster migrate` with this version"


async def examine_database(store: Store, *, now: datetime) -> AsyncIterator[Finding]:
    """Ends after what keeps the rest from being asked."""
    try:
        found = await store.about()
        standing = await store.standing()
    except Exception as error:  # noqa: BLE001 - whatever keeps it from answering is the finding
        do = "Look whether it runs and whether DATABASE_URL names it with a user and a password that hold"
        yield broken("Database", f"it does not answer ({type(error).__name__})", do)
        return
    yield fine("Database", f"{found.kind} {found.version}")
    for finding in clock("Clock of the database", found.at, now=now):
        yield finding
    match standing:
        case Standing.BEHIND:
            yield broken("Migrations", "the schema is older than this version", _MIGRATE)
            return
        case Standing.AHEAD:
            do = "Upgrade this one too; going back needs the backup from before"
            yield worry("Migrations", "a newer version has migrated the database", do)
        case Standing.AT_HEAD:
            yield fine("Migrations", "the schema is that of this version")
    for finding in _stuck(await store.figures()):
        yield finding


def _stuck(found: Figures) -> list[Finding]:
    rows = [
        (found.outbox_dead, "messages were given up", "See docs/runbooks/messages-given-up.md"),
        (
            sum(found.failed_tasks.values()),
            "tasks failed and wait for a person",
            "`/release why` of each release says what to do; see docs/runbooks/task-failed.md",
        ),
        (found.waits_overdue, "waits are past their deadline", "See docs/runbooks/wait-overdue.md"),
    ]
    findings = [worry("Work", f"{count} {says}", do) for count, says, do in rows if count]
    for kind in (Wake.WORK, Wake.INBOX, Wake.OUTBOX):
        queue = found.queues[kind]
        if queue.oldest > _OLD:
            says = f"{queue.due} pieces of {kind} are due, the oldest for {queue.oldest / 60:.0f} min"
            findings.append(worry("Work", says, "See docs/runbooks/loop-stuck.md: does a bot run?"))
    return findings or [fine("Work", "nothing is stuck")]
