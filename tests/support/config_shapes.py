"""Release configurations of every shape, and what Slack would hold of a form that was just opened."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from bot.configurations.facts import Connected, Facts
from orchestration.domain.builds import BuildKind
from orchestration.domain.gates import Condition, SignOff
from orchestration.domain.health_plan import HealthAction, HealthPlan
from orchestration.domain.pairs import LEGAL_TARGETS, Pair, Platform
from orchestration.domain.rollout_plan import Office, RolloutPlan
from orchestration.domain.rollout_rules import LONGEST_NOTE
from orchestration.domain.snapshot import (
    Bucket,
    BuildMode,
    GateSettings,
    OwnChanges,
    ReleaseChannel,
    Snapshot,
    StorePlan,
    TestPlan,
    TicketPlan,
    Timing,
    Workflow,
)
from orchestration.domain.store_states import GoLive
from orchestration.ports.runtime import Configuration

TENANT = "T0001"
PAIRS = tuple(
    Pair(platform=platform, target=target) for platform in Platform for target in LEGAL_TARGETS[platform]
)
KINDS = frozenset(
    {
        "branches",
        "workflows",
        "projects",
        "issue_types",
        "statuses",
        "test_projects",
        "sections",
        "labels",
        "squads",
        "platforms",
        "tracks",
    }
)
PORTS = frozenset({"scm", "cicd", "pm", "test_platform", "app_store", "release_health"})


def facts(*ids: str, kinds: frozenset[str] = KINDS, fresh: bool = False) -> Facts:
    """Connections that can be everything and show everything."""
    return Facts(
        connections={
            each: Connected(
                id=each, name=each.title(), title="Vendor", state="verified", ports=PORTS, kinds=kinds
            )
            for each in ids
        },
        fresh=fresh,
    )


# Anything that is text: no controls, no halves of characters.
WILD = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40).filter(
    lambda text: text.strip() != ""
)
LONG = st.sampled_from(["x" * 151, "release/" * 30, "é" * 3_500])
PLAIN = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9 ._/-]{0,20}[A-Za-z0-9]", fullmatch=True)
CHANNELS = st.from_regex(r"C[A-Z0-9]{6,10}", fullmatch=True)
USERS = st.from_regex(r"U[A-Z0-9]{6,10}", fullmatch=True)
SPANS = st.timedeltas(min_value=timedelta(microseconds=1), max_value=timedelta(days=300))


def configurations(
    texts: st.SearchStrategy[str] = WILD | LONG, *, most: int = 4
) -> st.SearchStrategy[Configuration]:
    """Valid ones, of every shape. Lists hold no value twice where `texts` is plain.

    It is longer than the house rule, because it is one value, field by field.
    """
    pairs = st.lists(st.sampled_from(PAIRS), min_size=1, unique=True).map(tuple)

    def snapshot(chosen: tuple[Pair, ...]) -> st.SearchStrategy[Snapshot]:
        return st.builds(
            Snapshot,
            config_id=PLAIN,
            name=texts,
            app=texts,
            pairs=st.just(chosen),
            base_branch=texts,
            home=CHANNELS,
            scm=PLAIN,
            pm=PLAIN,
            test_platform=PLAIN,
            workflows=_workflows(texts, most),
            **_plans(chosen, texts, most),
            channels=st.dictionaries(
                st.sampled_from(sorted(Bucket)).map(str),
                st.lists(CHANNELS, max_size=3, unique=True).map(tuple),
            ),
            release_channel=st.sampled_from(ReleaseChannel),
            channel_pattern=texts.map(lambda text: f"rel-{text}{{version}}"),
            channel_invites=st.lists(st.sampled_from(["U1", "W2", "S3"]), max_size=2, unique=True).map(tuple),
            archive_channel=st.booleans(),
            branch_pattern=_patterns(),
            branch_patterns=st.dictionaries(st.sampled_from(["major", "minor", "hotfix"]), _patterns()),
            hotfix_may_skip_regression=st.booleans(),
            backmerge=st.booleans(),
            build_mode=st.sampled_from(BuildMode),
            pre_regression_builds=st.booleans(),
            auto_stage_2=st.booleans(),
            gate=_gates(texts),
            office=_offices(),
            timing=st.builds(Timing, **dict.fromkeys(Timing.__dataclass_fields__, SPANS)),
        )

    return pairs.flatmap(snapshot).flatmap(_stored)


def _patterns() -> st.SearchStrategy[str]:
    """What git takes as the name of a branch, some of it long and in other scripts."""
    begin = st.from_regex(r"[a-zé日][a-zA-Z0-9é日_-]{0,30}/", fullmatch=True) | st.just("release/" * 30)
    return begin.map(lambda text: f"{text}{{version}}")


def _stored(made: Snapshot) -> st.SearchStrategy[Configuration]:
    return st.builds(
        Configuration,
        id=st.just(made.config_id),
        tenant_id=st.just(TENANT),
        name=st.just(made.name),
        snapshot=st.just(made),
        active=st.booleans(),
        default=st.booleans(),
    )


def _plans(
    chosen: tuple[Pair, ...], texts: st.SearchStrategy[str], most: int
) -> dict[str, st.SearchStrategy[Any]]:
    keys = st.sampled_from([pair.key for pair in chosen])
    going = [pair.key for pair in chosen if pair.target.endswith("STORE")]
    unique = st.lists(texts, max_size=most, unique=True).map(tuple)
    lists = dict.fromkeys(("sections", "labels", "squads", "platforms"), unique)
    named = st.dictionaries(PLAIN, texts, max_size=3)
    apart = named.filter(lambda fields: len({name.casefold() for name in fields}) == len(fields))
    ticket = st.builds(TicketPlan, project=texts, issue_type=texts, done_statuses=unique, fields=apart)
    return {
        "tickets": st.dictionaries(keys, ticket),
        "test_plans": st.dictionaries(keys, st.builds(TestPlan, project=texts, **lists)),
        "stores": st.fixed_dictionaries({}, optional={key: _stores(key, texts) for key in going}),
    }


def _stores(key: str, texts: st.SearchStrategy[str]) -> st.SearchStrategy[StorePlan]:
    """Each store with what it can be told: the rest has no meaning there."""
    told: dict[str, st.SearchStrategy[Any]] = {
        "go_live": st.sampled_from([GoLive.AUTOMATIC, GoLive.MANUAL]),
        "phased": st.booleans(),
    }
    if key.endswith("PLAY_STORE"):
        steps = st.lists(st.sampled_from([0.5, 1, 5, 33.333, 50, 100]), unique=True)
        told = {
            "steps": steps.map(lambda found: tuple(float(each) for each in sorted(found))),
            "auto_advance": st.booleans(),
            "step_every": SPANS,
            "update_priority": st.integers(0, 5),
            "send_for_review": st.booleans(),
            "pull_back": st.booleans(),
        }
    note = st.just("") | texts.filter(lambda text: len(text) <= LONGEST_NOTE)
    rollout = st.builds(RolloutPlan, whats_new=note, **told)
    health = st.none() | st.builds(
        HealthPlan,
        integration=PLAIN,
        project=PLAIN,
        app=PLAIN,
        crash_free=st.none() | st.sampled_from([99.0, 99.95]),
        drop=st.sampled_from([0.25, 1.0]),
        sessions=st.integers(1, 10**6),
        window=st.timedeltas(timedelta(hours=1), timedelta(days=7)),
        action=st.sampled_from(HealthAction),
    )
    return st.builds(
        StorePlan,
        integration=PLAIN,
        group=st.none() | texts,
        submit=st.booleans(),
        rollout=rollout,
        health=health,
    )


def _offices() -> st.SearchStrategy[Office]:
    days = st.lists(st.integers(0, 6), min_size=1, unique=True).map(lambda found: tuple(sorted(found)))
    hours = st.lists(
        st.times().map(lambda at: at.replace(microsecond=0)), min_size=2, max_size=2, unique=True
    )
    return hours.map(sorted).flatmap(
        lambda found: st.builds(
            Office,
            zone=st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata"]),
            working_days=days,
            opens=st.just(found[0]),
            closes=st.just(found[1]),
            holidays=st.lists(st.sampled_from(["DE", "DE-BE", "US"]), unique=True).map(tuple),
        )
    )


def _workflows(texts: st.SearchStrategy[str], most: int) -> st.SearchStrategy[tuple[Workflow, ...]]:
    each = st.builds(
        Workflow,
        key=texts,
        integration=PLAIN,
        kind=st.sampled_from(BuildKind),
        platform=st.sampled_from(Platform),
        job=texts,
        inputs=st.dictionaries(PLAIN, texts, max_size=3),
    )
    return st.lists(each, max_size=most, unique_by=lambda workflow: workflow.key).map(tuple)


def _gates(texts: st.SearchStrategy[str]) -> st.SearchStrategy[GateSettings]:
    people = st.lists(USERS, min_size=2, max_size=4, unique=True).map(tuple)
    signed = st.builds(SignOff, area=texts, needed=st.integers(1, 2), people=people)
    return st.builds(
        GateSettings,
        conditions=st.lists(st.sampled_from(Condition), unique=True).map(tuple),
        sign_offs=st.lists(signed, max_size=4, unique_by=lambda wanted: wanted.area).map(tuple),
        store_sign_offs=st.lists(signed, max_size=3, unique_by=lambda wanted: wanted.area).map(tuple),
        own_changes=st.sampled_from(OwnChanges),
        pass_percent=st.integers(0, 100),
        auto=st.booleans(),
    )


def opened_state(view: Mapping[str, Any]) -> dict[str, dict[str, dict[str, Any]]]:
    """What Slack holds of a form in which nothing was touched."""
    state: dict[str, dict[str, dict[str, Any]]] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            state[block["block_id"]] = {element["action_id"]: _held(element)}
    return state


def _held(element: Mapping[str, Any]) -> dict[str, Any]:
    match element["type"]:
        case "plain_text_input" | "number_input":
            return {"value": element.get("initial_value")}
        case "static_select" | "external_select":
            return {"selected_option": element.get("initial_option")}
        case "checkboxes" | "multi_external_select":
            return {"selected_options": element.get("initial_options", [])}
        case "conversations_select":
            return {"selected_conversation": element.get("initial_conversation")}
        case "multi_conversations_select":
            return {"selected_conversations": element.get("initial_conversations", [])}
        case "multi_users_select":
            return {"selected_users": element.get("initial_users", [])}
        case kind:
            raise AssertionError(f"no state of a {kind} is known")
