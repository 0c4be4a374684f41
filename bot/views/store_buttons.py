"""The buttons of a store: what it can be told now, each with what follows from it before it counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from bot.views.blocks import Json, actions, button, confirm
from bot.views.store_lines import name
from bot.views.values import (
    STOP_ALL,
    STORE_RESUBMIT,
    STORE_RESUBMIT_OTHERWISE,
    WHATS_NEW,
    carried,
    tell_store,
)
from bot.views.words import one_line
from orchestration.domain.consequences import consequences_of
from orchestration.domain.distributing import never_sent
from orchestration.domain.release import Release
from orchestration.domain.rollout_plan import EVERYBODY
from orchestration.domain.store_states import Rollout, StoreState
from orchestration.domain.submission import MOVING, REVIEWED, STOPPED, Submission, Verb, stop_verb
from orchestration.domain.submitting import plan_of

_LABELS: Mapping[Verb, str] = MappingProxyType(
    {
        Verb.WITHDRAW: "Withdraw",
        Verb.RELEASE: "Release Now",
        Verb.PAUSE: "Pause",
        Verb.HALT: "Halt",
        Verb.RESUME: "Resume",
        Verb.COMPLETE: "Offer to Everybody",
    }
)
_STOPS = frozenset({Verb.WITHDRAW, Verb.PAUSE, Verb.HALT})


_ANEW: Mapping[bool | None, tuple[str, str, Mapping[str, str]]] = MappingProxyType(
    {
        None: ("Submit Anew", "", {}),
        True: ("Submit for Review", ", and sent for review", {"review": "sent"}),
        False: (
            "Submit Unsent",
            ", and a person sends it for review in the store's console",
            {"review": "unsent"},
        ),
    }
)
"""How a version is submitted anew, by whether somebody chose that it is sent for review: label, words, value."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Offered:
    """Something that a store can be told now."""

    verb: Verb
    percent: float | None = None

    @property
    def label(self) -> str:
        """What stands on the button: a verb."""
        return f"Raise to {self.percent:g} %" if self.verb is Verb.RAISE else _LABELS[self.verb]


def offered_verbs(release: Release, submission: Submission) -> tuple[Offered, ...]:
    """What makes sense to tell the store as things are; what stops stays to the end of the rollout.

    Whatever gives a version to more users is left out while the store is being told something.
    """
    if submission.replaced_at is not None or release.submission_of(submission.pair) != submission:
        return ()
    stops = (Offered(verb=stop_verb(submission.pair)),)
    told = submission.instruction is not None or release.ended
    if submission.state in REVIEWED:
        # Google lets only people take a review back, in its console.
        withdraw = (Offered(verb=Verb.WITHDRAW),) if submission.rollout is Rollout.PHASED else ()
        goes = submission.state is StoreState.APPROVED and submission.rollout is Rollout.PHASED and not told
        return (*((Offered(verb=Verb.RELEASE),) if goes else ()), *withdraw)
    if submission.state in STOPPED:
        return () if told else (Offered(verb=Verb.RESUME),)
    if submission.state in MOVING:
        return (*stops, *(() if told else _more(release, submission)))
    return ()


def _more(release: Release, submission: Submission) -> tuple[Offered, ...]:
    """The next step of the plan where the store takes percentages, and everybody."""
    everybody = Offered(verb=Verb.COMPLETE)
    if submission.rollout is Rollout.PHASED:
        return (everybody,)
    after = plan_of(release, submission).after(submission.percent)
    return (
        (Offered(verb=Verb.RAISE, percent=after), everybody) if after and after < EVERYBODY else (everybody,)
    )


def store_buttons(
    release: Release, submission: Submission, *, now: datetime, block_id: str
) -> tuple[Json, ...]:
    """One row, or none where nothing can be told."""
    elements = [
        tell_button(release, submission, each, now=now) for each in offered_verbs(release, submission)
    ]
    if _comes_again(release, submission):
        elements += [*_resubmit_buttons(release, submission), whats_new_button(release)]
    return (actions(*elements, block_id=block_id),) if elements else ()


def tell_button(release: Release, submission: Submission, wanted: Offered, *, now: datetime) -> Json:
    """A button that asks with the consequences, by the store's own rules."""
    share = {"percent": f"{wanted.percent:g}"} if wanted.percent is not None else {}
    style: Literal["primary", "danger"] | None = "danger" if wanted.verb in _STOPS else None
    follows = consequences_of(submission, wanted.verb, now=now, percent=wanted.percent)
    asked = confirm(
        f"{wanted.label}: {name(submission)}?",
        " ".join((*(("This can't be undone.",) if follows.irreversible else ()), *follows.says)),
        yes=wanted.label,
        no="Not Now",
        style="danger" if follows.irreversible or wanted.verb in _STOPS else None,
    )
    return button(
        wanted.label,
        action_id=tell_store(wanted.verb),
        value=carried(release=release.id, submission=submission.id, verb=wanted.verb, **share),
        style=style,
        confirm=asked,
        accessibility_label=one_line(f"{wanted.label}: {name(submission)}", 75),
    )


def _resubmit_buttons(release: Release, submission: Submission) -> tuple[Json, ...]:
    """A new submission as usual; where the store would not take it and has the choice, in the other way too."""
    usual = resubmit_button(release, submission)
    if submission.rollout is not Rollout.STAGED or not never_sent(release, submission):
        return (usual,)
    other = not plan_of(release, submission).send_for_review
    return (usual, resubmit_button(release, submission, send_for_review=other))


def resubmit_button(release: Release, submission: Submission, *, send_for_review: bool | None = None) -> Json:
    """A new submission after one that came back or was not taken; sent for review or left to a person."""
    was = (
        "was not taken by its store" if never_sent(release, submission) else f"was {submission.state.lower()}"
    )
    label, how, way = _ANEW[send_for_review]
    asked = confirm(
        "Submit anew?",
        f"{name(submission)} {was}. A new submission is asked about like the first one{how}.",
        yes="Submit Anew",
    )
    return button(
        label,
        action_id=STORE_RESUBMIT if send_for_review is None else STORE_RESUBMIT_OTHERWISE,
        value=carried(release=release.id, submission=submission.id, **way),
        confirm=asked,
        accessibility_label=one_line(f"{label}: {name(submission)}", 75),
    )


def whats_new_button(release: Release) -> Json:
    """The form with what is new in each store and language."""
    return button("What's New…", action_id=WHATS_NEW, value=carried(release=release.id))


def stop_all_button(release: Release, *, now: datetime) -> tuple[Json, ...]:
    """For the living card: stop every store that can be stopped; none where nothing moves."""
    moving = [s for s in release.current_submissions if s.state in MOVING and s.replaced_at is None]
    if not moving:
        return ()
    says = [f"{s.pair.title}: {consequences_of(s, stop_verb(s.pair), now=now).says[0]}" for s in moving]
    asked = confirm("Stop the rollout?", " ".join(says), yes="Stop Rollout", no="Not Now", style="danger")
    label = one_line(f"Stop the rollout of {release.title} in every store", 75)
    value = carried(release=release.id)
    return (
        button(
            "Stop Rollout",
            action_id=STOP_ALL,
            value=value,
            style="danger",
            confirm=asked,
            accessibility_label=label,
        ),
    )


def _comes_again(release: Release, submission: Submission) -> bool:
    current = release.submission_of(submission.pair) == submission
    back = submission.turned_back or never_sent(release, submission)
    return back and current and not release.ended
