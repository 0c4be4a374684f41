"""What re-planning a release from its configuration would change, before it is done."""

from collections.abc import Mapping, Sequence

from bot.views.blocks import actions, button, confirm, section
from bot.views.rendered import Rendered, paragraphs
from bot.views.text import Mrkdwn, bold, escape, say
from bot.views.values import REPLAN, carried
from bot.views.words import brief
from orchestration.domain.release import Release

_WORDS = 300


def replan_offer(release: Release, changes: Mapping[str, str], stays: Sequence[str], digest: str) -> Rendered:
    """The differences, and the button where there are some."""
    title = bold(brief(release.title, 80))
    if not changes:
        said = say("{what} is planned by its configuration as it is now.", what=title)
        return Rendered(text=said, blocks=tuple(section(t) for t in paragraphs([said, *_stays(stays)])))
    names = changes.get("changed", "").split(", ")
    head = say("Re-planning {what} from its configuration would change:", what=title)
    texts = paragraphs([head, *(_line(name, changes) for name in names), *_stays(stays)])
    sure = confirm(
        "Re-plan it?",
        "Tasks that are planned already stay as they are; what comes after follows the configuration.",
        yes="Re-plan",
    )
    go = button("Re-plan", action_id=REPLAN, value=carried(release=release.id, seen=digest), confirm=sure)
    return Rendered(text=head, blocks=(*(section(text) for text in texts), actions(go)))


def _line(name: str, changes: Mapping[str, str]) -> Mrkdwn:
    before, after = changes.get(f"before.{name}"), changes.get(f"after.{name}")
    shown = bold(brief(name.replace("_", " "), 60))
    if before is None and after is None:
        return say("• {name} is another", name=shown)
    was, now = brief(before or "nothing", _WORDS), brief(after or "nothing", _WORDS)
    return say("• {name}: {was} becomes {now}", name=shown, was=was, now=now)


def _stays(stays: Sequence[str]) -> tuple[Mrkdwn, ...]:
    if not stays:
        return ()
    names = ", ".join(name.replace("_", " ") for name in stays)
    return (escape(f"Not taken over, because the release was ordered or begun with it: {names}."),)
