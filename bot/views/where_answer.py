"""Where a change is, for the one who asks and, shared, for a channel."""

import json
from datetime import datetime

from bot.views.blocks import Json, actions, button, context, section
from bot.views.rendered import MESSAGE, TEXT, Rendered, fit, paragraphs
from bot.views.text import Mrkdwn, bold, code, escape, joined, say, truncate
from bot.views.values import WHERE_SHARE, carried
from bot.views.words import brief, dotted, linked, one_line, person, when
from orchestration.domain.builds import Build
from orchestration.domain.phase import PHASE_TITLES, Phase, phase
from orchestration.domain.release import Release
from orchestration.domain.whereabouts import Departure, Held, Located, Place, Whereabouts

_ROOMS = ((8, 6, 300), (5, 4, 150), (3, 2, 80), (2, 1, 60))
"""Changes, releases of each, and characters of a title; the answer takes the first that fits."""
_LINK = 400
_VALUE = 2_000
"""Characters of a question that its button carries, as they travel: the message must hold them too."""


def where_answer(found: Whereabouts, *, now: datetime, shared_by: str | None = None) -> Rendered:
    """The answer; with a button to share it, or with who shared it."""

    def render(room: tuple[int, int, int]) -> Rendered:
        changes, releases, words = room
        lines = [_head(found)]
        for each in found.located[:changes]:
            lines += _located(each, found, releases, words)
        lines += [say(":warning: {trouble}", trouble=brief(trouble, 300)) for trouble in found.troubles]
        blocks = (*(section(text) for text in paragraphs(lines)), *_foot(found, now, shared_by))
        return Rendered(text=truncate(joined(lines[:4]), size=TEXT), blocks=blocks)

    return fit(render, _ROOMS, limit=MESSAGE)


def _head(found: Whereabouts) -> Mrkdwn:
    asked = code(one_line(found.asked, 100))
    if not found.located:
        if found.troubles:
            return say("Nobody could say where {asked} is.", asked=asked)
        return say("No repository of the configured apps knows {asked}, and no commit names it.", asked=asked)
    if found.ambiguous:
        return say("Several repositories know {asked}:", asked=asked)
    if len(found.located) > 1:
        return say("{n} commits name {asked}:", n=len(found.located), asked=asked)
    return say("Where {asked} is:", asked=asked)


def _located(each: Located, found: Whereabouts, releases: int, words: int) -> list[Mrkdwn]:
    """The change, then a line a release, or what it waits for."""
    by = say(" by {author}", author=brief(each.author, 60)) if each.author else escape("")
    of = say(" ({apps})", apps=brief(", ".join(each.apps), 80)) if found.ambiguous else escape("")
    title = linked(each.url, f"{one_line(each.name, 40)} {one_line(each.title, words)}", _LINK)
    lines = [title + by + of]
    if each.held:
        lines += [_held(held) for held in each.held[:releases]]
        if len(each.held) > releases:
            lines.append(say("…and in {n} later ones", n=len(each.held) - releases))
    elif each.place is Place.MERGED:
        lines.append(
            say("Merged, but in no release yet. {note} {next}", note=each.note or "", next=_next(each.next))
        )
    else:
        lines.append(say("In no release. {note}", note=each.note or ""))
    return lines


def _next(coming: Departure | None) -> Mrkdwn:
    if coming is None:
        return escape("No next release is planned from there.")
    target = (
        say(", wanted by {at}", at=when(coming.target_at)) if coming.target_at is not None else escape("")
    )
    return say(
        "Next: {what}, cut {at}{target}.",
        what=bold(one_line(coming.what, 100)),
        at=when(coming.cut_at),
        target=target,
    )


def _held(held: Held) -> Mrkdwn:
    """`• Pixel 2.14.0 · Regression · since v2.14.0-rc.2, by cherry-pick · Android 417 · target …`."""
    release = held.release
    parts = [bold(one_line(release.title, 80)), code(release.id), escape(PHASE_TITLES[phase(release)])]
    parts.append(_since(held))
    parts += [_build(build) for build in held.builds[:3]]
    parts += _rollout(release)
    if phase(release) not in {Phase.COMPLETED, Phase.ROLLING_OUT}:
        parts.append(say("target {at}", at=when(release.target_at)))
    return say("• {line}", line=dotted(parts))


def _since(held: Held) -> Mrkdwn:
    how = " by cherry-pick" if held.picked else ""
    if held.tag is None:
        return say("on its branch{how}, in no candidate yet", how=how)
    return say("since {tag}{how}", tag=code(held.tag), how=how)


def _build(build: Build) -> Mrkdwn:
    number = build.store.number if build.store is not None else build.number or ""
    return linked(build.run_url, f"{build.pair.title} build {number}".strip(), _LINK)


def _rollout(release: Release) -> list[Mrkdwn]:
    """How many users have it, store by store, where a store has told."""
    return [
        say("{store} {percent} %", store=each.pair.title, percent=f"{each.percent:g}")
        for each in release.current_submissions
        if each.out
    ]


def _foot(found: Whereabouts, now: datetime, shared_by: str | None) -> tuple[Json, ...]:
    if shared_by is not None:
        return (context(say("Shared by {who} · As of {now}", who=person(shared_by), now=when(now))),)
    as_of = context(say("Only you see this · As of {now}", now=when(now)))
    value = carried(asked=found.asked)
    if not found.located or len(json.dumps(value)) > _VALUE:
        return (as_of,)
    share = button("Share in Channel", action_id=WHERE_SHARE, value=value)
    return (actions(share, block_id="where"), as_of)
