"""R7 for GitHub: every request of every verb, spoiled in every way, ends in the right port error; and the
repeat leaves exactly one effect (R2)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orchestration.ports.errors import AlreadyDifferent, NeedsCredentials, PortError, Refused, TryLater
from sandbox.kit import FaultKind
from tests.integrations.github.github_rig import GithubRig, github_rig, judge

TARGETS = ("IOS_APP_STORE",)
SOON = 0.4
"""Seconds to wait for an answer where a test lets time run out."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One request of a verb: how to bring it about, how it looks, whether it makes something.

    `passes` names the troubles that the verb copes with by itself; `becomes` those that are another error.
    """

    name: str
    verb: Callable[[GithubRig], Awaitable[object]]
    method: str
    path: str
    effect: Callable[[GithubRig], int] = lambda _rig: 1
    passes: tuple[str, ...] = ()
    becomes: Mapping[str, type[PortError]] = field(default_factory=dict)

    @property
    def making(self) -> bool:
        """Whether the request is to change something."""
        return self.method != "GET"


def _fork(rig: GithubRig) -> Awaitable[object]:
    return rig.scm.fork_out_branch("release/1", "main")


def _tag(rig: GithubRig) -> Awaitable[object]:
    return rig.scm.create_release_tag(ref="main", tag="v1", targets=TARGETS, version="1")


def _notes(rig: GithubRig) -> Awaitable[object]:
    return rig.scm.create_release_notes(
        current_tag="v0", previous_tag=None, version="1", parent_targets=TARGETS
    )


def _publish(rig: GithubRig) -> Awaitable[object]:
    return rig.scm.create_release(
        current_tag="v0",
        previous_tag=None,
        base_version="1",
        parent_targets=TARGETS,
        release_date=datetime(2026, 11, 23, tzinfo=UTC),
        release_id="REL-1",
        body="Notes",
    )


def _pull(rig: GithubRig) -> Awaitable[object]:
    return rig.scm.open_pull_request(head="side", base="main", title="Back", body="")


def _pick(rig: GithubRig) -> Awaitable[object]:
    return rig.scm.cherry_pick(commit="other", branch="side")


def _picked(rig: GithubRig) -> int:
    """How many commits of the branch carry the marker; nothing else may be left."""
    assert not rig.hosted.git.refs("refs/heads/stationmaster")
    return sum("(cherry picked from commit" in commit.message for commit in rig.hosted.git.log("side"))


def _start(rig: GithubRig) -> Awaitable[object]:
    return rig.cicd.trigger_regression_builds(rig.request())


def _runs(rig: GithubRig) -> int:
    return rig.made("dispatch", "correlation_id=b-1") - 1


SEED = "1001"
"""The run that is there from the beginning."""

COMMIT = "/commits/"
REF = "/git/ref/"
STEPS = (
    Step(
        name="find branch", verb=lambda r: r.scm.find_branch("side"), method="GET", path=REF, passes=("404",)
    ),
    Step(name="head", verb=lambda r: r.scm.head_of("main"), method="GET", path=COMMIT),
    Step(name="look before fork", verb=_fork, method="GET", path=COMMIT),
    Step(
        name="fork",
        verb=_fork,
        method="POST",
        path="/git/refs$",
        effect=lambda r: r.made("branch", "release/1"),
        passes=("409 identical", "422 identical"),
    ),
    Step(name="find tag", verb=lambda r: r.scm.find_tag("v0"), method="GET", path=REF, passes=("404",)),
    Step(name="follow tag", verb=lambda r: r.scm.find_tag("v0"), method="GET", path="/git/tags/"),
    Step(name="look before tag", verb=_tag, method="GET", path=REF, passes=("404",)),
    Step(
        name="tag object", verb=_tag, method="POST", path="/git/tags$", effect=lambda r: r.made("tag", "v1")
    ),
    Step(
        name="tag",
        verb=_tag,
        method="POST",
        path="/git/refs$",
        effect=lambda r: r.made("tag", "v1"),
        passes=("409 identical", "422 identical"),
    ),
    Step(name="compare", verb=lambda r: r.scm.compare("v0", "other"), method="GET", path="/compare/"),
    Step(name="notes", verb=_notes, method="GET", path=r"/commits\?"),
    Step(
        name="find release",
        verb=lambda r: r.scm.find_release("v0"),
        method="GET",
        path="/releases/",
        passes=("404",),
    ),
    Step(name="look before release", verb=_publish, method="GET", path="/releases/tags/", passes=("404",)),
    Step(
        name="release",
        verb=_publish,
        method="POST",
        path="/releases$",
        effect=lambda r: r.made("release", "v0"),
        passes=("409 identical", "422 identical"),
    ),
    Step(name="look before pull", verb=_pull, method="GET", path="/pulls"),
    Step(
        name="pull",
        verb=_pull,
        method="POST",
        path="/pulls$",
        effect=lambda r: r.made("pull", "side:main"),
        passes=("409 identical", "422 identical"),
    ),
    Step(name="look before pick", verb=_pick, method="GET", path="/compare/", effect=_picked),
    Step(name="pick's commit", verb=_pick, method="POST", path="/git/commits$", effect=_picked),
    Step(
        name="pick's branch",
        verb=_pick,
        method="POST",
        path="/git/refs$",
        effect=_picked,
        passes=("409 identical", "422 identical"),
        # The branch is taken to be a crash's leftover, and moving it says that it is not there.
    ),
    Step(name="pick's merge", verb=_pick, method="POST", path="/merges$", effect=_picked),
    Step(name="pick", verb=_pick, method="PATCH", path="/git/refs/heads/side$", effect=_picked),
    Step(
        name="pick's end",
        verb=_pick,
        method="DELETE",
        path="/git/refs/",
        effect=_picked,
        passes=("404", "422", "422 identical"),
    ),
    Step(name="look before start", verb=_start, method="GET", path="/runs", effect=_runs),
    Step(name="start", verb=_start, method="POST", path="/dispatches$", effect=_runs),
    Step(name="find run", verb=lambda r: r.cicd.find_run(r.request()), method="GET", path="/runs"),
    Step(name="status", verb=lambda r: r.cicd.run_status(SEED), method="GET", path="/runs/", passes=("404",)),
    Step(
        name="cancel",
        verb=lambda r: r.cicd.cancel_run(SEED),
        method="POST",
        path="/cancel$",
        effect=lambda r: r.made("cancel", SEED),
        passes=("409 identical",),
        becomes={"409": TryLater},
    ),
    Step(name="artifacts", verb=lambda r: r.cicd.artifacts(SEED), method="GET", path="/artifacts"),
)


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """A spoiled answer and the error that it must become; `unsure`: a making may have had its effect."""

    name: str
    fault: Mapping[str, Any]
    error: type[PortError] = TryLater
    after: timedelta | None = None
    unsure: bool = False


JSON = {"Content-Type": "application/json; charset=utf-8"}
EMPTY = {
    **JSON,
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": "1790000130",
    "Date": "Mon, 21 Sep 2026 14:13:20 GMT",
}


def _says(
    status: int, words: str = "No", headers: Mapping[str, str] = JSON, *, late: bool = False
) -> dict[str, Any]:
    kind = FaultKind.ANSWER_AFTER if late else FaultKind.ANSWER_BEFORE
    return {"kind": kind, "status": status, "headers": headers, "body": f'{{"message": "{words}"}}'}


def _late(body: str, status: int = 200, headers: Mapping[str, str] = JSON) -> dict[str, Any]:
    return {"kind": FaultKind.ANSWER_AFTER, "status": status, "body": body, "headers": headers}


SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
TROUBLES = (
    Trouble(name="401", fault=_says(401, "Bad credentials"), error=NeedsCredentials),
    Trouble(name="403", fault=_says(403, "Resource not accessible"), error=NeedsCredentials),
    Trouble(name="404", fault=_says(404, "Not Found"), error=Refused),
    Trouble(name="409", fault=_says(409, "Conflict"), error=Refused),
    Trouble(name="422", fault=_says(422, "Validation Failed"), error=Refused),
    Trouble(name="409 identical", fault=_says(409, "Conflict", late=True), error=Refused),
    Trouble(name="422 identical", fault=_says(422, "Reference already exists", late=True), error=Refused),
    Trouble(
        name="403 primary", fault=_says(403, "API rate limit exceeded", EMPTY), after=timedelta(seconds=130)
    ),
    Trouble(name="403 secondary", fault=_says(403, SECONDARY), after=timedelta(seconds=60)),
    Trouble(
        name="403 secondary that says when",
        fault=_says(403, SECONDARY, {**JSON, "Retry-After": "9"}),
        after=timedelta(seconds=9),
    ),
    Trouble(
        name="429 that says when",
        fault=_says(429, headers={**JSON, "Retry-After": "7"}),
        after=timedelta(seconds=7),
    ),
    Trouble(name="429", fault=_says(429), after=timedelta(seconds=60)),
    Trouble(name="500", fault=_says(500), unsure=True),
    Trouble(name="500 html", fault={"status": 500, "body": "<html>Unicorn!</html>"}, unsure=True),
    Trouble(name="502 after success", fault=_late("", 502), unsure=True),
    Trouble(
        name="503 that says when",
        fault=_says(503, headers={**JSON, "Retry-After": "30"}),
        after=timedelta(seconds=30),
        unsure=True,
    ),
    Trouble(name="reset before", fault={"kind": FaultKind.DROP_BEFORE}, unsure=True),
    Trouble(name="reset after", fault={"kind": FaultKind.DROP_AFTER}, unsure=True),
    Trouble(name="malformed", fault=_late('{"id": '), unsure=True),
    Trouble(name="empty", fault=_late(""), unsure=True),
    Trouble(
        name="wrong content type",
        fault=_late("<html>Log in</html>", 200, {"Content-Type": "text/html"}),
        unsure=True,
    ),
    Trouble(name="null", fault=_late("null"), unsure=True),
    Trouble(name="another shape", fault=_late('["unexpected"]'), unsure=True),
    Trouble(name="nothing in it", fault=_late("{}"), unsure=True),
)
LENIENT = {"cancel", "pick's end"}
"""These read nothing of a good answer."""

QUICK = (
    {"fork", "tag", "release", "pick", "start", "status"},
    {"401", "422 identical", "502 after success", "reset before"},
)
"""Steps and troubles of the fast tier; the whole matrix takes minutes."""

CASES = [
    pytest.param(
        step,
        trouble,
        id=f"{step.name}-{trouble.name}".replace(" ", "_"),
        marks=() if step.name in QUICK[0] and trouble.name in QUICK[1] else pytest.mark.slow,
    )
    for step in STEPS
    for trouble in TROUBLES
    if not (step.name in LENIENT and trouble.name == "nothing in it")
    and not (step.method == "GET" and trouble.name.endswith("identical"))
]


async def _ground(rig: GithubRig) -> None:
    """A tag, a branch to pick from and one to pick to, and a run."""
    await rig.scm.create_release_tag(ref="main", tag="v0", targets=TARGETS, version="0")
    await rig.scm.fork_out_branch("other", "main")
    await rig.scm.fork_out_branch("side", "main")
    rig.grow("other", ["fix: the crash"], file="other.txt")
    rig.grow("side", ["Mend"], file="side.txt")
    started = await rig.cicd.trigger_planned_release(rig.request("seed"))
    assert started.id == SEED
    rig.hosted.made["dispatch", "correlation_id=b-1"] += 1


@pytest.mark.parametrize(("step", "trouble"), CASES)
async def test_trouble_becomes_a_port_error_and_the_repeat_one_effect(
    tmp_path: Path, step: Step, trouble: Trouble
) -> None:
    """The error says what to do next, the spoiled request was sent once, and the repeat leaves one effect."""
    async with github_rig(tmp_path) as rig:
        await _ground(rig)
        rig.simulator.fault(method=step.method, path=step.path, **trouble.fault)
        if trouble.name in step.passes:
            await step.verb(rig)
        else:
            wanted = step.becomes.get(trouble.name, trouble.error)
            with pytest.raises(PortError) as caught:
                await step.verb(rig)
            error = caught.value
            assert type(error) is wanted
            if isinstance(error, TryLater) and wanted is trouble.error:
                unsure = trouble.unsure and step.making
                patient = timedelta(seconds=6) if step.name == "start" and unsure else None
                assert (error.after, error.maybe_done) == (trouble.after or patient, unsure)
        assert sum(exchange.spoiled for exchange in rig.simulator.record) == 1
        rig.rest()
        await step.verb(rig)
        assert step.effect(rig) == 1
        judge(rig.simulator.record)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [FaultKind.SLOW_BEFORE, FaultKind.SLOW_AFTER])
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
async def test_an_answer_that_does_not_come_is_given_up(tmp_path: Path, step: Step, kind: FaultKind) -> None:
    """The time-out is ours; a making request may have had its effect, before or after."""
    async with github_rig(tmp_path) as rig:
        await _ground(rig)
        hasty = rig.hasty(SOON)
        rig.simulator.fault(method=step.method, path=step.path, kind=kind, seconds=2 * SOON)
        with pytest.raises(TryLater) as caught:
            await step.verb(hasty)
        assert caught.value.maybe_done == step.making
        rig.rest()
        await rig.worked_off()
        await step.verb(rig)
        assert step.effect(rig) == 1


@pytest.mark.parametrize("status", [409, 422])
async def test_what_is_different_is_told_and_not_touched(tmp_path: Path, status: int) -> None:
    """A taken name on another commit: the answer to the making request makes us look, and we say what is there."""
    async with github_rig(tmp_path) as rig:
        await _ground(rig)
        rig.hosted.git.set_ref("refs/heads/release/1", rig.grow("main", ["More"]), "0" * 40)
        rig.simulator.fault(method="POST", path="/git/refs$", **_says(status, "Reference already exists"))
        with pytest.raises(AlreadyDifferent):
            await rig.scm.fork_out_branch("release/1", "v0")
        with pytest.raises(AlreadyDifferent):
            await rig.scm.create_release_tag(ref="main", tag="v0", targets=TARGETS, version="0")
        assert rig.made("tag", "v0") == rig.made("tag_object", "v0") == 1


async def test_nobody_at_home_is_surely_not_done(tmp_path: Path) -> None:
    """A refused connection had no effect: TryLater without `maybe_done`, whatever was to be made."""
    async with github_rig(tmp_path) as rig:
        await _ground(rig)
        scm = rig.scm
        await rig.simulator.stop()
        with pytest.raises(TryLater) as caught:
            await scm.fork_out_branch("release/1", "main")
        assert not caught.value.maybe_done


async def test_a_row_of_failures_opens_the_breaker_for_this_provider(tmp_path: Path) -> None:
    """After five failures GitHub is left alone, and asked again later: the blocking client has a breaker too."""
    async with github_rig(tmp_path) as rig:
        rig.simulator.fault(times=5, **_says(500))
        for _ in range(5):
            with pytest.raises(TryLater):
                await rig.scm.find_branch("main")
        asked = len(rig.simulator.record)
        with pytest.raises(TryLater, match="did not answer lately"):
            await rig.scm.find_branch("main")
        assert len(rig.simulator.record) == asked
        rig.rest()
        assert await rig.scm.find_branch("main") is not None
