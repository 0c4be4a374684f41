"""The small card under a link of a release: where it stands, what is next and what is in the way; no buttons."""

from datetime import datetime

from bot.views import release_lines as lines
from bot.views.blocks import context, section
from bot.views.release_card import summary
from bot.views.release_lines import Room
from bot.views.rendered import Rendered
from bot.views.text import Mrkdwn, bold, joined, plural, say
from bot.views.words import brief, one_line, person, when
from orchestration.domain.explain import explain
from orchestration.domain.phase import PHASE_TITLES
from orchestration.domain.release import Release

_ROOM = Room(words=200, link=0)


def link_card(release: Release, *, now: datetime) -> Rendered:
    """As it is at `now`: what is posted stays so, and says of when it is."""
    explained = explain(release, now=now)
    said: list[Mrkdwn] = [
        say(
            "{title} · {where}", title=bold(one_line(release.title, 150)), where=PHASE_TITLES[explained.phase]
        )
    ]
    if explained.next:
        said.append(say("Next: {step}", step=lines.step(release, explained.next[0], _ROOM)))
    if explained.obstacles:
        count = plural(len(explained.obstacles), "thing")
        first = brief(explained.obstacles[0].what, _ROOM.words)
        said.append(say("{n} in the way: {what}", n=count, what=first))
    about = say(
        "Target {target} · Captain {captain} · As of {now} · {id}",
        target=when(release.target_at),
        captain=person(release.captain),
        now=when(now),
        id=release.id,
    )
    return Rendered(text=summary(release, explained), blocks=(section(joined(said)), context(about)))
