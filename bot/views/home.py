"""A person's App Home: what waits for them, what runs, what ended lately, and their own settings."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.views.beginning import first_steps
from bot.views.blocks import VIEW_BLOCKS, Json, actions, button, context, divider, header, home, section
from bot.views.home_matters import Matters, matters
from bot.views.home_settings import SETTINGS, Mine
from bot.views.release_lines import Room, step
from bot.views.text import Mrkdwn, and_more, bold, code, escape, joined, link, plural, say
from bot.views.values import START, WHY, carried
from bot.views.words import HOLD_WORDS, dotted, one_line, person, told, when
from orchestration.domain.explain import explain
from orchestration.domain.matters import Waiting
from orchestration.domain.people import Permission
from orchestration.domain.phase import PHASE_TITLES, phase
from orchestration.domain.release import Release
from orchestration.domain.standing import Rights

ROWS = 20
"""How many active releases are listed at most."""
_ROOM = Room(words=60, link=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """What stands on the page. `links` lead to the cards of releases, by release.

    `rights` are what the person may do about each gate that waits for them.
    """

    mine: Mine
    matters: Sequence[tuple[Release, Waiting]] = ()
    active: Sequence[Release] = ()
    recent: Sequence[Release] = ()
    allowed: frozenset[Permission] = frozenset()
    configured: bool = False
    ownerless: str = ""
    links: Mapping[str, str]
    rights: Mapping[str, Rights] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """A view, and what tells whether it says something else than another one: the time of rendering does not count."""

    view: Json
    digest: str


def home_page(page: Page, *, now: datetime) -> Published:
    """The page within Slack's limits, whatever runs."""
    head = (*_waiting(page, now), divider())
    foot = (*_recent(page), *_settings(page, now), context(say("Updated {now}", now=when(now))))
    room = VIEW_BLOCKS - len(head) - len(foot)
    blocks = (*head, *_active(page, now, room=room), *foot)
    said = json.dumps(blocks, sort_keys=True).replace(json.dumps(when(now))[1:-1], "")
    return Published(view=home(blocks), digest=hashlib.sha256(said.encode()).hexdigest()[:32])


def _waiting(page: Page, now: datetime) -> Iterator[Json]:
    found = matters(Matters(found=page.matters, links=page.links, rights=page.rights), now=now)
    yield header("Waiting for you")
    if found:
        yield from found
    elif page.active or Permission.READ in page.allowed:
        yield section(
            "Nothing waits for you. Approvals, failed tasks, cherry-picks and conditions that need you appear here."
        )
    else:
        grant = code(f"/release roles grant {page.mine.person} viewer")
        how = told(page.ownerless) or say("Ask an owner for one: they type {grant}.", grant=grant)
        yield section(say("You have no role here yet, so no release is shown. {how}", how=how))


def _active(page: Page, now: datetime, *, room: int) -> Iterator[Json]:
    """A row for each release, as many as there is room for; the others are counted."""
    if not page.active and Permission.READ not in page.allowed:
        return
    count = plural(len(page.active), "active release")
    yield header(count if page.active else "Active releases")
    if not page.active:
        yield section(_first_steps(page))
    shown = page.active[: min(ROWS, room - 3)]
    for release in shown:
        yield section(
            _row(release, page, now),
            accessory=button(
                "Why",
                action_id=WHY,
                value=carried(release=release.id),
                accessibility_label=one_line(f"Why {release.title} stands where it is", 75),
            ),
            block_id=f"home:{release.id}",
        )
    if len(page.active) > len(shown):
        more = and_more(len(page.active) - len(shown))
        yield context(say("{more}: {word} lists them", more=more, word=code("/release list")))
    if Permission.EDIT in page.allowed and page.configured:
        yield actions(button("Start a Release…", action_id=START, value="home"), block_id="home:start")


def _first_steps(page: Page) -> Mrkdwn:
    """What a new workspace does next."""
    if page.configured:
        may = Permission.EDIT in page.allowed
        start = say("Start one below, or with {word}.", word=code("/release start")) if may else escape("")
        return joined((one for one in (escape("No release is running."), start) if one), " ")
    return first_steps()


def _row(release: Release, page: Page, now: datetime) -> Mrkdwn:
    """`*Pixel 2.14.0* · Regression · 2 things in the way`, and what comes next."""
    explained = explain(release, now=now)
    obstacles = len(explained.obstacles)
    causes = dict.fromkeys(HOLD_WORDS[hold.cause] for hold in release.holds)
    first = [
        _title(release, page.links),
        escape(". ".join((PHASE_TITLES[explained.phase], *causes))),
        say("{n} in the way", n=plural(obstacles, "thing")) if obstacles else escape(""),
    ]
    coming = explained.next[:1]
    next_ = say("Next: {step}", step=step(release, coming[0], _ROOM)) if coming else escape("")
    about = say("Target {at} · Captain {who}", at=when(release.target_at), who=person(release.captain))
    return joined(line for line in (dotted(first), next_, about) if line)


def _title(release: Release, links: Mapping[str, str]) -> Mrkdwn:
    """The release's name, which leads to its card where that stands already."""
    title, url = one_line(release.title, 80), links.get(release.id)
    return bold(link(url, title)) if url else bold(title)


def _recent(page: Page) -> Iterator[Json]:
    if not page.recent:
        return
    lines = [
        dotted([_title(release, page.links), escape(PHASE_TITLES[phase(release)])]) for release in page.recent
    ]
    yield header("Recent")
    yield section(joined(lines))


def _settings(page: Page, now: datetime) -> Iterator[Json]:
    yield divider()
    yield header("Your settings")
    for part in SETTINGS:
        yield from part(page.mine, now)
