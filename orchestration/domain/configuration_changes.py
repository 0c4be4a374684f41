"""What an edit of a release configuration did, in the words of the audit log."""

from collections.abc import Callable, Mapping
from typing import Any

from orchestration.domain.gates import SignOff
from orchestration.domain.pairs import Pair
from orchestration.domain.snapshot import GateSettings, StorePlan, TestPlan, TicketPlan, Workflow


def differences(before: Mapping[str, object] | None, after: Mapping[str, object]) -> dict[str, str]:
    """What a change did, for the audit log: the fields that differ, and names before and after.

    The inputs of workflows and what stands in fields of tickets are not told: people write into them what should not
    be kept for ever.
    """
    if before is None:
        return {"changed": "new", **{f"after.{name}": names for name, names in _all_names(after).items()}}
    changed = [name for name in after if before.get(name) != after[name]]
    was, now = _all_names(before), _all_names(after)
    told = {"changed": ", ".join(changed)}
    for name in changed:
        if was.get(name) != now.get(name):
            told |= {f"before.{name}": was.get(name, ""), f"after.{name}": now.get(name, "")}
    return told


def _all_names(values: Mapping[str, object]) -> dict[str, str]:
    return {name: names for name, value in values.items() if (names := _names(value))}


def _names(value: object) -> str:
    """A value in a few words; empty where there are none."""
    return next((words(value) for kind, words in _WORDS if isinstance(value, kind)), "")


# The first that fits: a bool before the rest.
_WORDS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (bool, lambda value: "yes" if value else "no"),
    (str, str),
    (Pair, lambda pair: str(pair.key)),
    (Workflow, lambda workflow: f"{workflow.key} ({workflow.integration} {workflow.job})"),
    (
        TicketPlan,
        lambda plan: (
            f"{plan.project} {plan.issue_type}" + (f" with {', '.join(plan.fields)}" if plan.fields else "")
        ),
    ),
    (TestPlan, lambda plan: str(plan.project)),
    (
        StorePlan,
        lambda plan: (
            f"{plan.integration} {plan.group or ''}".rstrip() + ("" if plan.submit else ", for testers only")
        ),
    ),
    (SignOff, lambda wanted: f"{wanted.area} {wanted.needed} of {_names(wanted.people)}"),
    (
        GateSettings,
        lambda gate: (
            f"{_names(gate.conditions)}; {gate.pass_percent} %; {_names(gate.sign_offs)}; "
            f"own changes {gate.own_changes}"
        ),
    ),
    (Mapping, lambda values: ", ".join(f"{key}: {_names(each)}" for key, each in sorted(values.items()))),
    (tuple, lambda values: ", ".join(_names(each) for each in values)),
)
