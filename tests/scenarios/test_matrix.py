"""One release, end to end, with every provider: each host with each CI that can build it, each tracker, both stores.

The bot is the real one, in a process of its own, over Socket Mode; each provider is asked over its own protocol.
"""

import os
import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import cycle, islice, product
from pathlib import Path

import pytest

from sandbox.parts import BUILDS_ANY_HOST, PARTS, Cast, NoSuchCast, Role, with_role
from sandbox.slack.screen import text_on
from tests.support.contracts import contract
from tests.support.exchange_table import PROPERTY
from tests.support.judged import JUDGES, judged
from tests.support.outcome import inside, out_of_order, outcome, spoken
from tests.support.own_terms import OWN_TERMS
from tests.support.processes import BotProcess, living
from tests.support.town import Town, town
from tests.support.townsfolk import LATE_FIX, VERSION, Townsfolk

BRANCH = f"release/{VERSION}"
TAGS = (f"v{VERSION}-rc.1", f"v{VERSION}-rc.2", f"v{VERSION}")
PLATFORMS = ("ANDROID", "IOS")
ONE_LEFT = "1 condition is not met"

PAIRS = [
    (host, builder)
    for host, builder in product(with_role(Role.SCM), with_role(Role.CICD))
    if builder in {host, *BUILDS_ANY_HOST}
]
TRACKERS = list(with_role(Role.PM))
STORES = tuple(with_role(Role.APP_STORE))


def casts() -> Sequence[Cast]:
    """Every sensible pair and every tracker, or all of them with each other where STATIONMASTER_MATRIX is `whole`."""
    combined = list(product(PAIRS, TRACKERS))
    if os.environ.get("STATIONMASTER_MATRIX") != "whole":  # noqa: TID251 - tests are told by the environment how much is wanted
        most = max(len(PAIRS), len(TRACKERS))
        combined = list(zip(islice(cycle(PAIRS), most), islice(cycle(TRACKERS), most), strict=True))
    return [
        Cast(scm=host, cicd=builder, pm=tracker, app_stores=STORES) for (host, builder), tracker in combined
    ]


@pytest.mark.parametrize(("host", "builder"), list(product(with_role(Role.SCM), with_role(Role.CICD))))
def test_ci_builds_what_it_can_reach(host: str, builder: str) -> None:
    """GitHub Actions, GitLab CI and Pipelines build repositories of their own host; Jenkins builds all of them."""
    if (host, builder) in PAIRS:
        assert Cast(scm=host, cicd=builder).keys[0] == host
        return
    with pytest.raises(
        NoSuchCast, match=f"{builder} builds its own repositories only, and not those of {host}"
    ):
        Cast(scm=host, cicd=builder)


def test_every_provider_is_judged_and_looked_at() -> None:
    """A provider that joins the world is in this matrix, with its vendor's description and what people look at."""
    assert JUDGES.keys() == {"slack", *PARTS}
    assert OWN_TERMS.keys() == PARTS.keys()


@pytest.mark.slow
@pytest.mark.parametrize("cast", casts(), ids=lambda cast: f"{cast.scm}+{cast.cicd}+{cast.pm}")
async def test_a_release_runs_with_every_provider(
    tmp_path: Path, cast: Cast, record_property: Callable[[str, object], None]
) -> None:
    """Two cycles with a late fix, a gate that waits for the tickets, two signatures: everything exists once, on the
    tested commit, in the vendor's own terms; and every exchange is as the vendor describes it."""
    schemas = {key: contract(f"{key}.graphql").read_text() for key, part in PARTS.items() if part.by_schema}
    database = f"sqlite:///{tmp_path / 'bot.db'}"
    fields = {"Priority": "High"}
    async with town(tmp_path / "town", database, cast=cast, schemas=schemas, ticket_fields=fields) as place:
        bot = place.bot()
        async with living(bot):
            await _play(place)
            assert await bot.end() == 0, bot.last_words()
        _check_git(place)
        _check_runs(place)
        await _check_tickets(place)
        _check_stores(place)
        for key in cast.keys:
            found, wanted = OWN_TERMS[key](place.world)
            assert found == wanted, key
        await _check_inside(place, bot)
        record_property(PROPERTY, judged(place.world))


async def _play(place: Town) -> None:
    """The story of the town's people, with a look at the gate while only the tickets are open."""
    people = Townsfolk(place)
    await people.start()
    await people.until("the request for approval", lambda: people.asked() == 1)
    people.test()
    await people.fix_late()
    await people.until("the second request", lambda: people.asked() == 2)
    people.test()
    waits = [f"the ticket {t.key} is {t.status}".casefold() for t in place.world.tracker.tickets()]

    await people.until("the wait for the tickets", lambda: ONE_LEFT in people.keyed("gate:")[-1].text)
    gate = people.keyed("gate:")[-1]
    assert [wait for wait in waits if wait not in text_on(gate).casefold()] == []
    assert "gate.approve" not in str(gate.blocks)
    people.finish_tickets()
    await people.approve()
    await people.until("the end", lambda: people.told("ready for submission"))
    await people.rest()


def _check_git(place: Town) -> None:
    """A branch with the late fix at its head; annotated tags, the last two on what was tested last."""
    git, found = place.world.git, outcome(place)
    head = git.commit_at(f"refs/heads/{BRANCH}")
    assert head is not None
    assert git.commit(head).message == LATE_FIX
    base = git.commit_at(f"refs/heads/{place.world.default_branch}")
    assert found["refs"] == {
        f"refs/heads/{place.world.default_branch}": base,
        f"refs/heads/{BRANCH}": head,
        f"refs/tags/{TAGS[0]}": base,
        f"refs/tags/{TAGS[1]}": head,
        f"refs/tags/{TAGS[2]}": head,
    }
    assert found["annotated"] == dict.fromkeys((f"refs/tags/{tag}" for tag in TAGS), "tag")
    assert found["made twice"] == {}
    (page,) = place.world.host.pages()
    assert page.tag == TAGS[2]
    assert "keep the cart when the app is killed" in page.text
    assert "change 8" in page.text


def _check_runs(place: Town) -> None:
    """Two at kick-off, four in each cycle, two at the end: once each, on the commit of the ref, and told by CI."""
    runs, git = place.world.builder.runs(), place.world.git
    wanted = [("pre-regression", BRANCH, platform) for platform in PLATFORMS]
    wanted += [(kind, tag, p) for kind, tag, p in product(("regression", "automation"), TAGS[:2], PLATFORMS)]
    wanted += [("test-flight", TAGS[2], "IOS"), ("aab", TAGS[2], "ANDROID")]
    assert Counter((run.kind, run.ref.removeprefix("refs/tags/"), run.platform) for run in runs) == Counter(
        wanted
    )
    tested = {tag: git.commit_at(f"refs/tags/{tag}") for tag in TAGS}
    for run in runs:
        assert run.commit == tested.get(run.ref, tested[TAGS[0]]), run
        assert (run.version, run.passed) == (VERSION, True), run
    assert len({run.correlation for run in runs}) == len(runs)


async def _check_tickets(place: Town) -> None:
    """One for each pair, with the label of the release and the pair."""
    (release,) = await place.rows("SELECT id FROM releases")
    tickets = place.world.tracker.tickets()
    marks = Counter(word for ticket in tickets for mark in ticket.marks for word in mark.split())
    for pair in ("ANDROID-PLAY_STORE", "IOS-APP_STORE"):
        assert marks[f"stationmaster-{release['id']}-{pair}"] == 1
    assert Counter((ticket.title, ticket.kind, ticket.done) for ticket in tickets) == {
        (f"Release Pixel {VERSION} for {name}", place.world.tracker.issue_type, True): 1
        for name in ("Android", "iOS")
    }


def _check_stores(place: Town) -> None:
    """Each store has one build, its testers have it, and the thread says so with the store's own number."""
    said = "\n".join(message.text for message in spoken(place))
    for shop in place.world.shops:
        (build,) = shop.builds()
        assert (build.version, build.testers) == (VERSION, (shop.group,))
        assert re.search(rf"\b(TestFlight|App bundle) build {build.number} .* is ready", said), said


async def _check_inside(place: Town, bot: BotProcess) -> None:
    """Nothing is left open, nothing was refused by Slack, nothing was said twice, the audit chain is whole."""
    stored = await inside(place)
    assert (stored["effects"], stored["dead messages"], stored["failed requests"]) == (0, [], [])
    assert {state for _type, _pair, state in stored["tasks"]} == {"SUCCEEDED"}
    assert await place.audit_broken_at() is None
    assert outcome(place)["said twice"] == {}
    assert list(out_of_order(place)) == []
    assert place.world.slack.violations == []
    assert [line for line in bot.said() if line.get("level") in {"error", "critical"}] == []
    told = await place.count("SELECT count(*) FROM inbox WHERE kind = 'callback'")
    assert told >= len(place.world.builder.runs())
