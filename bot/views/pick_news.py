"""Cherry-picks in messages: asked for, accepted, declined, on the branch, or in conflict with it."""

from datetime import datetime

from bot.views import pick_lines
from bot.views.answers import plain_answer
from bot.views.blocks import Json, actions, button
from bot.views.news import WORDS, tell
from bot.views.rendered import Rendered
from bot.views.text import Mrkdwn, code, joined, mention, say
from bot.views.values import PICK_ACCEPT, PICK_DECLINE, carried
from bot.views.words import brief, one_line, person
from orchestration.domain.events import Event
from orchestration.domain.picks import Pick, PickState
from orchestration.domain.release import Release
from orchestration.domain.tasks import Task


def asked(event: Event, release: Release, _now: datetime) -> Rendered | None:
    """Asks the captain, with the two answers as buttons while there is none."""
    pick = _pick(event, release)
    if pick is None:
        return None
    sentence = say(
        "{who} asks for the cherry-pick {change} by {author}.",
        who=person(pick.asked_by),
        change=pick_lines.change(pick),
        author=brief(pick.wanted.author or "somebody", WORDS),
    )
    if pick.state is not PickState.ASKED or release.ended:
        return tell(release, sentence)
    ask = say(" {captain}, do you take it in?", captain=mention(release.captain))
    return tell(release, sentence + ask, pick_buttons(release, pick))


def accepted(event: Event, release: Release, _now: datetime) -> Rendered | None:
    """It comes in, and with which candidate."""
    pick = _pick(event, release)
    if pick is None:
        return None
    sentence = say(
        "{who} accepted the cherry-pick {change}.",
        who=person(event.actor.id),
        change=pick_lines.change(pick),
    )
    return tell(release, sentence + " " + pick_lines.enters(release, pick))


def declined(event: Event, release: Release, _now: datetime) -> Rendered | None:
    """It stays out; the one who asked hears why."""
    pick = _pick(event, release)
    if pick is None:
        return None
    sentence = say(
        "{who} declined the cherry-pick {change}, {asker}: {reason}",
        who=person(event.actor.id),
        change=pick_lines.change(pick),
        asker=mention(pick.asked_by),
        reason=brief(event.data.get("reason", "no reason given"), WORDS),
    )
    return tell(release, sentence)


def picked(task: Task, release: Release) -> Mrkdwn:
    """It is on the branch, as which commit, and which candidate it enters."""
    pick = next(p for p in release.picks if p.id == task.id)
    done = say(
        "{change} is on {branch} as {sha}.",
        change=pick_lines.change(pick),
        branch=code(brief(release.branch, WORDS)),
        sha=code(task.output.get("sha", "unknown")[:10]),
    )
    return done + " " + pick_lines.enters(release, pick)


def refused(task: Task, release: Release) -> Mrkdwn:
    """What the author and the captain do about a pick that the branch does not take. Retrying finds theirs."""
    pick = next(p for p in release.picks if p.id == task.id)
    people = dict.fromkeys([pick.asked_by, release.captain])
    return say(
        "{people}: {author} wrote it. Resolve it with {command} on {branch}, push or merge that, then press Retry: it "
        "finds your commit by the line that -x writes. Or skip it with a reason.",
        people=joined((mention(one) for one in people), " "),
        author=brief(pick.wanted.author or "somebody", WORDS),
        command=code(f"git cherry-pick -x {pick.wanted.commit[:12]}"),
        branch=code(brief(release.branch, WORDS)),
    )


def asked_for(release: Release) -> Rendered:
    """The answer to the one who asked just now."""
    pick = release.picks[-1]
    if pick.state is not PickState.ASKED:
        return decided(release, pick.id)
    sentence = say(
        "Asked {captain} to take {change} into {title}.",
        captain=person(release.captain),
        change=pick_lines.change(pick),
        title=one_line(release.title, 150),
    )
    return plain_answer(sentence)


def decided(release: Release, pick_id: str) -> Rendered:
    """The answer to the one who decided just now."""
    pick = next(p for p in release.picks if p.id == pick_id)
    what = say("{change} for {title}", change=pick_lines.change(pick), title=one_line(release.title, 150))
    if pick.state is PickState.DECLINED:
        return plain_answer(say("You declined {what}.", what=what))
    return plain_answer(
        say("You accepted {what}. {enters}", what=what, enters=pick_lines.enters(release, pick))
    )


def _pick(event: Event, release: Release) -> Pick | None:
    return next((p for p in release.picks if p.id == event.data.get("pick")), None)


def pick_buttons(release: Release, pick: Pick) -> Json:
    """Take it in, or leave it out."""
    value = carried(release=release.id, pick=pick.id)
    about = one_line(pick.wanted.name, 60)
    return actions(
        button("Accept", action_id=PICK_ACCEPT, value=value, accessibility_label=f"Accept {about}"),
        button("Decline", action_id=PICK_DECLINE, value=value, accessibility_label=f"Decline {about}"),
        block_id=f"pick:{pick.id}",
    )
