"""The form of `/release edit`: everything that was ordered and is still ahead, filled with what it is now."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from bot.views.blocks import Json, context, modal
from bot.views.inputs import datetimepicker, input_block, option, plain_text_input, static_select
from bot.views.modals.filled import State, element, instant
from bot.views.modals.filled import text as text_of
from bot.views.text import say
from bot.views.values import EDIT
from bot.views.words import one_line
from orchestration.domain.errors import Problem
from orchestration.domain.orders import Edit, ahead
from orchestration.domain.pairs import Pair
from orchestration.domain.release import Release
from orchestration.domain.version import ReleaseType

KICK_OFF, TARGET, REASON, TYPE, BASE, BRANCH, PARENT = (
    "kick_off_at",
    "target_at",
    "reason",
    "type",
    "base_branch",
    "branch",
    "parent",
)
Value = TypeVar("Value")
_VERSION = "version:"
_ERROR = 300


def edit_form(release: Release, *, metadata: str) -> Json:
    """Before kick-off everything; afterwards what is still ahead."""
    return modal(
        "Edit the release",
        list(_inputs(release)),
        callback_id=EDIT,
        submit="Save",
        private_metadata=metadata,
    )


def _inputs(release: Release) -> Iterator[Json]:
    yield context(say("{title} · {id}", title=one_line(release.title, 200), id=release.id))
    if ahead(release):
        yield input_block(
            "Kick-off", datetimepicker(KICK_OFF, initial=release.kick_off_at), block_id=KICK_OFF
        )
    yield input_block("Target", datetimepicker(TARGET, initial=release.target_at), block_id=TARGET)
    yield input_block(
        "Reason",
        plain_text_input(REASON, most=300),
        block_id=REASON,
        hint="Needed where the target moves",
        optional=True,
    )
    if not ahead(release):
        yield context(
            "Kick-off is over: branch, platforms, versions and type are fixed. Slots: /release slot"
        )
        return
    kinds = {kind: option(kind.capitalize(), kind) for kind in ReleaseType}
    select = static_select(TYPE, list(kinds.values()), initial=kinds[release.type])
    yield input_block("Type", select, block_id=TYPE)
    versions = {plan.pair: str(plan.version) for plan in release.plans}
    yield from (_version(pair, versions.get(pair)) for pair in release.snapshot.pairs)
    yield _parent(release)
    for label, name, value in (
        ("Base branch", BASE, release.base_branch),
        ("Release branch", BRANCH, release.branch),
    ):
        yield input_block(label, plain_text_input(name, initial=value, most=200), block_id=name)


def _parent(release: Release) -> Json:
    known = release.parent.ref if release.parent is not None else None
    return input_block(
        "Hotfix of",
        plain_text_input(PARENT, initial=known, placeholder="v2.14.0", most=200),
        block_id=PARENT,
        hint="Of a hotfix: a tag, a branch, a version or a release. Empty finds it by the version",
        optional=True,
    )


def _version(pair: Pair, version: str | None) -> Json:
    return input_block(
        f"{pair.title} version",
        plain_text_input("value", initial=version, placeholder="2.14.0", most=30),
        block_id=f"{_VERSION}{pair.key}",
        hint=f"Empty leaves {pair.title} out of this release",
        optional=True,
    )


def read_edit(values: State, release: Release) -> Edit:
    """What is another than the release has it; what is the same is None."""
    asked = {block.removeprefix(_VERSION) for block in values if block.startswith(_VERSION)}
    versions = {key: text for key in asked if (text := text_of(values, f"{_VERSION}{key}"))}
    known = {plan.pair.key: str(plan.version) for plan in release.plans}
    kind = (element(values, TYPE).get("selected_option") or {}).get("value")
    type_ = ReleaseType(kind) if kind in set(ReleaseType) else release.type
    return Edit(
        kick_off_at=_moved(instant(values, KICK_OFF), release.kick_off_at),
        target_at=_moved(instant(values, TARGET), release.target_at),
        type=None if type_ is release.type else type_,
        versions=versions if asked and versions != known else None,
        base_branch=_changed(text_of(values, BASE), release.base_branch),
        branch=_changed(text_of(values, BRANCH), release.branch),
        parent=_changed(text_of(values, PARENT), release.parent.ref if release.parent else None),
        reason=text_of(values, REASON) or "",
    )


def edit_errors(problems: Sequence[Problem], blocks: Sequence[str]) -> dict[str, str]:
    """What is wrong, at its field; what belongs to no field of the form stands at the first."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        place = problem.field if problem.field in blocks else TARGET
        found.setdefault(place, []).append(problem.message)
    return {block: ". ".join(messages)[:_ERROR] for block, messages in found.items()}


def _changed(chosen: Value | None, known: Value) -> Value | None:
    return None if chosen == known else chosen


def _moved(chosen: datetime | None, known: datetime) -> datetime | None:
    """The picker knows whole seconds only: what it shows unchanged is no change."""
    return None if chosen is None or int(chosen.timestamp()) == int(known.timestamp()) else chosen
