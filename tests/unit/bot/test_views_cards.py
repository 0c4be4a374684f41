"""The release card and the approval card: what a captain and an approver see, in every state."""

import json
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.blocks import Surface, validate
from bot.views.gate_card import gate_card
from bot.views.release_card import LIMIT, release_card
from bot.views.rendered import Rendered
from orchestration.domain import acts, decisions
from orchestration.domain.gates import GateState
from orchestration.domain.holds import Hold, HoldCause
from orchestration.domain.outcomes import Failed
from orchestration.domain.phase import PHASE_TITLES, Phase
from orchestration.domain.release import Release
from orchestration.domain.tasks import TaskType, TroubleKind
from tests.support.release_parts import CAPTAIN, NOW, PRODUCT, QA
from tests.support.releases import Journey, crowded, failing, in_phase

CROWDED = crowded()


def shown(rendered: Rendered) -> str:
    """Everything that a reader sees, labels of buttons included."""
    return json.dumps([*rendered.blocks], ensure_ascii=False)


def labels(rendered: Rendered) -> list[tuple[str, str]]:
    """(label, action_id) of every button; the menu behind three dots is none."""
    return [
        (element["text"]["text"], element["action_id"])
        for block in json.loads(json.dumps(rendered.blocks))
        if block["type"] == "actions"
        for element in block["elements"]
        if element["type"] == "button"
    ]


def problems(rendered: Rendered) -> list[str]:
    """What Slack would refuse."""
    payload = {"text": rendered.text, "blocks": list(rendered.blocks)}
    return [f"{p.pointer}: {p.message}" for p in validate(payload, Surface.MESSAGE)]


def when(seconds: int, utc: str) -> str:
    """An instant as the views write it."""
    return f"<!date^{seconds}^{{date_short_pretty}} {{time}}|{utc} UTC>"


def without_menu(rendered: Rendered) -> list[dict[str, Any]]:
    """The blocks, without the menu behind three dots, which offers what is rarely done."""
    blocks: list[dict[str, Any]] = json.loads(json.dumps(rendered.blocks))
    menu = blocks[-2]["elements"].pop()
    assert [option["text"]["text"] for option in menu["options"]] == ["Regression slots", "Edit…", "Archive…"]
    return blocks


def test_a_planned_release_is_shown_whole() -> None:
    """The card of a planned release: phase and next thing, pairs, slots, two buttons and a menu, no more."""
    card = release_card(in_phase(Phase.SCHEDULED), now=NOW)
    kick_off = when(1772528400, "2026-03-03 09:00")
    slots = f"{when(1772614800, '2026-03-04 09:00')}, {when(1772701200, '2026-03-05 09:00')}"
    value = '{"release":"REL-7F3K2Q9D"}'
    about = (
        f"Target {when(1772960400, '2026-03-08 09:00')} · Captain <@{CAPTAIN}> · "
        f"Updated {when(1772442000, '2026-03-02 09:00')} · REL-7F3K2Q9D"
    )
    sections = [
        f"*Scheduled* · Next: Kick-off, Stationmaster, {kick_off}",
        "*Android* 2.14.0\n*iOS* 2.14.0",
        f"Next of 2 slots: {slots}\nBranch release/2.14.0",
    ]
    assert card.text == f"Pixel 2.14.0: Scheduled. Next: Kick-off, Stationmaster, {kick_off}."
    assert without_menu(card) == [
        {"type": "header", "text": {"type": "plain_text", "text": "Pixel 2.14.0", "emoji": True}},
        *({"type": "section", "text": {"type": "mrkdwn", "text": text}} for text in sections),
        {
            "type": "actions",
            "block_id": "card:REL-7F3K2Q9D:0",
            "elements": [
                {
                    "type": "button",
                    "text": {"type": "plain_text", "text": "Hold", "emoji": True},
                    "action_id": "release.hold",
                    "value": value,
                },
                {
                    "type": "button",
                    "text": {"type": "plain_text", "text": "Why", "emoji": True},
                    "action_id": "release.why",
                    "value": value,
                    "accessibility_label": "Why it stands where it is",
                },
            ],
        },
        {"type": "context", "elements": [{"type": "mrkdwn", "text": about}]},
    ]


@pytest.mark.parametrize("where", list(Phase))
def test_every_phase_with_every_set_of_holds_can_be_sent(where: Phase) -> None:
    """Whatever phase a release is in and whatever holds it, the card is valid and names phase and captain."""
    for count in range(len(HoldCause) + 1):
        for causes in combinations(HoldCause, count):
            holds = tuple(Hold(cause=c, by=CAPTAIN, reason=f"because of {c}", at=NOW) for c in causes)
            card = release_card(replace(in_phase(where), holds=holds), now=NOW + timedelta(days=9))
            assert problems(card) == []
            assert PHASE_TITLES[where] in card.text
            assert f"<@{CAPTAIN}>" in shown(card)


def test_a_user_hold_swaps_hold_for_resume() -> None:
    """One who looks at a held release is offered to resume, and reads that it is on hold."""
    journey = Journey().wait(timedelta(0)).change(lambda change: acts.hold(change, "Crash <1>"), by=CAPTAIN)
    card = release_card(journey.release, now=NOW)
    assert labels(card) == [("Resume", "release.resume"), ("Why", "release.why")]
    assert "On hold" in shown(card)
    assert "Crash &lt;1&gt;" in shown(card)


def test_a_failure_says_what_failed_why_and_what_to_press() -> None:
    """A failed task shows its reason and link, and each task in need has its own row of buttons."""
    card = release_card(failing(), now=NOW)
    assert (
        "Failed: Open the release ticket (iOS), <https://jira.example/browse|Bad credentials (401)>"
        in shown(card)
    )
    assert "Trying again: Create the test run (iOS), Checkmate answered 503. Next try" in shown(card)
    assert labels(card) == [
        ("Retry: Open the release ticket (iOS)", "task.retry"),
        ("Skip", "task.skip"),
        ("Mark Done", "task.done"),
        ("Add Build: Pre-regression build (iOS)", "task.done"),
        ("Hold", "release.hold"),
        ("Why", "release.why"),
    ]
    assert problems(card) == []


def test_an_archived_release_has_no_buttons() -> None:
    """Nothing can be pressed on what has ended; who ended it and why is said."""
    card = release_card(in_phase(Phase.ARCHIVED), now=NOW)
    assert labels(card) == []
    assert "superseded by 2.15.0" in shown(card)


def test_a_crowded_card_stays_readable() -> None:
    """Six pairs, ten slots, more than sixty tasks and long names stay within the limit; the rest is counted."""
    card = release_card(CROWDED, now=NOW)
    assert len(CROWDED.tasks) >= 60
    assert card.size < LIMIT
    assert problems(card) == []
    assert "/release why" in shown(card)


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=600), url=st.text(max_size=100))
def test_any_text_from_outside_can_be_shown(text: str, url: str) -> None:
    """Reasons, names and addresses of any characters make a valid card that calls nobody."""
    journey = Journey().wait(timedelta(0)).finish(TaskType.CREATE_TEST_SUITE)
    failed = Failed(kind=TroubleKind.REFUSED, reason=f"<!channel>{text}", link=f"https://{url}")
    journey.outcome(journey.startable()[0].id, failed)
    release = replace(
        journey.release, branch=f"<!here>{text}", snapshot=replace(journey.release.snapshot, app=text)
    )
    card = release_card(release, now=NOW)
    assert problems(card) == []
    assert "<!channel>" not in shown(card) + card.text
    assert "<!here>" not in shown(card) + card.text


def asked(*unmet: str) -> Release:
    """A release whose Stage 3 waits for approval."""
    return Journey().regression().judged(*unmet).release


def test_an_open_gate_offers_approve_with_its_evidence() -> None:
    """First line = act and scope; one primary button that asks again; the value names release, gate and evidence."""
    release = asked()
    gate = release.gates[-1]
    assert gate.evidence is not None
    card = gate_card(release, gate, now=NOW)
    first = json.loads(json.dumps(card.blocks[0]))
    assert first["text"]["text"] == "*Approve Stage 3 of Pixel 2.14.0?*"
    assert card.text.startswith("Approve Stage 3 of Pixel 2.14.0? Every condition is met.")
    row = next(b for b in json.loads(json.dumps(card.blocks)) if b["type"] == "actions")
    approve, reject = row["elements"]
    assert (approve["action_id"], approve["style"], reject["action_id"]) == (
        "gate.approve",
        "primary",
        "gate.reject",
    )
    assert approve["confirm"]["title"]["text"] == "Approve Stage 3?"
    assert json.loads(approve["value"]) == {
        "release": release.id,
        "gate": gate.id,
        "digest": gate.evidence.digest,
    }
    assert "`9f2c41d07b`" in shown(card)
    assert "412 of 412 cases passed" in shown(card)
    assert f"waiting for <@{QA}>" in shown(card)
    assert problems(card) == []


def test_unmet_conditions_hide_approve_and_say_why() -> None:
    """Nobody is offered what would be refused; the unmet condition stands first, with its owner."""
    release = asked("3 of 412 cases failed")
    card = gate_card(release, release.gates[-1], now=NOW)
    assert labels(card) == [("Reject", "gate.reject"), ("Override…", "gate.force")]
    assert ":x: Not met: <https://checkmate.example/runs/42|3 of 412 cases failed> · qa" in shown(card)
    assert "1 condition is not met" in card.text


def test_no_buttons_before_the_evidence_is_read() -> None:
    """Without evidence there is nothing to decide on."""
    release = Journey().regression().release
    card = gate_card(release, release.gates[-1], now=NOW)
    assert labels(card) == []
    assert problems(card) == []


def test_block_ids_change_with_the_evidence() -> None:
    """A click on a card of other evidence can be told by its block ids; action ids stay."""
    before, after = asked(), asked("3 failed")
    cards = [gate_card(release, release.gates[-1], now=NOW) for release in (before, after)]
    ids = [{str(block.get("block_id")) for block in card.blocks} for card in cards]
    assert not ids[0] & ids[1]


def test_a_signature_is_counted() -> None:
    """One of several approvals shows who gave it and who is still awaited."""
    release = Journey().regression().judged().sign(QA, "qa").release
    card = gate_card(release, release.gates[-1], now=NOW)
    assert f"*qa*: 1 of 1, signed by <@{QA}>" in shown(card)
    assert f"*product*: 0 of 1, waiting for <@{PRODUCT}>" in shown(card)


def test_a_settled_gate_names_who_decided_and_on_what() -> None:
    """Approved: buttons gone, the signers, the time and the evidence in a line."""
    release = in_phase(Phase.PRE_RELEASE)
    card = gate_card(release, release.gates[-1], now=NOW)
    digest = release.gates[-1].evidence.digest if release.gates[-1].evidence else ""
    assert labels(card) == []
    assert f"Approved by <@{QA}> (qa), <@{PRODUCT}> (product)" in card.text
    assert f"evidence {digest}" in card.text
    assert problems(card) == []


def test_a_forced_approval_names_what_was_overridden() -> None:
    """A forced yes never looks like a plain one: reason, conditions and missing sign-offs are named."""
    journey = Journey().regression().judged("3 of 412 cases failed").sign(CAPTAIN, force="Store deadline")
    card = gate_card(journey.release, journey.release.gates[-1], now=NOW)
    assert f"Forced by <@{CAPTAIN}>" in card.text
    assert "Reason: Store deadline" in card.text
    assert "3 of 412 cases failed; 1 sign-off from qa missing" in card.text


def test_a_rejected_gate_keeps_the_question_struck_through() -> None:
    """Rejected: who, why, and that it can still be approved."""
    journey = Journey().regression().judged()
    gate = journey.open_gate
    digest = gate.evidence.digest if gate.evidence else ""
    journey.change(lambda c: decisions.reject(c, gate.id, digest=digest, reason="Checkout <fails>"), by=QA)
    card = gate_card(journey.release, journey.release.gates[-1], now=NOW)
    assert "~Approve Stage 3 of Pixel 2.14.0?~" in shown(card)
    assert "Checkout &lt;fails&gt;" in card.text
    assert labels(card) == [("Run New Cycle", "cycle.run"), ("Approve After All", "gate.approve")]


def test_a_withdrawn_gate_says_why() -> None:
    """Withdrawn: the cause, read from the release."""
    journey = Journey().regression().judged()
    journey.change(lambda change: acts.archive(change, "superseded"), by=CAPTAIN)
    gate = journey.release.gates[-1]
    assert gate.state is GateState.VOID
    assert "because the release was archived" in gate_card(journey.release, gate, now=NOW).text


def test_a_crowded_gate_stays_within_the_limits() -> None:
    """Long findings and many people still make a card that Slack takes."""
    release = asked("x" * 3000, "<&>" * 900)
    gate = release.gates[-1]
    many = tuple(
        replace(gate.sign_offs[0], area=f"area{n}", people=tuple(f"U0{n}{m}" for m in range(30)))
        for n in range(8)
    )
    card = gate_card(release, replace(gate, sign_offs=many), now=NOW)
    assert card.size < LIMIT
    assert problems(card) == []
