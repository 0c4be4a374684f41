"""What the picture of a rollout shows, in words: above it for all, and in its place for those who can't see it."""

from collections.abc import Sequence

from bot.views.store_lines import name, standing, store_line
from bot.views.text import Mrkdwn, escape, joined, plural, say
from bot.views.words import brief, one_line
from orchestration.domain.pairs import TARGET_TITLES
from orchestration.domain.rollout_course import Course

_ALT = 900
_LINK = 400
_STEPS = 8


def rollout_text(title: str, courses: Sequence[Course]) -> Mrkdwn:
    """The words above the picture: a line for each store."""
    head = say("How {title} reaches its users", title=brief(title, 200))
    return joined([head, *(store_line(course.submission, most=_LINK) for course in courses)])


def rollout_alt(title: str, courses: Sequence[Course]) -> str:
    """Each store's share step by step, where it stood still, and its health."""
    count = plural(len(courses), "chart")
    said = " ".join(_course(course) for course in courses)
    return one_line(f"{count} of the share of users who are offered {title}. {said}", _ALT)


def _course(course: Course) -> str:
    known = course.submission
    # Whatever came between, its begin and its end are told.
    moments = (
        course.moments
        if len(course.moments) <= _STEPS
        else (*course.moments[: _STEPS - 1], course.moments[-1])
    )
    steps = ", ".join(
        f"{m.at:%d %b %H:%M} UTC {m.percent:g} %{' and stopped' if m.still else ''}" for m in moments
    )
    health = ""
    if course.health:
        wanted = f", {course.least:g} % are wanted" if course.least is not None else ""
        health = f" Sessions without a crash: {course.health[-1].crash_free:g} %{wanted}."
    return f"{TARGET_TITLES[known.pair.target]}, {name(known)}, {standing(known)}: {steps}.{health}"


def no_picture(title: str) -> Mrkdwn:
    """What is answered where no store has offered it to anybody."""
    return say("{title}: nobody has it yet, so there is nothing to draw.", title=escape(one_line(title, 150)))
