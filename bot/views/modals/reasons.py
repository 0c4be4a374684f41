"""One form for every act that needs a reason: hold, reject, skip, decline, archive."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from bot.views.blocks import Json, modal, section
from bot.views.inputs import input_block, plain_text_input
from bot.views.text import bold, say
from bot.views.values import ABANDON, ACCEPT_DRIFT, ARCHIVE, HOLD, PICK_DECLINE, REJECT, SKIP, TRAIN_PAUSE
from bot.views.words import one_line

REASON = "reason"
MOST = 500


class ReasonAct(StrEnum):
    """What the reason is for; the value is the form's callback_id."""

    HOLD = HOLD
    REJECT = REJECT
    SKIP = SKIP
    DECLINE = PICK_DECLINE
    ARCHIVE = ARCHIVE
    ABANDON = ABANDON
    ACCEPT_DRIFT = ACCEPT_DRIFT
    TRAIN_PAUSE = TRAIN_PAUSE


@dataclass(frozen=True, kw_only=True, slots=True)
class _Words:
    title: str
    submit: str
    says: str
    hint: str
    example: str


_WORDS: Mapping[ReasonAct, _Words] = MappingProxyType(
    {
        ReasonAct.HOLD: _Words(
            title="Hold the release",
            submit="Hold",
            says="Nothing new starts until you resume.",
            hint="Everybody who looks at the release reads it",
            example="Crash on start in the last candidate",
        ),
        ReasonAct.REJECT: _Words(
            title="Reject",
            submit="Reject",
            says="What was signed so far is void. It can still be approved later.",
            hint="What must change before you say yes",
            example="Checkout fails on tablets",
        ),
        ReasonAct.SKIP: _Words(
            title="Skip the task",
            submit="Skip Task",
            says="The release goes on without it. What it still runs at CI is stopped.",
            hint="It is kept in the audit log",
            example="Tested by hand this time",
        ),
        ReasonAct.DECLINE: _Words(
            title="Decline the cherry-pick",
            submit="Decline",
            says="It stays out of this release. It can be asked for again.",
            hint="The one who asked reads it",
            example="Too risky this late; it goes into the next release",
        ),
        ReasonAct.ARCHIVE: _Words(
            title="Archive the release",
            submit="Archive",
            says="What is not done is cancelled and stopped at CI, for good. Branches, tags and tickets stay.",
            hint="It is kept in the audit log",
            example="Superseded by 2.15.0",
        ),
        ReasonAct.ABANDON: _Words(
            title="Abandon the cycle",
            submit="Abandon Cycle",
            says="Its tasks are cancelled and its CI runs are stopped. Its tag stays.",
            hint="Everybody who follows the release reads it",
            example="The candidate crashes on start",
        ),
        ReasonAct.ACCEPT_DRIFT: _Words(
            title="Leave the commits out",
            submit="Leave Them Out",
            says="The release is made of the tested commit, without them. Another commit asks again.",
            hint="Those who approve read it",
            example="Only the changelog changed",
        ),
        ReasonAct.TRAIN_PAUSE: _Words(
            title="Pause the train",
            submit="Pause",
            says="No more releases are made until it is resumed. Those that are made already go on.",
            hint="Everybody who looks at the train reads it",
            example="The team is at the company meeting",
        ),
    }
)


def reason_form(act: ReasonAct, subject: str, *, metadata: str, typed: str = "") -> Json:
    """The form. `subject` names what it is about; `metadata` is what the button carried, `typed` a reason so far."""
    words = _WORDS[act]
    about = say("{subject}. {says}", subject=bold(one_line(subject, 300)), says=words.says)
    box = plain_text_input(
        REASON,
        initial=typed or None,
        placeholder=f"For example: {words.example}",
        multiline=True,
        most=MOST,
        focus=True,
    )
    return modal(
        words.title,
        [section(about), input_block("Reason", box, block_id=REASON, hint=words.hint)],
        callback_id=act,
        submit=words.submit,
        private_metadata=metadata,
    )


def read_reason(values: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> str:
    """The reason, trimmed; empty where nothing but white space was typed."""
    return str(values.get(REASON, {}).get(REASON, {}).get("value") or "").strip()[:MOST]
