"""Many equal releases on several bots: who works outside, when they are done, and what each of them left."""

import asyncio
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from sandbox.checkmate import CaseStatus, CheckmateSimulator
from tests.support.outcome import inside, out_of_order, outcome, plain, spoken
from tests.support.town import Town
from tests.support.townsfolk import key_of

PAIRS = ("ANDROID-PLAY_STORE",)
# Approved once every condition is met; people work outside only.
BY_ITSELF = {"auto": True, "sign_offs": []}
# No build is late by a clock that is two hours wrong.
UNHURRIED = {"check_every": 1, "gate_check_every": 3, "build_deadline": 86400}
_VERSION = re.compile(r"3\.\d+\.0")
# On the branch, two on the candidate, one on the release tag.
_BUILDS = 4
_LAST_BUILT = (
    "(SELECT count(*) FROM tasks WHERE type = 'CREATE_AAB_BUILD' AND state = 'SUCCEEDED') = :releases"
)


async def work_outside(place: Town) -> None:
    """Testers pass every case and developers finish every ticket as soon as it is there, until cancelled."""
    checkmate = place.world.simulator(CheckmateSimulator)
    while True:
        for run in tuple(checkmate.world.runs):
            checkmate.fill(run, CaseStatus.PASSED, only=CaseStatus.UNTESTED)
        place.world.tracker.finish_all()
        await asyncio.sleep(1)


async def until_done(place: Town, releases: int, *, within: float) -> None:
    """Return once every release has its last build and everything is said; TimeoutError."""
    await place.until_row(f"SELECT 1 WHERE {_LAST_BUILT}", within=within, releases=releases)
    said = "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE not_before_ms IS NOT NULL)"
    await place.until_row(said, within=within)


async def until_next_change(place: Town, releases: int, *, within: float) -> None:
    """Return once something has changed since now, or nothing is left that could; TimeoutError."""
    newest = await place.count("SELECT coalesce(max(seq), 0) FROM events")
    changed = "EXISTS (SELECT 1 FROM events WHERE seq > :newest)"
    await place.until_row(
        f"SELECT 1 WHERE {changed} OR {_LAST_BUILT}", within=within, newest=newest, releases=releases
    )


def all_begun(place: Town, releases: int) -> bool:
    """Whether each release has asked for its last build, with which it ends."""
    return len(place.world.builder.runs()) >= _BUILDS * releases


async def not_whole(place: Town, releases: int) -> list[str]:
    """What is lost, doubled, out of order or unsaid; nothing where all is as it must be."""
    found, stored = outcome(place), await inside(place)
    kinds = Counter(name.split("/")[1] for name in found["refs"])
    checks: Mapping[str, tuple[Any, Any]] = {
        "made twice": (found["made twice"], {}),
        "said twice": (found["said twice"], {}),
        "out of order": (list(out_of_order(place)), []),
        "branches and tags": (dict(kinds), {"heads": 1 + releases, "tags": 2 * releases}),
        "pages of releases": (len(found["releases"]), releases),
        "tickets": (len(found["tickets"]), releases),
        "test runs": (len(found["test runs"]), releases),
        "builds": (len(found["builds"]), _BUILDS * releases),
        "dead messages": (stored["dead messages"], []),
        "effects in doubt": (stored["effects"], 0),
        "audit chain broken at": (await place.audit_broken_at(), None),
        "releases that were spoken of": (len(said_of_each(place)), releases),
    }
    return [
        f"{name}: {there} instead of {wanted}" for name, (there, wanted) in checks.items() if there != wanted
    ]


def said_of_each(place: Town) -> dict[str, Counter[str]]:
    """What was said of each release, its own version left out: of equal releases the same is said."""
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for message in spoken(place):
        release = key_of(message).split(":")[1].partition("/")[0]
        said[release][_VERSION.sub("VERSION", plain(message.text))] += 1
    return said


async def ended_in(place: Town) -> dict[str, Counter[str]]:
    """How the tasks of each release ended."""
    ends: dict[str, Counter[str]] = defaultdict(Counter)
    for row in await place.rows("SELECT release_id, type, pair, state FROM tasks"):
        ends[row["release_id"]][f"{row['type']} {row['pair'] or ''} {row['state']}"] += 1
    return ends
