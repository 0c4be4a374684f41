"""What is told of plans: trains, freezes and rotations in channels and to their owners, captains and exceptions in a
release's thread."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from bot.views.blocks import actions, button, section
from bot.views.news import WORDS, tell
from bot.views.rendered import TEXT, Rendered, paragraphs
from bot.views.role_list import ROLE_NEWS
from bot.views.text import Mrkdwn, bold, bullets, code, escape, joined, mention, say, truncate
from bot.views.values import EXCEPTION_DECLINE, EXCEPTION_GRANT, carried
from bot.views.words import brief, person, told, when
from orchestration.domain.events import Event, EventKind
from orchestration.domain.release import Release

_K = EventKind
_REASONS = 2_000

News = Callable[[Event], Mrkdwn]


def render_news(event: Event) -> Rendered:
    """The message of an event that belongs to no release; KeyError for a kind that is not told so."""
    sentence = NEWS[event.kind](event)
    texts = paragraphs([sentence])
    return Rendered(text=truncate(sentence, size=TEXT), blocks=tuple(section(text) for text in texts))


def _name(event: Event) -> Mrkdwn:
    return bold(brief(event.data.get("name", "A train"), 60))


def _train(event: Event) -> str:
    return event.data.get("train", "")


def _train_saved(event: Event) -> Mrkdwn:
    changed = event.data.get("changed", "")
    if changed == "new":
        words = say("{who} set up the train {name}.", who=person(event.actor.id), name=_name(event))
    else:
        what = brief(changed.replace("_", " "), 200)
        words = say(
            "{who} changed the train {name}: {what}.",
            who=person(event.actor.id),
            name=_name(event),
            what=what,
        )
    return words + say(" {dates} shows what comes.", dates=code(f"/release train dates {_train(event)}"))


def _train_paused(event: Event) -> Mrkdwn:
    return say(
        "{who} paused the train {name}: {why} No more releases are made until {resume}.",
        who=person(event.actor.id),
        name=_name(event),
        why=_ended(brief(event.data.get("reason", ""), WORDS)),
        resume=code(f"/release train resume {_train(event)}"),
    )


def _train_resumed(event: Event) -> Mrkdwn:
    return say("{who} lets the train {name} go on.", who=person(event.actor.id), name=_name(event))


def _train_deleted(event: Event) -> Mrkdwn:
    return say(
        "{who} deleted the train {name}. Releases that it made stay.",
        who=person(event.actor.id),
        name=_name(event),
    )


def _train_blocked(event: Event) -> Mrkdwn:
    reasons = [told(reason) for reason in event.data.get("reason", "").splitlines()]
    return joined(
        [
            say(
                ":x: The train {name} can't make its release for {on}, {owner}:",
                name=_name(event),
                on=event.data.get("on", ""),
                owner=mention(event.data.get("owner", "")),
            ),
            truncate(bullets(reasons), chars=_REASONS),
            say(
                "It is tried again by itself every half hour. Mend it, or leave this date out with {skip}.",
                skip=code(f"/release train skip {_train(event)} {event.data.get('on', '')}"),
            ),
        ]
    )


def _date_skipped(event: Event) -> Mrkdwn:
    return say(
        "{who} skips {on} of the train {name}: no release is made for it.",
        who=person(event.actor.id),
        on=event.data.get("on", ""),
        name=_name(event),
    )


def _date_restored(event: Event) -> Mrkdwn:
    return say(
        "{who} took the skip of {on} back: the train {name} makes its release after all.",
        who=person(event.actor.id),
        on=event.data.get("on", ""),
        name=_name(event),
    )


def _date_missed(event: Event) -> Mrkdwn:
    return say(
        ":x: The train {name} made no release for {on}: {why} {owner}, start it by hand with {start} "
        "if it is still wanted.",
        name=_name(event),
        on=event.data.get("on", ""),
        why=_ended(brief(event.data.get("reason", ""), _REASONS)),
        owner=mention(event.data.get("owner", "")),
        start=code("/release start"),
    )


def _ended(sentence: Mrkdwn) -> Mrkdwn:
    return sentence if sentence.endswith((".", "!", "?", "…")) else sentence + "."


def _freeze_words(event: Event) -> Mrkdwn:
    scope = event.data.get("scope")
    return say(
        "{reason} ({id}, {scope})",
        reason=bold(brief(event.data.get("reason", ""), WORDS)),
        id=event.data.get("freeze", ""),
        scope=brief(scope, 60) if scope else "every release",
    )


def _moment(event: Event, name: str) -> Mrkdwn:
    text = event.data.get(name, "")
    try:
        return when(datetime.fromisoformat(text))
    except ValueError:
        return escape(text)


def _freeze_added(event: Event) -> Mrkdwn:
    return say(
        ":snowflake: {who} plans a freeze: {freeze}, from {start} to {end}. Nothing is released then; "
        "for an exception ask with {ask}, and somebody else grants it.",
        who=person(event.actor.id),
        freeze=_freeze_words(event),
        start=_moment(event, "from"),
        end=_moment(event, "until"),
        ask=code(f"/release freeze exception {event.data.get('freeze', '')}"),
    )


def _freeze_removed(event: Event) -> Mrkdwn:
    return say(
        "{who} removed the freeze {freeze}. What it held goes on.",
        who=person(event.actor.id),
        freeze=_freeze_words(event),
    )


def _freeze_began(event: Event) -> Mrkdwn:
    return say(
        ":snowflake: The freeze has begun: {freeze}, until {end}. Releases stand still.",
        freeze=_freeze_words(event),
        end=_moment(event, "until"),
    )


def _freeze_ended(event: Event) -> Mrkdwn:
    return say("The freeze is over: {freeze}. What it held goes on.", freeze=_freeze_words(event))


def _rotation_saved(event: Event) -> Mrkdwn:
    people = [who for who in event.data.get("order", "").split(", ") if who]
    return say(
        "{who} set the captains of {name}: {order}.",
        who=person(event.actor.id),
        name=_name(event),
        order=joined((code(f"@{who}") if not who.isalnum() else mention(who) for who in people[:15]), ", "),
    )


def _group_not_kept(event: Event) -> Mrkdwn:
    return say(
        ":x: The user group {group} can't be kept by the captain rotation: {why} The rotation goes on without it. "
        "The app needs the scope {scope}, and the workspace must let apps change user groups.",
        group=code(event.data.get("group", "")),
        why=_ended(brief(event.data.get("reason", ""), WORDS)),
        scope=code("usergroups:write"),
    )


def _webhook_disabled(event: Event) -> Mrkdwn:
    return say(
        "The webhook {webhook} is switched off: {why} Its events since then are not sent. Mend the receiver, then "
        "switch it on again over REST.",
        webhook=code(event.data.get("webhook", "")),
        why=_ended(brief(event.data.get("why", ""), WORDS)),
    )


NEWS: Mapping[EventKind, News] = MappingProxyType(
    {
        _K.TRAIN_SAVED: _train_saved,
        _K.TRAIN_PAUSED: _train_paused,
        _K.TRAIN_RESUMED: _train_resumed,
        _K.TRAIN_DELETED: _train_deleted,
        _K.TRAIN_BLOCKED: _train_blocked,
        _K.TRAIN_DATE_SKIPPED: _date_skipped,
        _K.TRAIN_DATE_RESTORED: _date_restored,
        _K.TRAIN_DATE_MISSED: _date_missed,
        _K.FREEZE_ADDED: _freeze_added,
        _K.FREEZE_REMOVED: _freeze_removed,
        _K.FREEZE_BEGAN: _freeze_began,
        _K.FREEZE_ENDED: _freeze_ended,
        _K.ROTATION_SAVED: _rotation_saved,
        _K.GROUP_NOT_KEPT: _group_not_kept,
        _K.WEBHOOK_DISABLED: _webhook_disabled,
        **ROLE_NEWS,
    }
)
"""Kinds that belong to no release and are told, each with its sentence."""


# --- in a release's thread ---


def captain_changed(event: Event, release: Release, _now: datetime) -> Rendered:
    """Somebody else leads the release."""
    sentence = say(
        "{who} made {new} the captain, after {old}.",
        who=person(event.actor.id),
        new=mention(event.data.get("new", "")),
        old=mention(event.data.get("old", "")),
    )
    return tell(release, sentence)


def exception_asked(event: Event, release: Release, _now: datetime) -> Rendered:
    """Somebody asks to let the release go on in a freeze; another person answers."""
    sentence = say(
        "{who} asks to let it go on for {hours} h in the freeze “{about}”: {why} Somebody else must grant it "
        "within a day.",
        who=person(event.actor.id),
        hours=event.data.get("hours", "a few"),
        about=brief(event.data.get("about", ""), 100),
        why=_ended(brief(event.data.get("reason", ""), WORDS)),
    )
    value = carried(release=release.id, freeze=event.data.get("freeze", ""))
    buttons = actions(
        button("Grant", action_id=EXCEPTION_GRANT, value=value, style="primary"),
        button("Decline", action_id=EXCEPTION_DECLINE, value=value),
    )
    return tell(release, sentence, buttons)


def exception_granted(event: Event, release: Release, _now: datetime) -> Rendered:
    """Two people let the release go on for a while."""
    sentence = say(
        "{who} granted the exception that {asked} asked for: it may go on until {until}. {why}",
        who=person(event.actor.id),
        asked=person(event.data.get("asked_by", "")),
        until=_moment(event, "until"),
        why=_ended(brief(event.data.get("reason", ""), WORDS)),
    )
    return tell(release, sentence)


def exception_declined(event: Event, release: Release, _now: datetime) -> Rendered:
    """The release stands still."""
    sentence = say(
        "{who} declined the exception that {asked} asked for: it stands still until the freeze ends.",
        who=person(event.actor.id),
        asked=person(event.data.get("asked_by", "")),
    )
    return tell(release, sentence)
