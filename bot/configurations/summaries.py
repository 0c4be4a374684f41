"""Each step of a configuration in one line, and the words for a place in it."""

from collections.abc import Callable, Mapping

from bot.configurations.document import Document, look
from bot.configurations.plans import pairs_of
from bot.configurations.reading import in_words
from bot.configurations.spans import in_words as span_in_words
from bot.views.configurations import Step
from bot.views.text import plural
from orchestration.domain.errors import Problem
from orchestration.domain.health_plan import HealthAction
from orchestration.domain.pairs import Pair, Target
from orchestration.domain.store_states import GoLive

_MOST = 5
_STEPS: Mapping[str, Step] = {
    "scm": Step.SOURCE,
    "base_branch": Step.SOURCE,
    "branch_pattern": Step.SOURCE,
    "branch_patterns": Step.SOURCE,
    "backmerge": Step.SOURCE,
    "home": Step.SOURCE,
    "workflows": Step.BUILDS,
    "pm": Step.TICKETS,
    "tickets": Step.TICKETS,
    "test_platform": Step.TESTS,
    "test_plans": Step.TESTS,
    "stores": Step.STORES,
    "office": Step.ROLLOUT,
    "channels": Step.CHANNELS,
    "release_channel": Step.CHANNELS,
    "channel_pattern": Step.CHANNELS,
    "channel_invites": Step.CHANNELS,
    "archive_channel": Step.CHANNELS,
    "gate": Step.GATE,
    "timing": Step.TIMING,
}
_SIGN_OFFS = {"sign_offs": "Sign-off", "store_sign_offs": "Store sign-off"}
_NAMES = {
    "id": "Id",
    "name": "Name",
    "app": "App",
    "pairs": "Platforms and targets",
    "default": "Default",
    "active": "In use",
    "scm": "Repository",
    "base_branch": "Base branch",
    "branch_pattern": "Release branch",
    "branch_patterns": "Branch of a type",
    "backmerge": "Backmerge",
    "hotfix_may_skip_regression": "Hotfixes",
    "home": "Release channel",
    "release_channel": "Each release",
    "channel_pattern": "Name of its own channel",
    "channel_invites": "Who is brought into its own channel",
    "archive_channel": "After the end",
    "pm": "Connection",
    "test_platform": "Connection",
    "done_statuses": "statuses",
    "issue_type": "kind of ticket",
    "fields": "other fields",
    "integration": "connection",
    "job": "workflow",
    "key": "name",
    "office": "Office",
    "go_live": "when approved",
    "whats_new": "what is new",
    "health": "health",
    "crash_free": "sessions without a crash",
    "drop": "points below the version before",
    "window": "time that counts",
}


def step_of(problem: Problem) -> Step:
    """The step in which it is mended; what belongs to none is told with the basics."""
    place = _place(problem)
    if place[0] == "stores" and place[2:3] == ("rollout",):
        return Step.ROLLOUT
    if place[0] == "stores" and place[2:3] == ("health",):
        return Step.HEALTH
    if place[:2] == ("gate", "store_sign_offs"):
        return Step.STORE_GATE
    return _STEPS.get(place[0], Step.BASICS)


def told(problem: Problem, document: Document) -> str:
    """A problem with its place, in the words of the forms."""
    place = _place(problem)
    where = ", ".join(_where(place, document))
    return f"{where}: {in_words(problem)}" if where else in_words(problem)


def _place(problem: Problem) -> tuple[str, ...]:
    return problem.place or tuple(problem.field.split("."))


def _where(place: tuple[str, ...], document: Document) -> list[str]:
    head, *rest = place
    words = [_NAMES[head]] if head in _NAMES else []
    if head == "workflows" and rest:
        key = look(document, ("workflows", int(rest[0]) if rest[0].isdigit() else -1, "key"), "")
        words, rest = [f"Build {key or rest[0]}"], rest[1:]
    elif head in {"tickets", "test_plans", "stores"} and rest:
        words, rest = [_pair_title(rest[0])], rest[1:]
    elif head == "gate" and rest and rest[0] in _SIGN_OFFS and len(rest) > 1 and rest[1].isdigit():
        words, rest = [f"{_SIGN_OFFS[rest[0]]} {int(rest[1]) + 1}"], rest[2:]
    return [*words, *(_NAMES.get(part, part.replace("_", " ")) for part in rest if not part.isdigit())]


def _pair_title(key: str) -> str:
    try:
        return Pair.parse(key).title
    except ValueError:
        return key


def _basics(document: Document) -> str:
    pairs = ", ".join(pair.title for pair in pairs_of(document))
    by = "people" if look(document, ("build_mode",)) == "MANUAL" else "CI"
    state = "active" if look(document, ("active",), True) else "switched off"
    default = ", the default" if look(document, ("default",)) else ""
    parts = [
        look(document, ("name",), ""),
        look(document, ("app",), ""),
        pairs,
        f"builds by {by}",
        state + default,
    ]
    return " · ".join(str(part) for part in parts if part)


def _source(document: Document) -> str:
    branch, scm = look(document, ("base_branch",), ""), look(document, ("scm",), "")
    if not branch and not scm:
        return ""
    pattern = look(document, ("branch_pattern",), "release/{version}")
    own = look(document, ("branch_patterns",), {})
    patterns = ", ".join([str(pattern), *(f"{kind}: {each}" for kind, each in sorted(own.items()) if each)])
    back = ", merged back" if look(document, ("backmerge",)) else ""
    return f"{scm or 'no repository'}: {branch or 'no branch'} → {patterns}{back}"


def _builds(document: Document) -> str:
    found = look(document, ("workflows",), [])
    systems = sorted({str(each.get("integration", "")) for each in found} - {""})
    return f"{plural(len(found), 'workflow')} of {_listed(systems)}" if found else ""


def _plans(connection: str, name: str) -> Callable[[Document], str]:
    def summary(document: Document) -> str:
        found = look(document, (name,), {})
        where = look(document, (connection,), "")
        plans = [f"{_pair_title(key)} in {plan.get('project', '')}" for key, plan in found.items()]
        return f"{where or 'no connection'}: {_listed(plans)}" if plans else str(where)

    return summary


def _stores(document: Document) -> str:
    return _listed(
        [
            " ".join(
                part
                for part in (_pair_title(key), plan.get("integration", ""), plan.get("group") or "")
                if part
            )
            for key, plan in look(document, ("stores",), {}).items()
        ]
    )


def _channels(document: Document) -> str:
    found = {bucket: ids for bucket, ids in look(document, ("channels",), {}).items() if ids}
    heard = [f"{bucket}: {plural(len(ids), 'channel')}" for bucket, ids in found.items()]
    own = ["a channel for each release"] if look(document, ("release_channel",)) == "own" else []
    return ", ".join([*heard, *own])


def _gate(document: Document) -> str:
    conditions = look(document, ("gate", "conditions"))
    percent = look(document, ("gate", "pass_percent"), 100)
    signed = _signed(document, "sign_offs")
    held = "all conditions" if conditions is None else plural(len(conditions), "condition")
    auto = "by itself" if look(document, ("gate", "auto")) else ""
    return " · ".join(part for part in (held, f"{percent} % passed", _listed(signed), auto) if part)


def _store_gate(document: Document) -> str:
    return _listed(_signed(document, "store_sign_offs"))


def _signed(document: Document, name: str) -> list[str]:
    return [
        f"{each.get('area', '')} {each.get('needed', 1)} of {len(each.get('people') or ()) or 'its role'}"
        for each in look(document, ("gate", name), [])
    ]


def _rollout(document: Document) -> str:
    told = []
    for key, plan in look(document, ("stores",), {}).items():
        if plan.get("submit") is False:
            told.append(f"{_pair_title(key)} testers only")
            continue
        rollout = plan.get("rollout") or {}
        parts = [f"{str(each).removesuffix('.0')} %" for each in rollout.get("steps") or ()]
        paced = "by itself" if rollout.get("auto_advance") else ""
        if key.endswith(Target.APP_STORE):
            parts = ["over seven days" if rollout.get("phased", True) else "to everybody at once"]
            paced = "let out by a person" if rollout.get("go_live") == GoLive.MANUAL else ""
        told.append(" ".join(part for part in (_pair_title(key), ", ".join(parts), paced) if part))
    zone = look(document, ("office", "zone"), "")
    return _listed([*told, *([f"office in {zone}"] if zone else [])])


def _health(document: Document) -> str:
    """Where a rule judges, by which tool, and what follows."""
    rules = {key: plan.get("health") or {} for key, plan in look(document, ("stores",), {}).items()}
    stops = {HealthAction.PAUSE.value: ", stops the store"}
    return _listed(
        [
            f"{_pair_title(key)} {rule['integration']}{stops.get(str(rule.get('action')), '')}"
            for key, rule in rules.items()
            if rule.get("integration")
        ]
    )


def _timing(document: Document) -> str:
    found = {name: value for name, value in look(document, ("timing",), {}).items() if value is not None}
    return (
        ", ".join(f"{name.replace('_', ' ')} {span_in_words(value)}" for name, value in found.items())
        or "as usual"
    )


def _listed(parts: list[str]) -> str:
    more = f" and {len(parts) - _MOST} more" if len(parts) > _MOST else ""
    return ", ".join(parts[:_MOST]) + more


SUMMARIES: Mapping[Step, Callable[[Document], str]] = {
    Step.BASICS: _basics,
    Step.SOURCE: _source,
    Step.BUILDS: _builds,
    Step.TICKETS: _plans("pm", "tickets"),
    Step.TESTS: _plans("test_platform", "test_plans"),
    Step.STORES: _stores,
    Step.ROLLOUT: _rollout,
    Step.HEALTH: _health,
    Step.CHANNELS: _channels,
    Step.GATE: _gate,
    Step.STORE_GATE: _store_gate,
    Step.TIMING: _timing,
}
