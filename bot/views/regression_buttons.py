"""Buttons about Stage 2: one more cycle, and what to do about commits that came after what was tested."""

from bot.views.blocks import Json, button, confirm
from bot.views.values import ACCEPT_DRIFT, CYCLE, carried
from bot.views.words import one_line
from orchestration.domain.gates import Finding, Gate
from orchestration.domain.release import Release


def cycle_button(release: Release) -> Json:
    """One more cycle like the last one, after a look at what that does."""
    title = one_line(release.title, 60)
    asked = confirm(
        "Run another cycle?",
        f"{title}: the head of its branch becomes the next candidate. What was approved is void.",
        yes="Run Cycle",
    )
    return button(
        "Run New Cycle",
        action_id=CYCLE,
        value=carried(release=release.id),
        confirm=asked,
        accessibility_label=one_line(f"Run a new regression cycle of {title}", 75),
    )


def drift_buttons(release: Release, gate: Gate, found: Finding) -> tuple[Json, ...]:
    """Test the commits that came since, or leave them out with a reason; bound to the head that is shown."""
    value = carried(release=release.id, gate=gate.id, head=found.key or "")
    accept = button(
        "Leave Them Out",
        action_id=ACCEPT_DRIFT,
        value=value,
        accessibility_label="Leave the untested commits out of this release",
    )
    return (cycle_button(release), accept)
