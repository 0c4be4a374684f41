"""Pull requests that the bot opened, in messages: conflicts with who resolves them, and what came of a backmerge."""

import json
from collections.abc import Sequence
from datetime import datetime

from bot.views.news import LINK, WORDS, task_of, tell
from bot.views.rendered import Rendered
from bot.views.text import Mrkdwn, code, escape, joined, mention, say
from bot.views.words import brief, linked, person
from orchestration.domain.events import Event
from orchestration.domain.release import Release
from orchestration.domain.tasks import Task

_MOST = 10


def conflicted(event: Event, release: Release, _now: datetime) -> Rendered:
    """Who wrote what the request brings resolves it: mentioned where we know them, by their login otherwise."""
    task = task_of(event, release)
    what = linked(event.data.get("link"), brief(event.data.get("what", "a pull request"), WORDS), LINK)
    sentence = say("{title} waits for {what}.", title=task.title if task else "A change", what=what)
    people, authors = _texts(event, "people"), _texts(event, "authors")
    named = [mention(one) for one in people] or [person(release.captain)]
    ask = say(
        " {people}, please resolve the conflict in it, then merge it. Its commits are by {authors}; {me} tells me who "
        "you are.",
        people=joined(named, " "),
        authors=joined([brief(author, 60) for author in authors], ", ") or escape("nobody we know"),
        me=code("/release me"),
    )
    return tell(release, sentence + ask)


def merged_back(task: Task, release: Release) -> Mrkdwn:
    """Where the release branch is merged into, or why there is nothing to merge."""
    base, number = task.output.get("base"), task.output.get("number")
    if not base:
        return say("Nothing more to merge back: {why}.", why=task.output.get("state", "nothing is left"))
    if number is None:
        return say(
            "{base} has everything of {branch} already.",
            base=code(brief(base, WORDS)),
            branch=code(brief(release.branch, WORDS)),
        )
    return say(
        "{branch} is merged back into {base} by {pull}.",
        branch=code(brief(release.branch, WORDS)),
        base=code(brief(base, WORDS)),
        pull=linked(task.output.get("url"), f"#{number}", LINK),
    )


def _texts(event: Event, name: str) -> Sequence[str]:
    return tuple(str(each) for each in json.loads(event.data.get(name) or "[]"))[:_MOST]
