"""What a release left behind, without what may differ from one run to the next: ids, times, addresses, order."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.slack.screen import text_on
from sandbox.slack.values import Message
from tests.support.town import Town
from tests.support.townsfolk import key_of

_VARYING = (
    (re.compile(r"REL-[0-9A-Z]{8}"), "REL"),
    (re.compile(r"<!date\^[^>]*>"), "TIME"),
    (re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d UTC)?"), "TIME"),
    (re.compile(r"http://127\.0\.0\.1:\d+[^\s|>)\"]*"), "URL"),
    (re.compile(r"MOB-\d+"), "MOB-N"),
    (re.compile(r"\bbuild \d+"), "build N"),
    (re.compile(r"(?<=\|)(Android|iOS) \d+(?=>)"), r"\1 N"),
    (re.compile(r"[Ee]vidence `?[0-9a-f]{12}`?"), "EVIDENCE"),
)
# Asked only where a late commit stood untested for long enough.
_BY_CHANCE = re.compile(r"untested commits? came after")
# A repeated answer to one person is a nuisance only, and what somebody is told depends on what was cut off.
_TOLD_TO_ALL = ("card:", "gate:", "chapter:", "notice:")


def outcome(town: Town) -> dict[str, Any]:
    """Everything that people find afterwards, by name."""
    return {**_git(town), **_providers(town), **_slack(town)}


def plain(text: str) -> str:
    """A text without what may vary."""
    for pattern, word in _VARYING:
        text = pattern.sub(word, text)
    return text


def _git(town: Town) -> dict[str, Any]:
    git, host = town.world.git, town.world.host
    runs = town.world.builder.runs()
    by_id = Counter(run.correlation for run in runs)
    refs = [ref.name for kind in ("refs/heads", "refs/tags") for ref in git.refs(kind)]
    return {
        # Commits have fixed dates here, so equal histories have equal ids.
        "refs": {name: git.commit_at(name.removeprefix("refs/")) for name in refs},
        "annotated": {n: git.run("cat-file", "-t", n).strip() for n in refs if n.startswith("refs/tags/")},
        "releases": [(page.tag, page.title, plain(page.text)) for page in host.pages()],
        "builds": sorted(
            (run.kind, run.ref, run.commit or "", run.platform, run.version, str(run.passed)) for run in runs
        ),
        "made twice": {**host.doubled(), **{key: n for key, n in by_id.items() if n != 1}},
    }


def _providers(town: Town) -> dict[str, Any]:
    world = town.world
    return {
        "tickets": sorted(
            (plain(t.title), t.kind, sorted(map(plain, t.marks)), t.status) for t in world.tracker.tickets()
        ),
        "test runs": sorted(
            (plain(run.title), run.status, sorted(run.cases.items())) for run in world.lab.test_runs()
        ),
        "store builds": [build for shop in world.shops for build in shop.builds()],
    }


def _slack(town: Town) -> dict[str, Any]:
    said = spoken(town)
    # Of copies the newest counts: it is the one that the bot knows and edits.
    shown = {_where_and_key(m): m for m in said}.values()
    return {
        "messages": sorted((_place(town, m), plain(m.text)) for m in shown if not _BY_CHANCE.search(m.text)),
        "cards": sorted((_place(town, m), plain(text_on(m))) for m in shown if not _notice(m)),
        "said twice": {key: n for key, n in Counter(map(_where_and_key, said)).items() if n != 1},
    }


def spoken(town: Town) -> list[Message]:
    """All that the bot said to everybody, oldest first in each channel."""
    said = (m for kept in town.world.slack.world.messages.values() for m in kept.values())
    return [m for m in said if key_of(m).startswith(_TOLD_TO_ALL)]


def _place(town: Town, message: Message) -> tuple[str, str, bool, bool]:
    channel = town.world.slack.world.channels[message.channel].name
    return (channel, key_of(message).partition(":")[0], bool(message.thread_ts), message.broadcast)


def _notice(message: Message) -> bool:
    return key_of(message).startswith("notice:")


def _where_and_key(message: Message) -> tuple[str, str]:
    return (message.channel, key_of(message))


def out_of_order(town: Town) -> Sequence[str]:
    """The notices of a release that stand behind a newer one in a channel: their keys rise with each change."""
    last: dict[tuple[str, str], tuple[int, int]] = {}
    wrong = []
    for message in filter(_notice, spoken(town)):
        _kind, release, *number_words = key_of(message).split(":")
        number = (int(number_words[0]), int(number_words[1]))
        place = (message.channel, release)
        if number < last.get(place, (0, 0)):
            wrong.append(f"{key_of(message)}: {message.text}")
        last[place] = number
    return wrong


async def inside(town: Town) -> Mapping[str, Any]:
    """What the database holds afterwards: the facts by kind, and what must not be there."""
    events = await town.rows("SELECT kind, count(*) AS n FROM events GROUP BY kind")
    # A try that was cut off may be put off for a while, and then find its run done with no wait at all.
    # And how long a late commit stands untested, so that it is asked about, depends on what was cut off too.
    by_chance = {"TASK_RETRYING", "TASK_WAITING", "DRIFT_FOUND"}
    counted = {row["kind"]: row["n"] for row in events if row["kind"] not in by_chance}
    return {
        # First, for a message that was given up is an event too, and here stands which one and why.
        "dead messages": await town.rows("SELECT key, reason FROM outbox WHERE state = 'DEAD'"),
        "events": counted,
        "tasks": sorted(
            (r["type"], r["pair"] or "", r["state"]) for r in await town.rows("SELECT * FROM tasks")
        ),
        "effects": await town.count("SELECT count(*) FROM effects WHERE state <> 'CONFIRMED'"),
        "failed requests": await town.rows("SELECT key, error FROM inbox WHERE error IS NOT NULL"),
    }
