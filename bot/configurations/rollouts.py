"""The step that asks how each store lets a version out, and when somebody is there to look at it."""

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.configurations.document import Document
from bot.configurations.facts import Facts
from bot.configurations.plans import submitted_pairs
from bot.configurations.questions import Part, choice, flag, lines, many, number, prose, span, text
from bot.views.configurations import Field, Heading, Option, Path
from orchestration.domain.calendar import WEEKDAYS
from orchestration.domain.pairs import Pair, Target
from orchestration.domain.rollout_plan import Office, RolloutPlan
from orchestration.domain.store_states import GoLive

_PLAN, _OFFICE = RolloutPlan(), Office()
_GO_LIVE = (
    Option(value=GoLive.AUTOMATIC, label="Goes live by itself"),
    Option(value=GoLive.MANUAL, label="Waits until somebody lets it out"),
)
_DAYS = tuple(Option(value=str(number), label=day) for number, day in enumerate(WEEKDAYS))
_SECONDS = re.compile(r"(\d\d:\d\d):00")
_NO_STORES = Heading(
    text="Releases are submitted to no store. Choose one in Stores, for users; then its rollout is asked for here."
)


def rollouts(document: Document, _facts: Facts) -> Iterator[Part]:
    """The rollout of each store to which releases are submitted, and the office."""
    chosen = submitted_pairs(document)
    for pair in chosen:
        at = ("stores", pair.key, "rollout")
        yield from (
            _phased(document, at, pair) if pair.target is Target.APP_STORE else _staged(document, at, pair)
        )
        yield prose(
            document,
            (*at, "whats_new"),
            f"{pair.title}: what is new",
            hint="For languages in which nobody wrote it; at most 500 characters",
        )
    if not chosen:
        yield _NO_STORES
    yield from _office(document)


def _phased(document: Document, at: Path, pair: Pair) -> Iterator[Part]:
    title = f"{pair.title}: an approved version"
    yield choice(document, (*at, "go_live"), title, _GO_LIVE, otherwise=_PLAN.go_live)
    yield flag(
        document,
        (*at, "phased"),
        f"{pair.title}: pace",
        "Over seven days, not to everybody at once",
        otherwise=True,
    )


def _staged(document: Document, at: Path, pair: Pair) -> Iterator[Part]:
    yield lines(
        document,
        (*at, "steps"),
        f"{pair.title}: shares of the users in per cent",
        hint="Rising, such as 1, 5, 20, 50, one a line; empty means everybody at once",
        otherwise=_PLAN.steps,
    )
    yield flag(
        document,
        (*at, "auto_advance"),
        f"{pair.title}: next step",
        "Take it by itself in office hours",
        otherwise=False,
    )
    hint = "Such as 12 h, 1 d, 2 d; empty means 1 d"
    yield span(document, (*at, "step_every"), f"{pair.title}: between steps at least", hint=hint)
    urgent = "How urgently the app asks for the update, from 0 to 5; empty means 0"
    yield number(document, (*at, "update_priority"), f"{pair.title}: urgency", hint=urgent)
    yield flag(
        document,
        (*at, "send_for_review"),
        f"{pair.title}: review",
        "Send a submission for review, not leave that to a person in Play Console",
        otherwise=True,
    )
    yield flag(
        document,
        (*at, "pull_back"),
        f"{pair.title}: other changes in review",
        "Pull them back for a submission, and send them again with it",
        otherwise=False,
    )


def _office(document: Document) -> Iterator[Part]:
    yield Heading(text="Office: steps are taken by themselves only while somebody is there to look.")
    yield text(document, ("office", "zone"), "Time zone", hint="Such as Europe/Berlin; empty means UTC")
    days = tuple(str(day) for day in _OFFICE.working_days)
    yield many(document, ("office", "working_days"), "Working days", _DAYS, otherwise=days)
    yield _clock(document, ("office", "opens"), "Opens", "09:00")
    yield _clock(document, ("office", "closes"), "Closes", "17:00")
    regions = "Countries or regions whose holidays are days off, such as DE or DE-BE"
    yield lines(document, ("office", "holidays"), "Holidays", hint=regions)


def _clock(document: Document, path: Path, title: str, usual: str) -> Field:
    field = text(document, path, title, hint=f"Such as {usual}, which is meant where it is empty")
    return replace(field, value=_SECONDS.sub(r"\1", str(field.value)))
