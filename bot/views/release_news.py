"""Notices about a release as a whole: planned, stages, slots, cycles, holds, lateness, the end."""

from datetime import datetime

from bot.views import release_lines
from bot.views.news import LINK, WORDS, tell
from bot.views.regression_news import moment
from bot.views.release_lines import Room
from bot.views.rendered import Rendered
from bot.views.text import Mrkdwn, code, duration, escape, mention, say
from bot.views.words import HOLD_WORDS, brief, linked, person, when
from orchestration.domain.due import overdue_by
from orchestration.domain.events import Event
from orchestration.domain.explain import explain
from orchestration.domain.holds import HoldCause
from orchestration.domain.release import Release
from orchestration.domain.stages import STAGE_TITLES, SlotState, Stage
from orchestration.domain.tasks import TaskType


def created(event: Event, release: Release, _now: datetime) -> Rendered:
    """A release is planned."""
    sentence = say(
        "{who} planned this {kind}. Kick-off {kick_off}, target {target}, captain {captain}.",
        who=person(event.actor.id),
        kind=f"hotfix of {release.parent.name}" if release.parent else f"{release.type.lower()} release",
        kick_off=when(release.kick_off_at),
        target=when(release.target_at),
        captain=person(release.captain),
    )
    return tell(release, sentence + _of_train(event))


def regression_skipped(event: Event, release: Release, _now: datetime) -> Rendered:
    """Somebody decided that a hotfix goes out without regression; everybody hears it with the reason."""
    reason = brief(event.data.get("reason", "no reason given"), WORDS)
    sentence = say(
        "{who} lets this hotfix go out without regression: {reason}",
        who=person(event.actor.id),
        reason=reason,
    )
    return tell(release, sentence)


def _of_train(event: Event) -> Mrkdwn:
    """Which train made it, and that it comes late."""
    train, promised = event.data.get("train"), moment(event, "promised")
    if train is None:
        return escape("")
    if promised is None:
        return say(" It is of the train {train}.", train=code(brief(train, 60)))
    return say(
        " It is of the train {train} and comes late: its kick-off was planned for {at}.",
        train=code(brief(train, 60)),
        at=when(promised),
    )


def archived(event: Event, release: Release, _now: datetime) -> Rendered:
    """Somebody gave it up; what exists at the providers stays."""
    reason = brief(event.data.get("reason", "no reason given"), WORDS)
    return tell(release, say("{who} archived it: {reason}", who=person(event.actor.id), reason=reason))


def restored(event: Event, release: Release, _now: datetime) -> Rendered:
    """It was put back to an earlier state: machines are looked at again, people are asked again."""
    since = moment(event, "since")
    sentence = say(
        "I was put back to a backup of {since}. What I made after that I look for before I make anything; "
        "what people decided after that I do not know. {captain}, look it through, and say it again where it counts.",
        since=when(since) if since is not None else escape("an earlier time"),
        captain=mention(release.captain),
    )
    return tell(release, sentence)


def stage_started(event: Event, release: Release, _now: datetime) -> Rendered:
    """A stage began."""
    return tell(release, say("{stage} has started.", stage=_stage(event)))


def stage_completed(event: Event, release: Release, _now: datetime) -> Rendered | None:
    """After the last stage of ours the captain decides on the submission; of the others the next one tells."""
    if event.data.get("stage") != Stage.PRE_RELEASE:
        return None
    sentence = say(
        "{stage} is done. It is ready for submission, {captain}.",
        stage=_stage(event),
        captain=mention(release.captain),
    )
    return tell(release, sentence, lines=release_lines.links(release, Room()))


def stage_reopened(event: Event, release: Release, _now: datetime) -> Rendered:
    """Stage 2 runs again."""
    return tell(release, say("{stage} is open again.", stage=_stage(event)))


def _stage(event: Event) -> str:
    stage = event.data.get("stage", "")
    return STAGE_TITLES[Stage(stage)] if stage in set(Stage) else "A stage"


def slot_added(event: Event, release: Release, _now: datetime) -> Rendered | None:
    """A regression slot was planned; one that has begun meanwhile is told by its cycle."""
    if any(s.id == event.data.get("slot") and s.state is SlotState.STARTED for s in release.slots):
        return None
    slot = _slot_time(event)
    return tell(release, say("{who} planned a regression slot{at}.", who=person(event.actor.id), at=slot))


def slot_expired(event: Event, release: Release, _now: datetime) -> Rendered:
    """A slot's time came after the target date: it is not run, and the captain hears of it."""
    sentence = say(
        "The regression slot{at} expired, because the target date {target} has passed. {captain}, {do}",
        at=_slot_time(event),
        target=when(release.target_at),
        captain=mention(release.captain),
        do="move the target date with /release edit or archive the release.",
    )
    return tell(release, sentence)


def target_moved(event: Event, release: Release, _now: datetime) -> Rendered:
    """The target date is another one."""
    old, new = moment(event, "old"), moment(event, "new")
    sentence = say(
        "{who} moved the target date{old} to {new}: {reason}",
        who=person(event.actor.id),
        old=say(" from {at}", at=when(old)) if old is not None else "",
        new=when(new if new is not None else release.target_at),
        reason=brief(event.data.get("reason", "no reason given"), WORDS),
    )
    return tell(release, sentence)


def replanned(event: Event, release: Release, _now: datetime) -> Rendered:
    """It follows its configuration as it is now."""
    sentence = say("{who} re-planned it from its configuration.", who=person(event.actor.id))
    return tell(release, sentence, lines=_changes(event))


def _changes(event: Event) -> list[Mrkdwn]:
    """What changed, from what, to what."""
    names = [name for name in event.data.get("changed", "").split(", ") if name]
    return [
        _changed(name, event.data.get(f"before.{name}"), event.data.get(f"after.{name}")) for name in names
    ]


def _changed(name: str, before: str | None, after: str | None) -> Mrkdwn:
    """One of them; what has no words of its own is told by its name."""
    shown = name.replace("_", " ").capitalize()
    if before is None and after is None:
        return say("• {name} is another now", name=shown)
    was, now = brief(before or "nothing", WORDS), brief(after or "nothing", WORDS)
    return say("• {name}: {before} is now {after}", name=shown, before=was, after=now)


def edited(event: Event, release: Release, _now: datetime) -> Rendered:
    """Something that was ordered is another now: what, from what, to what."""
    lines = _changes(event)
    reason = event.data.get("reason")
    why = say(": {reason}", reason=brief(reason, WORDS)) if reason else escape(".")
    return tell(release, say("{who} edited it{why}", who=person(event.actor.id), why=why), lines=lines)


def _slot_time(event: Event) -> Mrkdwn:
    at = moment(event, "at")
    return say(" of {at}", at=when(at)) if at is not None else escape("")


def cycle_started(event: Event, release: Release, _now: datetime) -> Rendered:
    """A regression cycle began."""
    tag = code(brief(event.data.get("tag", "a new candidate"), WORDS))
    return tell(release, say("Regression cycle {tag} has started.", tag=tag))


def cycle_finished(event: Event, release: Release, _now: datetime) -> Rendered:
    """A regression cycle is done."""
    cycle = event.data.get("cycle")
    url = release.output(TaskType.CREATE_RC_TAG, "url", cycle_id=cycle)
    tag = linked(url, brief(event.data.get("tag", "the candidate"), WORDS), LINK)
    sentence = say("Regression cycle {tag} is done.", tag=tag)
    if release.planned_slots:
        sentence += say(" The next one starts {at}.", at=when(release.planned_slots[0].at))
    return tell(release, sentence)


def hold_placed(event: Event, release: Release, _now: datetime) -> Rendered | None:
    """The release stands still. A failed task is told of by its failure."""
    cause = _cause(event)
    if cause in {None, HoldCause.TASK_FAILURE}:
        return None
    reason = brief(event.data.get("reason", "no reason given"), WORDS)
    if cause is HoldCause.USER:
        sentence = say("{who} put it on hold: {reason}", who=person(event.actor.id), reason=reason)
        return tell(release, sentence)
    captain = mention(release.captain)
    words = HOLD_WORDS[cause]
    sentence = say("{words}: {reason} {captain}", words=words, reason=reason, captain=captain)
    until = moment(event, "until")
    if cause is HoldCause.FREEZE and until is not None:
        ask = code(f"/release freeze exception {release.id}")
        sentence += say(
            " Until {until}; {ask} and a reason asks for an exception.", until=when(until), ask=ask
        )
    return tell(release, sentence)


def hold_lifted(event: Event, release: Release, _now: datetime) -> Rendered | None:
    """A cause to stand still is gone; others may remain."""
    cause = _cause(event)
    if cause in {None, HoldCause.TASK_FAILURE}:
        return None
    if cause is HoldCause.USER:
        sentence = say("{who} took the hold back.", who=person(event.actor.id))
    else:
        sentence = say("No longer: {words}.", words=HOLD_WORDS[cause].lower())
    rest = "Other holds still stand." if release.holds else "It goes on."
    return tell(release, say("{sentence} {rest}", sentence=sentence, rest=rest))


def _cause(event: Event) -> HoldCause | None:
    cause = event.data.get("cause")
    return HoldCause(cause) if cause in set(HoldCause) else None


def kick_off_reminded(_event: Event, release: Release, _now: datetime) -> Rendered:
    """Kick-off comes soon."""
    sentence = say(
        "Kick-off is {at}, {captain}. The branch {branch} is then cut from {base}.",
        at=when(release.kick_off_at),
        captain=mention(release.captain),
        branch=code(release.branch),
        base=code(release.base_branch),
    )
    return tell(release, sentence)


def overdue(_event: Event, release: Release, now: datetime) -> Rendered:
    """The target date has passed."""
    late = overdue_by(release, now=now)
    explained = explain(release, now=now)
    how = f", {duration(late)} ago" if late is not None else ""
    sentence = say(
        "The target date {target} has passed{how}. {captain}, see {why} for what is in the way.",
        target=when(release.target_at),
        how=how,
        captain=mention(release.captain),
        why=code("/release why"),
    )
    return tell(release, sentence, lines=release_lines.obstacles(release, explained, Room()))
