"""What the fault matrix of GitHub is made of: every request of every verb, and every trouble."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from orchestration.ports.errors import NeedsCredentials, PortError, Refused, TryLater
from sandbox.kit import FaultKind
from tests.integrations.github.github_rig import GithubRig

TARGETS = ("IOS_APP_STORE",)


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
    Step(
        name="find pull",
        verb=lambda r: r.scm.find_pull_request(9),
        method="GET",
        path="/pulls/",
        passes=("404",),
    ),
    Step(
        name="look at pull",
        verb=lambda r: r.scm.look_at_pull_request(9),
        method="GET",
        path="/pulls/",
        passes=("404",),
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


def says(
    status: int, words: str = "No", headers: Mapping[str, str] = JSON, *, late: bool = False
) -> dict[str, Any]:
    kind = FaultKind.ANSWER_AFTER if late else FaultKind.ANSWER_BEFORE
    return {"kind": kind, "status": status, "headers": headers, "body": f'{{"message": "{words}"}}'}


def _late(body: str, status: int = 200, headers: Mapping[str, str] = JSON) -> dict[str, Any]:
    return {"kind": FaultKind.ANSWER_AFTER, "status": status, "body": body, "headers": headers}


SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
TROUBLES = (
    Trouble(name="401", fault=says(401, "Bad credentials"), error=NeedsCredentials),
    Trouble(name="403", fault=says(403, "Resource not accessible"), error=NeedsCredentials),
    Trouble(name="404", fault=says(404, "Not Found"), error=Refused),
    Trouble(name="409", fault=says(409, "Conflict"), error=Refused),
    Trouble(name="422", fault=says(422, "Validation Failed"), error=Refused),
    Trouble(name="409 identical", fault=says(409, "Conflict", late=True), error=Refused),
    Trouble(name="422 identical", fault=says(422, "Reference already exists", late=True), error=Refused),
    Trouble(
        name="403 primary", fault=says(403, "API rate limit exceeded", EMPTY), after=timedelta(seconds=130)
    ),
    Trouble(name="403 secondary", fault=says(403, SECONDARY), after=timedelta(seconds=60)),
    Trouble(
        name="403 secondary that says when",
        fault=says(403, SECONDARY, {**JSON, "Retry-After": "9"}),
        after=timedelta(seconds=9),
    ),
    Trouble(
        name="429 that says when",
        fault=says(429, headers={**JSON, "Retry-After": "7"}),
        after=timedelta(seconds=7),
    ),
    Trouble(name="429", fault=says(429), after=timedelta(seconds=60)),
    Trouble(name="500", fault=says(500), unsure=True),
    Trouble(name="500 html", fault={"status": 500, "body": "<html>Unicorn!</html>"}, unsure=True),
    Trouble(name="502 after success", fault=_late("", 502), unsure=True),
    Trouble(
        name="503 that says when",
        fault=says(503, headers={**JSON, "Retry-After": "30"}),
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
