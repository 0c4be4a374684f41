"""The form for naming a deputy: who, and until when."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.views.blocks import Json, modal, section
from bot.views.inputs import datetimepicker, input_block, users_select
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


def read_deputy(values: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> tuple[str, datetime | None]:
    """What was filled in."""
    seconds = values.get(UNTIL, {}).get(UNTIL, {}).get("selected_date_time")
    at = datetime.fromtimestamp(seconds, tz=UTC) if isinstance(seconds, int) else None
    return str(values.get(WHO, {}).get(WHO, {}).get("selected_user") or ""), at
