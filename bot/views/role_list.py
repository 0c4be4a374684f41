"""Who holds which role: the answer of `/release roles`, and what is told when it changes."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from bot.views.blocks import header, section
from bot.views.rendered import Rendered, paragraphs
from bot.views.text import Mrkdwn, bold, code, escape, joined, plural, say, subteam
from bot.views.words import brief, person
from orchestration.domain.events import Event, EventKind
from orchestration.domain.people import EVERYBODY, Grant, is_group

_MOST = 40
_MEANS = (
    ("owner", "everything, roles and connections too"),
    ("editor", "changes, runs, holds, approves and archives releases"),
    ("approver:<area>", "signs for an area, such as qa or product"),
    ("viewer", "sees releases"),
)


def holder(who: str) -> Mrkdwn:
    """A person, a user group or everybody."""
    if who == EVERYBODY:
        return escape("everybody")
    return subteam(who) if is_group(who) else person(who)


def role_list(grants: Sequence[Grant]) -> Rendered:
    """Each role with those who hold it, and what each means."""
    roles: dict[str, list[str]] = {}
    for grant in grants:
        roles.setdefault(grant.role, []).append(grant.holder)
    held = [
        say("{role}: {who}", role=bold(brief(role, 60)), who=_holders(who)) for role, who in roles.items()
    ]
    means = [say("{role}: {does}", role=code(role), does=does) for role, does in _MEANS]
    change = say(
        "{grant} grants one, {revoke} takes it back. A captain is an editor of their own release.",
        grant=code("/release roles grant @bo approver:qa"),
        revoke=code("/release roles revoke @bo approver:qa"),
    )
    texts = paragraphs([*(held or [escape("Nobody holds a role yet.")]), Mrkdwn(" "), *means, change])
    said = plural(len(grants), "role is held", "roles are held")
    return Rendered(
        text=say("Roles: {said}", said=said), blocks=(header("Roles"), *(section(text) for text in texts))
    )


def _holders(who: Sequence[str]) -> Mrkdwn:
    shown = joined((holder(each) for each in who[:_MOST]), ", ")
    return shown if len(who) <= _MOST else shown + f" and {len(who) - _MOST} more"


def _granted(event: Event) -> Mrkdwn:
    return say(
        "{by} gave {who} the role {role}.",
        by=person(event.actor.id),
        who=holder(event.data.get("person", "")),
        role=code(brief(event.data.get("role", ""), 60)),
    )


def _revoked(event: Event) -> Mrkdwn:
    return say(
        "{by} took the role {role} back from {who}.",
        by=person(event.actor.id),
        who=holder(event.data.get("person", "")),
        role=code(brief(event.data.get("role", ""), 60)),
    )


ROLE_NEWS: Mapping[EventKind, Callable[[Event], Mrkdwn]] = MappingProxyType(
    {EventKind.ROLE_GRANTED: _granted, EventKind.ROLE_REVOKED: _revoked}
)
"""How a change of roles is told."""
