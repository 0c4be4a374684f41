"""The report of a release in words: a table for the thread, and what the picture shows for those who can't see it."""

from collections.abc import Sequence
from datetime import timedelta

from bot.views.blocks import header, section
from bot.views.rendered import Rendered, paragraphs
from bot.views.text import Mrkdwn, bold, duration, escape, joined, plural, say
from bot.views.words import brief, dotted, one_line
from orchestration.domain.report import Report, StageTime

_MOST = 6
_ALT = 900


def length(span: timedelta) -> str:
    """A length of time to compare with others: `3.5 days`, and below two days `8 h 12 min`."""
    days = span / timedelta(days=1)
    return f"{days:.1f} days" if abs(days) >= 2 else duration(span)  # noqa: PLR2004 - as `duration` tells them


def report_answer(found: Report, *, picture: bool) -> Rendered:
    """The figures for the one who asked, and where the picture is."""
    lines = [_summary(found), *report_lines(found)]
    if picture:
        lines.append(escape("The picture comes into the thread of the release."))
    blocks = (
        header(f"How {one_line(found.title, 130)} went"),
        *(section(each) for each in paragraphs(lines)),
    )
    return Rendered(text=_summary(found), blocks=blocks)


def report_text(found: Report) -> Mrkdwn:
    """The words above the picture."""
    return joined([_summary(found), *report_lines(found)])


def _summary(found: Report) -> Mrkdwn:
    title = brief(found.title, 200)
    if found.lead is None:
        return say("{title} has not begun, so there is nothing to report yet.", title=title)
    word = "took" if found.done else "has taken so far"
    said = say("{title} {word} {lead}", title=title, word=word, lead=length(found.lead))
    return said + _compared(found.lead, found.usual) + "."


def _compared(span: timedelta, usual: timedelta | None) -> Mrkdwn:
    if usual is None:
        return escape("")
    if abs(span - usual) < timedelta(minutes=1):
        return escape(", as usual")
    word = "longer" if span > usual else "shorter"
    return say(
        ", {by} {word} than usual ({usual})", by=length(abs(span - usual)), word=word, usual=length(usual)
    )


def report_lines(found: Report) -> list[Mrkdwn]:
    """A line a figure: stages, waiting, failures, and what it is compared with."""
    lines = [_stage(each) for each in found.stages]
    waits = [say("{who} {span}", who=w.owner, span=length(w.span)) for w in found.waits[:_MOST]]
    lines.append(_listed("Waited for", waits, "nobody"))
    failures = [say("{what} {n}", what=f.title, n=plural(f.count, "time")) for f in found.failures[:_MOST]]
    lines.append(_listed("Failed", failures, "nothing"))
    before = len(found.trend) - (1 if found.lead is not None else 0)
    lines.append(
        say("Compared with {n}.", n=plural(before, "earlier release"))
        if before
        else escape("There is no earlier finished release to compare with.")
    )
    if not found.whole:
        lines.append(escape("More happened than was read: the oldest events are missing here."))
    return lines


def _stage(each: StageTime) -> Mrkdwn:
    so_far = " so far" if each.open else ""
    usual = f" (usually {length(each.usual)})" if each.usual is not None else ""
    return say("{name}: {span}{rest}", name=bold(each.title), span=length(each.span), rest=so_far + usual)


def _listed(title: str, items: Sequence[Mrkdwn], nothing: str) -> Mrkdwn:
    return say("{title}: {items}", title=bold(title), items=dotted(items) if items else nothing)


def report_alt(found: Report) -> str:
    """What the picture shows, in plain words."""
    stages = ", ".join(f"{s.title} {length(s.span)}" for s in found.stages) or "none yet"
    waits = ", ".join(f"{w.owner} {length(w.span)}" for w in found.waits[:_MOST]) or "nobody"
    failures = ", ".join(f"{f.title} {plural(f.count, 'time')}" for f in found.failures[:_MOST]) or "nothing"
    trend = ", ".join(f"{lead.version} {length(lead.span)}" for lead in found.trend) or "none"
    said = (
        f"Four charts about {found.title}. Time per stage: {stages}. Waited for: {waits}. "
        f"Failed: {failures}. Lead time by release: {trend}."
    )
    return one_line(said, _ALT)
