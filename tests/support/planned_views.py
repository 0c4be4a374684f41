"""Trains as people look at them, and whether Slack takes what is shown of them."""

import json
from collections.abc import Mapping
from typing import Any

from bot.slack.blocks import Surface, validate
from bot.views.modals.choice import Choice
from bot.views.rendered import Rendered
from orchestration.domain.train import (
    Run,
    RunState,
    Train,
    departures,
    timetable,
)
from orchestration.domain.train_view import Coming, TrainView
from tests.support.release_parts import NOW
from tests.support.releases import LONG
from tests.support.trains import calendar

CHOICES = [Choice(id="pixel", name="Pixel"), Choice(id="lite", name=LONG[:200])]


def problems(view: Mapping[str, object], surface: Surface = Surface.MODAL) -> list[str]:
    """What Slack would refuse."""
    return [f"{p.pointer}: {p.message}" for p in validate(view, surface)]


def fine(rendered: Rendered) -> str:
    """The message as text; Slack takes it."""
    payload = {"text": rendered.text, "blocks": list(rendered.blocks)}
    assert problems(payload, Surface.MESSAGE) == []
    return f"{rendered.text}\n{json.dumps(rendered.blocks, ensure_ascii=False)}"


def view_of(of: Train, *, most: int = 6, run: RunState | None = None) -> TrainView:
    """The train with its next dates, the first of them settled as `run`."""
    days = calendar(of, d20261214="Founders' day")
    coming: list[Coming] = []
    for departure in departures(of, days, of.cursor):
        settled = None
        if run is not None and not coming:
            settled = Run(
                tenant_id=of.tenant_id,
                train_id=of.id,
                by_rule=departure.by_rule,
                on=departure.on,
                state=run,
                by="U0ANN",
                at=NOW,
                reason=LONG,
                release_id="REL-1" if run is RunState.CREATED else None,
            )
        coming.append(Coming(timetable=timetable(of, days, departure), run=settled))
        if len(coming) == most:
            break
    return TrainView(train=of, calendar=days, configuration="Pixel", coming=tuple(coming))


def state_of(view: Mapping[str, Any]) -> dict[str, dict[str, dict[str, Any]]]:
    """The form as Slack sends it back untouched."""
    state: dict[str, dict[str, dict[str, Any]]] = {}
    for block in json.loads(json.dumps(view))["blocks"]:
        element = block["element"]
        filled = {
            "static_select": {"selected_option": element.get("initial_option")},
            "datepicker": {"selected_date": element.get("initial_date")},
            "timepicker": {"selected_time": element.get("initial_time")},
            "checkboxes": {"selected_options": element.get("initial_options", [])},
        }.get(element["type"], {"value": element.get("initial_value")})
        state[block["block_id"]] = {element["action_id"]: filled}
    return state
