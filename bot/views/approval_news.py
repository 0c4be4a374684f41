"""Notices about approvals. The approval card itself carries evidence and buttons; these tell what became of it."""

from datetime import datetime

from bot.views.blocks import actions
from bot.views.gate_lines import ACTS, asked, people
from bot.views.news import WORDS, tell
from bot.views.offer_lines import about_of
from bot.views.regression_buttons import cycle_button
from bot.views.rendered import Rendered
from bot.views.text import Mrkdwn, code, escape, mention, say
from bot.views.words import brief, person
from orchestration.domain.events import Event
from orchestration.domain.gates import Gate, GateKind, SignOff
from orchestration.domain.people import SYSTEM
from orchestration.domain.release import Release

_MOST = 12


def requested(event: Event, release: Release, _now: datetime) -> Rendered:
    """A decision is needed; its card, with the evidence, asks the people by name."""
    areas = ", ".join(f"{wanted.needed} from {wanted.area}" for wanted in _missing(event, release))
    sentence = say("Asks for approval of {act}.", act=_act(event, release))
    if areas:
        sentence += say(" Needed: {areas}.", areas=areas)
    return tell(release, sentence + " The approval card comes with its evidence.")


def reminded(event: Event, release: Release, _now: datetime) -> Rendered | None:
    """Nobody has decided yet; nothing where somebody did meanwhile."""
    gate = _gate(event, release)
    if gate is None or gate not in release.open_gates:
        return None
    asked = _asked(gate, release)
    return tell(
        release, say("Still waiting for a decision on {act}. {asked}", act=_act(event, release), asked=asked)
    )


def granted(event: Event, release: Release, _now: datetime) -> Rendered:
    """The decision is yes; a forced one is announced with what it overrode."""
    evidence = code(event.data.get("evidence", "unknown"))
    who = person(event.actor.id)
    if event.actor.id == SYSTEM.id:
        reason = "Every condition is met, so Stationmaster approved"
        return tell(
            release,
            say("{reason} {act}. Evidence {id}.", reason=reason, act=_act(event, release), id=evidence),
        )
    if "reason" not in event.data:
        who = _signer(event)
        return tell(
            release,
            say("{who} approved {act}. Evidence {id}.", who=who, act=_act(event, release), id=evidence),
        )
    overridden = [event.data[name] for name in ("forced", "missing") if event.data.get(name)]
    sentence = say(
        "{who} forced the approval of {act}. Reason: {reason}. Overridden: {what}. Evidence {id}.",
        who=who,
        act=_act(event, release),
        reason=brief(event.data["reason"], WORDS),
        what=brief("; ".join(overridden).replace("_", " ") or "nothing", WORDS),
        id=evidence,
    )
    return tell(release, sentence)


def rejected(event: Event, release: Release, _now: datetime) -> Rendered:
    """The decision is no; the captain goes on from there."""
    gate = _gate(event, release)
    store = gate is not None and gate.kind is GateKind.SUBMISSION
    sentence = say(
        "{who} rejected {act}. Reason: {reason}. {captain}, mend it and {how}",
        who=person(event.actor.id),
        act=_act(event, release),
        reason=brief(event.data.get("reason", "none given"), WORDS),
        captain=mention(release.captain),
        how=say("ask anew: {word}", word=code("/release rollout submit"))
        if store
        else say("run another cycle: {word}", word=code("/release cycle")),
    )
    if gate is None or gate.kind is not GateKind.APPROVE_STAGE_3 or gate not in release.open_gates:
        return tell(release, sentence)
    return tell(release, sentence, actions(cycle_button(release)))


def voided(event: Event, release: Release, _now: datetime) -> Rendered | None:
    """What was approved or asked has changed; those who decide hear what changed. Archiving tells it itself."""
    if release.ended:
        return None
    why = brief(event.data.get("why", "what was to be approved has changed"), WORDS)
    gate = _gate(event, release)
    signed = [who for who in event.data.get("signed", "").split(", ") if who]
    if signed:
        sentence = say(
            "{who}: since you approved {act}, this changed: {why}. Your approval is void.",
            who=people(signed, most=_MOST),
            act=_act(event, release),
            why=why,
        )
        others = [p for s in gate.sign_offs for p in s.people if p not in signed] if gate else []
        more = say(" For {others} to know too.", others=people(others, most=_MOST)) if others else ""
        return tell(release, sentence + more)
    concerned = asked(gate.missing(), most=_MOST) if gate else escape("")
    sentence = say(
        "The approval of {act} is void: {why}. {asked}", act=_act(event, release), why=why, asked=concerned
    )
    return tell(release, sentence)


def due(event: Event, release: Release, _now: datetime) -> Rendered | None:
    """The time for a decision is over; those who can give it are asked once more."""
    return _pressing(event, release, "The decision on {act} is due. {asked}")


def escalated(event: Event, release: Release, _now: datetime) -> Rendered | None:
    """Nobody decided even then; the captain can name others, or override."""
    words = (
        "The decision on {act} is long overdue. {asked} · {captain}: ask them in person, "
        "have a deputy named with {deputy}, or override with {force}"
    )
    return _pressing(event, release, words)


def _pressing(event: Event, release: Release, words: str) -> Rendered | None:
    """Nothing where somebody decided meanwhile."""
    gate = _gate(event, release)
    if gate is None or gate not in release.open_gates:
        return None
    said = say(
        words,
        act=f"{ACTS[gate.kind].noun}{about_of(gate)}",
        asked=_asked(gate, release),
        captain=mention(release.captain),
        deputy=code("/release delegate"),
        force=code("/release approve force"),
    )
    return tell(release, said)


def _signer(event: Event) -> Mrkdwn:
    """Who said yes, and in whose place."""
    lender = event.data.get("instead_of")
    who = person(event.actor.id)
    return say("{who}, in the place of {lender},", who=who, lender=person(lender)) if lender else who


def _gate(event: Event, release: Release) -> Gate | None:
    return next((g for g in release.gates if g.id == event.data.get("gate")), None)


def _act(event: Event, release: Release) -> str:
    kind, gate = event.data.get("kind"), _gate(event, release)
    about = about_of(gate) if gate is not None else ""
    return f"{ACTS[GateKind(kind)].noun}{about}" if kind in set(GateKind) else "the release"


def _missing(event: Event, release: Release) -> tuple[SignOff, ...]:
    gate = _gate(event, release)
    return gate.missing() if gate is not None else ()


def _asked(gate: Gate, release: Release) -> Mrkdwn:
    """Those who can still say yes; the captain where nobody in particular is asked."""
    return asked(gate.missing(), most=_MOST) or mention(release.captain)
