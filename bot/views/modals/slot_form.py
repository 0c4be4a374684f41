"""The form of a regression slot: when, and what its cycle does."""

from datetime import datetime

from bot.views.blocks import Json, modal, section
from bot.views.inputs import checkboxes, datetimepicker, input_block, option
from bot.views.modals.filled import State, element, instant
from bot.views.text import bold, say
from bot.views.values import SLOT_FORM
from bot.views.words import one_line, when
from orchestration.domain.release import Release
from orchestration.domain.stages import CycleFlags, Slot

AT, FLAGS = "at", "flags"
_BUILDS, _AUTOMATION = "builds", "automation"


def slot_form(release: Release, slot: Slot | None, *, at: datetime, flags: CycleFlags, metadata: str) -> Json:
    """Filled with what is proposed; `slot` is the one that is moved, None for a new one."""
    options = {
        _BUILDS: option("Regression builds", _BUILDS),
        _AUTOMATION: option("Automated tests", _AUTOMATION),
    }
    chosen = [
        options[name]
        for name, on in ((_BUILDS, flags.regression_builds), (_AUTOMATION, flags.automation))
        if on
    ]
    about = say(
        "{title}: between kick-off {kick_off} and target {target}.",
        title=bold(one_line(release.title, 200)),
        kick_off=when(release.kick_off_at),
        target=when(release.target_at),
    )
    return modal(
        "Add a slot" if slot is None else "Move the slot",
        [
            section(about),
            input_block("Time", datetimepicker(AT, initial=at), block_id=AT),
            input_block(
                "What its cycle does",
                checkboxes(FLAGS, list(options.values()), initial=chosen),
                block_id=FLAGS,
                hint="Besides the candidate's tag and notes",
                optional=True,
            ),
        ],
        callback_id=SLOT_FORM,
        submit="Add Slot" if slot is None else "Move Slot",
        private_metadata=metadata,
    )


def read_slot(values: State) -> tuple[datetime | None, CycleFlags]:
    """What was filled in; None where no time was chosen."""
    found = {str(one.get("value")) for one in element(values, FLAGS).get("selected_options") or []}
    flags = CycleFlags(regression_builds=_BUILDS in found, automation=_AUTOMATION in found)
    return instant(values, AT), flags
