"""What each step of a configuration asks for: fields made of the document. One function a step; `PARTS` lists them."""

from collections.abc import Callable, Iterator, Mapping

from bot.configurations.document import Document, look
from bot.configurations.facts import Facts
from bot.configurations.healths import healths
from bot.configurations.plans import stores, tests, tickets
from bot.configurations.questions import (
    Part,
    channel,
    channels,
    choice,
    connection,
    flag,
    inputs,
    lines,
    live,
    many,
    number,
    span,
    text,
)
from bot.configurations.rollouts import rollouts
from bot.views.configurations import Ask, Field, Heading, Option, Path, Step
from bot.views.words import BUILD_KINDS
from orchestration.domain.builds import BuildKind
from orchestration.domain.gates import Condition
from orchestration.domain.pairs import LEGAL_TARGETS, TARGET_TITLES, TITLES, Pair, Platform
from orchestration.domain.snapshot import Bucket, BuildMode, OwnChanges, ReleaseChannel

MOST_SIGN_OFFS = 20
"""Rows of a form; further sign-offs stay as they are, and are changed in the file."""
SIGNED: Mapping[Step, Path] = {
    Step.GATE: ("gate", "sign_offs"),
    Step.STORE_GATE: ("gate", "store_sign_offs"),
}
"""The steps that end with sign-offs, and where these stand."""

_MODES = (
    Option(value=BuildMode.CI, label="CI makes the builds"),
    Option(value=BuildMode.MANUAL, label="People make the builds"),
)
_LIVES = (
    Option(value=ReleaseChannel.THREAD, label="Lives in a thread of the release channel"),
    Option(value=ReleaseChannel.OWN, label="Has a channel of its own"),
)
_BUCKETS = {
    Bucket.RELEASES: "News of the release",
    Bucket.BUILDS: "Finished builds",
    Bucket.REGRESSION: "Regression",
    Bucket.CRITICAL: "Failures",
}
_CONDITIONS = {
    Condition.NO_ACTIVE_CYCLE: "No regression cycle is running",
    Condition.NO_SLOTS_LEFT: "No regression slot is left",
    Condition.HEAD_IS_TESTED: "The branch holds nothing that was not tested",
    Condition.AUTOMATION_GREEN: "The automated tests are green",
    Condition.TESTS_PASSED: "The test runs passed",
    Condition.TICKETS_DONE: "The release tickets are done",
    Condition.AUTHORS_KNOWN: "Who wrote the changes is known",
}
_OWN_CHANGES = (
    Option(value=OwnChanges.ALLOWED, label="Authors may approve"),
    Option(value=OwnChanges.REFUSED, label="Who wrote a change may not approve"),
    Option(value=OwnChanges.STRICT, label="Nor may anybody while an author is not known"),
)
_TIMES = {
    "check_every": ("Look at a CI run every", "30 s"),
    "build_deadline": ("Remind of a CI build after", "3 h"),
    "manual_deadline": ("Remind of a build by people after", "2 d"),
    "gate_check_every": ("Read an open approval's conditions every", "1 min"),
    "gate_reminder_every": ("Remind approvers every", "8 h"),
    "gate_due_after": ("A decision is due after", "1 d"),
    "gate_escalate_after": ("Tell the captain of an overdue decision after", "1 d"),
    "slot_reminder_before": ("Remind of a regression slot before it by", "1 h"),
    "tests_check_every": ("Read the test runs every", "5 min"),
    "store_check_every": ("Look at a store at most every", "5 min"),
    "health_check_every": ("Read the health of a version every", "15 min"),
    "review_expected": ("Say that a store is silent after", "2 d"),
}


def pair_options() -> tuple[Option, ...]:
    """Every legal pair."""
    legal = [
        Pair(platform=platform, target=target) for platform in Platform for target in LEGAL_TARGETS[platform]
    ]
    return tuple(
        Option(value=p.key, label=f"{TITLES[p.platform]} → {TARGET_TITLES[p.target]}") for p in legal
    )


def _basics(document: Document, facts: Facts) -> Iterator[Part]:
    if facts.fresh:
        hint = "By it commands and programs call this configuration. It stays"
        yield text(document, ("id",), "Id", hint=hint, needed=True)
    yield text(document, ("name",), "Name", hint="What people read", needed=True)
    yield text(document, ("app",), "App", hint="Whose versions and tags it counts on", needed=True)
    yield many(document, ("pairs",), "Platforms and targets", pair_options(), needed=True)
    yield choice(document, ("build_mode",), "Builds", _MODES, otherwise=BuildMode.CI)
    yield flag(document, ("pre_regression_builds",), "Stage 1", "Build the fresh branch", otherwise=True)
    yield flag(document, ("auto_stage_2",), "Stage 2", "Start by itself after Stage 1", otherwise=True)
    yield flag(
        document,
        ("hotfix_may_skip_regression",),
        "Hotfixes",
        "May go out without regression, with a reason",
        otherwise=False,
    )
    yield flag(document, ("active",), "In use", "Releases may start with it", otherwise=True)
    yield flag(
        document, ("default",), "Default", "The form for a new release starts with it", otherwise=False
    )


def _source(document: Document, facts: Facts) -> Iterator[Part]:
    yield connection(document, facts, ("scm",), "Repository", "scm", needed=True)
    scm = str(look(document, ("scm",), ""))
    base = "Release branches are cut from it"
    yield live(
        document, facts, ("base_branch",), "Base branch", of=scm, kinds=("branches",), hint=base, needed=True
    )
    pattern = "With {version} in it; empty means release/{version}"
    yield text(document, ("branch_pattern",), "Release branch", hint=pattern)
    for kind, own in (("major", "Branch of a major release"), ("minor", "Branch of a minor release")):
        yield text(document, ("branch_patterns", kind), own, hint="Empty means as above")
    yield text(document, ("branch_patterns", "hotfix"), "Branch of a hotfix", hint="Such as hotfix/{version}")
    yield flag(
        document,
        ("backmerge",),
        "Backmerge",
        "Open pull requests back into the base and the next release once it is tagged",
        otherwise=False,
    )
    yield channel(
        document,
        ("home",),
        "Release channel",
        hint="Where the card lives. The bot must be in it",
        needed=True,
    )


def build(document: Document, facts: Facts, item: int) -> Iterator[Part]:
    """A CI job: the item of that number."""
    at = ("workflows", item)
    kinds = tuple(Option(value=kind, label=BUILD_KINDS[kind]) for kind in BuildKind)
    platforms = tuple(Option(value=platform, label=TITLES[platform]) for platform in Platform)
    yield choice(document, (*at, "kind"), "For", kinds)
    yield choice(document, (*at, "platform"), "Platform", platforms)
    yield connection(document, facts, (*at, "integration"), "CI system", "cicd", needed=True)
    ci = str(look(document, (*at, "integration"), ""))
    yield live(
        document,
        facts,
        (*at, "job"),
        "Workflow",
        of=ci,
        kinds=("workflows",),
        hint="The CI system's own name of it, such as the workflow's file at GitHub",
        needed=True,
    )
    yield text(
        document,
        (*at, "key"),
        "Name",
        hint="Its own name here; empty means by kind and platform",
        needed=False,
    )
    yield inputs(
        document,
        (*at, "inputs"),
        "Inputs",
        hint="One a line: name=value. {version}, {platform} and {ref} are filled in",
    )


def _channels(document: Document, _facts: Facts) -> Iterator[Part]:
    yield Heading(text="Besides the release's thread these channels hear what belongs to them.")
    for bucket, title in _BUCKETS.items():
        yield channels(document, ("channels", bucket.value), title)
    yield choice(document, ("release_channel",), "Each release", _LIVES, otherwise=ReleaseChannel.THREAD)
    name = "With {version} in it, and {app} where wanted; empty means rel-{app}-{version}"
    yield text(document, ("channel_pattern",), "Name of its own channel", hint=name)
    invited = "Ids of people (U…) and user groups (S…), besides captain and approvers"
    yield lines(document, ("channel_invites",), "Who is brought into its own channel", hint=invited)
    yield flag(document, ("archive_channel",), "After the end", "Archive its own channel", otherwise=False)


def _gate(document: Document, _facts: Facts, rows: int = 1) -> Iterator[Part]:
    conditions = tuple(Option(value=each, label=words) for each, words in _CONDITIONS.items())
    every = tuple(each.value for each in Condition)
    yield many(document, ("gate", "conditions"), "What must hold", conditions, otherwise=every)
    percent = "How many of all cases of a test run must have passed; empty means 100"
    yield number(document, ("gate", "pass_percent"), "Passed tests in per cent", hint=percent)
    yield flag(
        document,
        ("gate", "auto"),
        "By itself",
        "Approve once all of it holds and nobody must sign",
        otherwise=False,
    )
    yield choice(document, ("gate", "own_changes"), "Own changes", _OWN_CHANGES, otherwise=OwnChanges.ALLOWED)
    yield from _signed(document, SIGNED[Step.GATE], rows)


def _store_gate(document: Document, _facts: Facts, rows: int = 1) -> Iterator[Part]:
    yield Heading(text="Each submission to a store waits for these. Without any, whoever may approve does.")
    yield from _signed(document, SIGNED[Step.STORE_GATE], rows)


def _signed(document: Document, place: Path, rows: int) -> Iterator[Part]:
    signed = look(document, place, [])
    shown = min(len(signed), MOST_SIGN_OFFS)
    for row in range(min(shown + rows, MOST_SIGN_OFFS)):
        yield from _sign_off(document, (*place, row), fresh=row >= len(signed))
    if len(signed) > MOST_SIGN_OFFS:
        yield Heading(text=f"{len(signed) - MOST_SIGN_OFFS} more sign-offs stay as they are.")


def _sign_off(document: Document, at: Path, *, fresh: bool) -> Iterator[Part]:
    row = int(at[-1])
    hint = "Such as qa or product" if fresh else "Empty, with nobody below, removes it"
    yield text(document, (*at, "area"), f"Sign-off {row + 1}: area", hint=hint)
    yield number(document, (*at, "needed"), f"Sign-off {row + 1}: how many", otherwise=1)
    yield Field(
        path=(*at, "people"),
        title=f"Sign-off {row + 1}: who may",
        ask=Ask.PEOPLE,
        value=tuple(look(document, (*at, "people"), [])),
        hint="Nobody means those who have the role approver:<area>",
    )


def _timing(document: Document, _facts: Facts) -> Iterator[Part]:
    for name, (title, usual) in _TIMES.items():
        yield span(
            document, ("timing", name), title, hint=f"Such as 30 s, 5 min, 3 h, 2 d; empty means {usual}"
        )


Parts = Callable[[Document, Facts], Iterator[Part]]
PARTS: Mapping[Step, Parts] = {
    Step.BASICS: _basics,
    Step.SOURCE: _source,
    Step.TICKETS: tickets,
    Step.TESTS: tests,
    Step.STORES: stores,
    Step.ROLLOUT: rollouts,
    Step.HEALTH: healths,
    Step.CHANNELS: _channels,
    Step.GATE: _gate,
    Step.STORE_GATE: _store_gate,
    Step.TIMING: _timing,
}
"""The steps that are one form; `BUILDS` is a list of them, see `build`."""


def signed_with(step: Step, rows: int) -> Parts:
    """The approval, or that of a store, with so many empty sign-offs."""
    made = _gate if step is Step.GATE else _store_gate
    return lambda document, facts: made(document, facts, rows)
