"""The second look before conditions are overridden: everything that is not as it should be, and why it is done."""

from bot.views.blocks import Json, context, modal, section
from bot.views.gate_lines import ACTS, GateRoom, conditions, tested
from bot.views.inputs import input_block, plain_text_input
from bot.views.modals.reasons import MOST, REASON
from bot.views.rendered import paragraphs
from bot.views.text import Mrkdwn, bold, escape, say
from bot.views.values import FORCE
from bot.views.words import brief, one_line
from orchestration.domain.gates import Gate
from orchestration.domain.release import Release

_ROOM = GateRoom(words=300)


def override_form(release: Release, gate: Gate, *, metadata: str, reason: str = "") -> Json:
    """The form; `metadata` carries the evidence that it shows, and what is done counts for that evidence alone."""
    act = ACTS[gate.kind]
    question = say("{act} of {title} although", act=bold(act.asks), title=bold(one_line(release.title, 200)))
    box = plain_text_input(
        REASON,
        initial=reason or None,
        placeholder="For example: store deadline, QA agreed by phone",
        multiline=True,
        most=MOST,
        focus=True,
    )
    texts = paragraphs([question, *overridden(release, gate)])
    return modal(
        "Override",
        [
            *(section(text) for text in texts),
            *(section(text) for text in paragraphs(tested(release, gate, _ROOM))),
            section(escape(act.follows)),
            input_block("Reason", box, block_id=REASON, hint="Everybody in the release channel reads it"),
            context("It is told in the channel and kept in the audit log with all that stands above."),
        ],
        callback_id=FORCE,
        submit="Override",
        close="Back",
        private_metadata=metadata,
    )


def overridden(release: Release, gate: Gate) -> list[Mrkdwn]:
    """Each condition and sign-off that would be passed over."""
    unmet = {f.says for f in gate.evidence.unmet} if gate.evidence is not None else set()
    lines = conditions(release, gate, _ROOM)[: len(unmet)] if unmet else []
    missing = [
        say(":x: Missing: {n} from {area}", n=wanted.needed, area=brief(wanted.area, 60))
        for wanted in gate.missing()
    ]
    return [*lines, *missing] or [escape("nothing: a plain approval would do.")]
