"""What the form of `/release start` is filled with and what comes out of it: plain values, no Block Kit but state."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.views.modals.choice import Choice
from bot.views.modals.filled import State, element, instant
from bot.views.modals.filled import text as text_of
from orchestration.domain.creation import Order, WantedSlot
from orchestration.domain.errors import Problem
from orchestration.domain.pairs import Pair
from orchestration.domain.stages import CycleFlags
from orchestration.domain.version import ReleaseType

CONFIGURATION, TYPE, KICK_OFF, TARGET = "configuration", "type", "kick_off_at", "target_at"
AUTOMATION, CAPTAIN, BASE, BRANCH = "automation", "captain", "base_branch", "branch"
PARENT, SKIP = "parent", "skip_regression"
SLOTS = ("slot1", "slot2", "slot3")
VERSION = "version"
INPUT = "value"
"""The action_id of every input: a block holds one."""

_ERROR = 300
# The fields of `creation.Order` that the form asks for elsewhere or not at all, and where their problem is shown.
_SHOWN_AT = {"slots": SLOTS[0], "reminder_at": KICK_OFF, "base_commit": BASE, "previous_tag": BASE}


@dataclass(frozen=True, kw_only=True, slots=True)
class StartForm:
    """What the form proposes. `versions` are the next versions of this `type`, keyed by pair; None: none known yet.

    `may_skip`: a hotfix of this configuration may go out without regression.
    """

    choices: Sequence[Choice]
    chosen: str
    type: ReleaseType
    versions: Mapping[Pair, str | None]
    base_branch: str
    captain: str
    target_at: datetime | None = None
    slots: Sequence[datetime] = ()
    branch_pattern: str = "release/{version}"
    may_skip: bool = False

    @property
    def hotfix(self) -> bool:
        """Whether it asks for what only a hotfix has."""
        return self.type is ReleaseType.HOTFIX


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What a person asked for, unchecked."""

    configuration: str
    order: Order


def version_block(pair: Pair, configuration: str, kind: ReleaseType) -> str:
    """Another block for another configuration or type: Slack keeps what was typed in a block that stays."""
    return f"{VERSION}:{pair.key}@{configuration}@{kind}"


def base_block(configuration: str) -> str:
    """Another block for another configuration, whose base branch may be another."""
    return f"{BASE}@{configuration}"


def read_start_release(values: State) -> Wanted:
    """The order as it was filled in. Nothing is checked here; what is empty or not understood is None or absent."""
    flags = CycleFlags(automation=bool(element(values, AUTOMATION).get("selected_options")))
    slots = [at for block in SLOTS if (at := instant(values, block)) is not None]
    kind = _option(values, TYPE)
    order = Order(
        type=ReleaseType(kind) if kind in set(ReleaseType) else ReleaseType.MINOR,
        versions=_versions(values),
        kick_off_at=instant(values, KICK_OFF),
        target_at=instant(values, TARGET),
        slots=tuple(WantedSlot(at=at, flags=flags) for at in slots),
        base_branch=text_of(values, _found(values, BASE)),
        branch=text_of(values, BRANCH),
        captain=element(values, CAPTAIN).get("selected_user"),
        parent=text_of(values, PARENT),
        skip_regression=text_of(values, SKIP),
    )
    return Wanted(configuration=_option(values, CONFIGURATION), order=order)


def errors(problems: Sequence[Problem], values: State) -> dict[str, str]:
    """block_id → what is wrong there, for `response_action: errors`; every problem is in it, at its field.

    Slack takes errors only at blocks of the form: what belongs to none stands at the configuration.
    """
    found: dict[str, list[str]] = {}
    for problem in problems:
        found.setdefault(_block_of(problem.field, values), []).append(problem.message)
    return {block: ". ".join(messages)[:_ERROR] for block, messages in found.items()}


def _block_of(field: str, values: State) -> str:
    """The block of a field; the first version's for the versions as a whole, else the configuration's."""
    named = _SHOWN_AT.get(field, field)
    if named == "versions":
        return next((block for block in values if block.startswith(f"{VERSION}:")), CONFIGURATION)
    return _found(values, named) if _found(values, named) in values else CONFIGURATION


def _found(values: State, field: str) -> str:
    """The block of a field, whichever configuration and type it was proposed for."""
    return next((block for block in values if block.startswith(f"{field}@")), field)


def _versions(values: State) -> dict[str, str]:
    """Pair → version as typed; a pair whose version is left empty is not part of the release."""
    found = {}
    for block in values:
        if block.startswith(f"{VERSION}:"):
            text = text_of(values, block)
            if text is not None:
                found[block.removeprefix(f"{VERSION}:").partition("@")[0]] = text
    return found


def _option(values: State, block: str) -> str:
    chosen = element(values, block).get("selected_option")
    return str(chosen.get("value", "")) if isinstance(chosen, Mapping) else ""


def pack_wanted(wanted: Wanted) -> str:
    """One line of JSON for `private_metadata`, so that the preview can be confirmed without typing again."""
    order = wanted.order
    return json.dumps(
        {
            "configuration": wanted.configuration,
            "type": order.type,
            "versions": dict(order.versions),
            "kick_off": _seconds(order.kick_off_at),
            "target": _seconds(order.target_at),
            "slots": [_seconds(slot.at) for slot in order.slots],
            "automation": any(slot.flags.automation for slot in order.slots),
            "base": order.base_branch,
            "branch": order.branch,
            "captain": order.captain,
            "parent": order.parent,
            "skip": order.skip_regression,
        },
        separators=(",", ":"),
        ensure_ascii=False,
    )


def unpack_wanted(text: str) -> Wanted:
    """The inverse of `pack_wanted`; ValueError where the text is anything else."""
    try:
        kept = json.loads(text)
        flags = CycleFlags(automation=kept["automation"])
        order = Order(
            type=ReleaseType(kept["type"]),
            versions=kept["versions"],
            kick_off_at=_at(kept["kick_off"]),
            target_at=_at(kept["target"]),
            slots=tuple(
                WantedSlot(at=at, flags=flags) for slot in kept["slots"] if (at := _at(slot)) is not None
            ),
            base_branch=kept["base"],
            branch=kept["branch"],
            captain=kept["captain"],
            parent=kept.get("parent"),
            skip_regression=kept.get("skip"),
        )
        return Wanted(configuration=kept["configuration"], order=order)
    except (KeyError, TypeError) as error:
        raise ValueError("This is no order of ours") from error


def _seconds(at: datetime | None) -> int | None:
    return int(at.timestamp()) if at is not None else None


def _at(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, tz=UTC) if seconds is not None else None
