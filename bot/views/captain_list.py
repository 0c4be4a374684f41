"""The answer of `/release captain`: who leads what runs, whose turn is next, and who is away."""

from datetime import date

from bot.views.blocks import header, section
from bot.views.rendered import Rendered, paragraphs
from bot.views.text import Mrkdwn, bold, code, escape, joined, mention, say
from bot.views.words import brief, dotted, person
from orchestration.domain.rotation import Absence, CaptainsView, Rotation, Scope, away, next_captain

_MOST = 15


def captain_list(shown: CaptainsView, *, today: date) -> Rendered:
    """All of it; nobody is notified by the mentions of an answer that only one person sees."""
    running = [
        dotted([bold(brief(r.title, 80)), code(r.id), person(r.captain)]) for r in shown.running[:_MOST]
    ]
    rotations = [_rotation(scope, rotation, shown, today) for scope, rotation in shown.rotations[:_MOST]]
    absences = [_absence(each) for each in shown.absences[:_MOST]]
    none = say(
        "No rotation yet: {order} makes one, and the next release gets the next captain who is there.",
        order=code("/release captain order @ann @bo"),
    )
    parts = (
        ("Running now", running or [escape("No release is running.")]),
        ("Next", rotations or [none]),
        ("Away", absences or [escape("Nobody is away.")]),
    )
    blocks = [section(text) for title, lines in parts for text in paragraphs([bold(title), *lines])]
    return Rendered(text=say("Captains: {who}", who=_summary(shown)), blocks=(header("Captains"), *blocks))


def _summary(shown: CaptainsView) -> Mrkdwn:
    leading = [
        say("{who} leads {what}", who=person(r.captain), what=brief(r.title, 60)) for r in shown.running[:5]
    ]
    return joined(leading, ", ") if leading else escape("no release is running")


def _rotation(scope: Scope, rotation: Rotation, shown: CaptainsView, today: date) -> Mrkdwn:
    following = next_captain(rotation, shown.absences, today)
    queue = joined(
        (
            mention(who) + (" (away)" if away(who, shown.absences, today) else "")
            for who in rotation.queue[:_MOST]
        ),
        ", ",
    )
    parts = [
        bold(brief(scope.name, 60)),
        code(scope.id),
        say("next {who}", who=mention(following)) if following else escape("nobody of them is there today"),
        say("order {queue}", queue=queue),
    ]
    if rotation.group:
        parts.append(say("kept in {group}", group=code(rotation.group)))
    if rotation.trouble:
        parts.append(say(":x: the group is not kept: {why}", why=brief(rotation.trouble, 200)))
    return dotted(parts)


def _absence(absence: Absence) -> Mrkdwn:
    return say(
        "{who} from {start} to {end}",
        who=mention(absence.person),
        start=absence.from_on.isoformat(),
        end=absence.until_on.isoformat(),
    )
