"""The form for naming a deputy: who, and until when."""

from datetime import datetime

from bot.views.blocks import Json, modal, section
from bot.views.inputs import datetimepicker, input_block, users_select
from bot.views.modals.filled import State, element, instant
from bot.views.values import DEPUTY

WHO, UNTIL = "who", "until"


def deputy_form(*, until: datetime) -> Json:
    """Filled with a proposed end."""
    return modal(
        "Name a deputy",
        [
            section(
                "Your deputy may approve in your place, for whatever you may approve yourself at that moment."
            ),
            input_block("Deputy", users_select(WHO, focus=True), block_id=WHO),
            input_block("Until", datetimepicker(UNTIL, initial=until), block_id=UNTIL),
        ],
        callback_id=DEPUTY,
        submit="Name Deputy",
        private_metadata="deputy",
    )


def read_deputy(values: State) -> tuple[str, datetime | None]:
    """What was filled in."""
    return str(element(values, WHO).get("selected_user") or ""), instant(values, UNTIL)
