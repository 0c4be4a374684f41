"""The approval card: what is asked, on what evidence, who has signed, and two buttons until it is settled."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from bot.views.blocks import Json, actions, button, confirm, context, section
from bot.views.gate_lines import ACTS, GateRoom, changed, conditions, settlement, sign_offs, tested, times
from bot.views.offer_lines import about_of, follows_lines, follows_of
from bot.views.regression_buttons import cycle_button, drift_buttons
from bot.views.rendered import TEXT, Rendered, fit, paragraphs
from bot.views.store_buttons import whats_new_button
from bot.views.text import Mrkdwn, bold, escape, joined, plural, say, strike, truncate
from bot.views.values import ACCEPT_DRIFT, APPROVE, CYCLE, FORCE, REJECT, WHATS_NEW, carried
from bot.views.words import dotted, one_line, told, when
from orchestration.domain.drift import drifted
from orchestration.domain.gates import Gate, GateKind, GateState
from orchestration.domain.release import Release
from orchestration.domain.standing import Rights

LIMIT = 9_000
_VALUE = 2_000
_ROOMS = (
    GateRoom(),
    GateRoom(words=200, builds=6, link=200),
    GateRoom(words=80, builds=3, link=0, people=6),
    GateRoom(words=40, builds=1, link=0, people=2),
)

_RIGHTS: Mapping[str, Callable[[Rights], bool]] = MappingProxyType(
    {
        APPROVE: lambda rights: rights.sign,
        REJECT: lambda rights: rights.decline,
        FORCE: lambda rights: rights.force,
        CYCLE: lambda rights: rights.edit,
        ACCEPT_DRIFT: lambda rights: rights.edit,
        WHATS_NEW: lambda rights: rights.edit,
    }
)
"""Who may use each button of the card."""


def gate_card(
    release: Release,
    gate: Gate,
    *,
    now: datetime,
    against: str = "",
    rights: Rights | None = None,
) -> Rendered:
    """The card of a gate in whatever state.

    `against` is a reason that its reader typed already: the button that rejects brings it along.
    Where only one person sees it, `rights` are theirs: it has no button that they may not use.
    """
    card = _Card(release=release, gate=gate, now=now, against=against, rights=rights)
    return fit(card.rendered, _ROOMS, limit=LIMIT)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Card:
    release: Release
    gate: Gate
    now: datetime
    against: str = ""
    rights: Rights | None = None

    def rendered(self, room: GateRoom) -> Rendered:
        about = about_of(self.gate)
        question = f"{ACTS[self.gate.kind].asks} of {one_line(self.release.title, 200)}{about}?"
        shown = self._sections("tested", tested(self.release, self.gate, room))
        if self.gate.state is GateState.OPEN:
            said = self._standing()
            top, foot = bold(question), self._asking(room)
        else:
            said = settlement(self.release, self.gate, room)
            foot = (context(said, block_id=self._id("settled")), *self._after_all())
            top = strike(question)
            if self.gate.state is GateState.APPROVED:
                question = f"{self.release.title}{about}: {ACTS[self.gate.kind].granted}."
                top = bold(one_line(question, 250))
        return Rendered(
            text=truncate(say("{question} {said}", question=one_line(question, 250), said=said), size=TEXT),
            blocks=(section(top, block_id=self._id("question")), *shown, *foot),
        )

    @property
    def _digest(self) -> str:
        return self.gate.evidence.digest if self.gate.evidence is not None else "none"

    def _id(self, part: str) -> str:
        """A new one whenever the evidence, the signatures or the state change: a stale click shows itself."""
        state = f"{self.gate.state.lower()}{len(self.gate.signatures)}"
        return f"gate:{self.gate.id}:{self._digest}:{state}:{part}"

    def _sections(self, part: str, lines: Iterable[Mrkdwn]) -> tuple[Json, ...]:
        return tuple(
            section(text, block_id=self._id(f"{part}{n}")) for n, text in enumerate(paragraphs(lines))
        )

    def _standing(self) -> Mrkdwn:
        """Where an open question stands, in a sentence."""
        evidence = self.gate.evidence
        if evidence is None:
            return escape("The evidence is being read; the buttons follow.")
        if evidence.unmet:
            count = plural(len(evidence.unmet), "condition is", "conditions are")
            return say(
                "{count} not met, so the approval is not offered yet. Owners and the captain may override.",
                count=count,
            )
        missing = self.gate.missing()
        areas = joined((f"{wanted.needed} from {wanted.area}" for wanted in missing), ", ")
        return say("Every condition is met. Approvals still needed: {areas}.", areas=areas or "none")

    def _asking(self, room: GateRoom) -> tuple[Json, ...]:
        evidence = self.gate.evidence
        standing = [self._standing()] if evidence is None or evidence.unmet else []
        about = say(
            "Evidence {digest} · Updated {now} · {id}",
            digest=self._digest,
            now=when(self.now),
            id=self.release.id,
        )
        foot = dotted([*times(self.release, self.gate), about])
        return (
            *self._sections("changed", changed(self.gate, room)),
            *self._sections("conditions", conditions(self.release, self.gate, room)),
            *self._sections("follows", follows_lines(self.release, self.gate)),
            *self._sections("people", [*sign_offs(self.gate, room), *standing]),
            *self._buttons(),
            context(foot, block_id=self._id("about")),
        )

    def _buttons(self) -> tuple[Json, ...]:
        evidence, act = self.gate.evidence, ACTS[self.gate.kind]
        if evidence is None:
            return ()
        value = carried(release=self.release.id, gate=self.gate.id, digest=evidence.digest)
        title = one_line(self.release.title, 60)
        reject = button(
            "Reject", action_id=REJECT, value=self._rejecting(value), accessibility_label=f"Reject {title}"
        )
        force = button(
            "Override…",
            action_id=FORCE,
            value=value,
            accessibility_label=f"Override what is missing for {title}",
        )
        found = drifted(evidence)
        if evidence.unmet:
            more = drift_buttons(self.release, self.gate, found) if found is not None else ()
            return self._offered(*more, reject, force)
        approve = self._approve(act.button, value)
        texts = [whats_new_button(self.release)] if self.gate.kind is GateKind.SUBMISSION else []
        waits = self.gate.kind is not GateKind.START_STAGE_2 and bool(self.gate.signatures)
        return self._offered(approve, reject, *texts, *([force] if waits else []))

    def _offered(self, *buttons: Json) -> tuple[Json, ...]:
        """The buttons that the reader may use; where the yes is not among them, who may give it."""
        rights = self.rights
        if rights is None:
            return (actions(*buttons, block_id=self._id("act")),) if buttons else ()
        left = [each for each in buttons if _RIGHTS[str(each["action_id"])](rights)]
        row = (actions(*left, block_id=self._id("act")),) if left else ()
        told_who = () if rights.sign else (context(told(rights.who), block_id=self._id("who")),)
        return (*told_who, *row)

    def _rejecting(self, value: str) -> str:
        """What the button brings along: the reason too, where it fits into one."""
        typed = carried(**json.loads(value), reason=self.against) if self.against else value
        return typed if len(typed) <= _VALUE else value

    def _approve(self, label: str, value: str) -> Json:
        """Yes, after Slack has asked once more what follows."""
        act, title = ACTS[self.gate.kind], one_line(self.release.title, 60)
        follows = follows_of(self.release, self.gate, act.follows)
        about = about_of(self.gate)
        asked = confirm(f"{act.asks}{about}?", f"{title}: {follows}", yes="Approve", no="Not Yet")
        return button(
            label,
            action_id=APPROVE,
            value=value,
            style="primary",
            confirm=asked,
            accessibility_label=one_line(f"{label} of {title}{about}", 75),
        )

    def _after_all(self) -> tuple[Json, ...]:
        """What a rejected question still offers: another cycle, or a yes where nothing else is in the way."""
        evidence, gate = self.gate.evidence, self.gate
        if gate.state is not GateState.REJECTED or evidence is None or self.release.ended:
            return ()
        value = carried(release=self.release.id, gate=gate.id, digest=evidence.digest)
        after_all = [] if evidence.unmet else [self._approve("Approve After All", value)]
        again = [cycle_button(self.release)] if gate.kind is GateKind.APPROVE_STAGE_3 else []
        return self._offered(*again, *after_all)
