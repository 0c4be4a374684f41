"""What the fault matrix of GitLab is made of: every request of every verb, and every trouble."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from orchestration.ports.errors import NeedsCredentials, PortError, Refused, TryLater
from sandbox.kit import FaultKind
from tests.integrations.gitlab.gitlab_rig import GitlabRig

TARGETS = ("IOS_APP_STORE",)
SEED = "1001"
"""The pipeline that is there from the beginning."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One request of a verb: how to bring it about, how it looks, and how often the verb had its effect.

    `copes` names the troubles that the verb gets over by itself, `becomes` those that are another error here.
    """

    name: str
    verb: Callable[[GitlabRig], Awaitable[object]]
    path: str
    method: str = "GET"
    effect: Callable[[GitlabRig], int] = lambda _rig: 1
    copes: tuple[str, ...] = ()
    becomes: Mapping[str, type[PortError]] = field(default_factory=dict)

    @property
    def making(self) -> bool:
        """Whether the request is to change something."""
        return self.method != "GET"


def _fork(rig: GitlabRig) -> Awaitable[object]:
    return rig.scm.fork_out_branch("release/1", "main")


def _tag(rig: GitlabRig) -> Awaitable[object]:
    return rig.scm.create_release_tag(ref="main", tag="v1", targets=TARGETS, version="1")


def _compare(rig: GitlabRig) -> Awaitable[object]:
    return rig.scm.compare("v0", "other")


def _notes(rig: GitlabRig) -> Awaitable[object]:
    return rig.scm.create_release_notes(
        current_tag="v0", previous_tag=None, version="1", parent_targets=TARGETS
    )


def _publish(rig: GitlabRig) -> Awaitable[object]:
    return rig.scm.create_release(
        current_tag="v0",
        previous_tag=None,
        base_version="1",
        parent_targets=TARGETS,
        release_date=datetime(2026, 11, 23, tzinfo=UTC),
        release_id="REL-1",
        body="Notes",
    )


def _merge_request(rig: GitlabRig) -> Awaitable[object]:
    return rig.scm.open_pull_request(head="side", base="main", title="Back", body="")


def _pick(rig: GitlabRig) -> Awaitable[object]:
    return rig.scm.cherry_pick(commit="other", branch="side")


def _picked(rig: GitlabRig) -> int:
    return sum("(cherry picked from commit" in commit.message for commit in rig.hosted.git.log("side"))


def _start(rig: GitlabRig) -> Awaitable[object]:
    return rig.cicd.trigger_regression_builds(rig.request())


def _runs(rig: GitlabRig) -> int:
    return rig.made("dispatch", "STATIONMASTER_CORRELATION_ID=b-1")


AFTER = ("400 after", "409 after")
"""A refusal of what was made already: the verb looks, and finds its own."""

STEPS = (
    Step(name="find branch", verb=lambda r: r.scm.find_branch("side"), path="/branches/", copes=("404",)),
    Step(name="head", verb=lambda r: r.scm.head_of("main"), path="/commits/"),
    Step(name="look before fork", verb=_fork, path="/commits/"),
    Step(
        name="fork",
        verb=_fork,
        method="POST",
        path="/branches$",
        effect=lambda r: r.made("branch", "release/1"),
        copes=AFTER,
    ),
    Step(name="find tag", verb=lambda r: r.scm.find_tag("v0"), path="/tags/", copes=("404",)),
    Step(name="look before tag", verb=_tag, path="/tags/", copes=("404",)),
    Step(
        name="tag",
        verb=_tag,
        method="POST",
        path="/tags$",
        effect=lambda r: r.made("tag", "v1"),
        copes=AFTER,
    ),
    Step(name="compare's end", verb=_compare, path="/commits/"),
    Step(name="compare", verb=_compare, path=r"/commits\?"),
    Step(name="notes", verb=_notes, path=r"/commits\?"),
    Step(
        name="find merge request",
        verb=lambda r: r.scm.find_pull_request(9),
        path="/merge_requests/9",
        copes=("404",),
    ),
    Step(
        name="look at merge request",
        verb=lambda r: r.scm.look_at_pull_request(9),
        path="/merge_requests/9",
        copes=("404",),
    ),
    Step(name="find release", verb=lambda r: r.scm.find_release("v0"), path="/releases/", copes=("404",)),
    Step(name="look before release", verb=_publish, path="/releases/", copes=("404",)),
    Step(
        name="release",
        verb=_publish,
        method="POST",
        path="/releases$",
        effect=lambda r: r.made("release", "v0"),
        copes=AFTER,
    ),
    Step(name="look before merge request", verb=_merge_request, path=r"/merge_requests\?"),
    Step(
        name="merge request",
        verb=_merge_request,
        method="POST",
        path="/merge_requests$",
        effect=lambda r: r.made("pull", "side:main"),
        copes=AFTER,
    ),
    Step(name="look before pick", verb=_pick, path=r"/commits\?", effect=_picked),
    Step(
        name="pick",
        verb=_pick,
        method="POST",
        path="/cherry_pick$",
        effect=_picked,
        copes=AFTER,
    ),
    Step(name="look before start", verb=_start, path=r"/pipelines\?", effect=_runs),
    Step(
        name="look inside",
        verb=_start,
        path="/variables",
        effect=_runs,
        copes=("404",),
    ),
    Step(name="start", verb=_start, method="POST", path="/pipeline$", effect=_runs),
    Step(name="find run", verb=lambda r: r.cicd.find_run(r.request()), path=r"/pipelines\?"),
    Step(name="status", verb=lambda r: r.cicd.run_status(SEED), path=r"/pipelines/\d+$", copes=("404",)),
    Step(
        name="cancel",
        verb=lambda r: r.cicd.cancel_run(SEED),
        method="POST",
        path="/cancel$",
        effect=lambda r: r.made("cancel", SEED),
        copes=AFTER,
        becomes={"400": TryLater, "409": TryLater, "422": TryLater},
    ),
    Step(name="artifacts", verb=lambda r: r.cicd.artifacts(SEED), path="/jobs"),
)


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """A spoiled answer and the error that it must become; `unsure`: a making may have had its effect."""

    name: str
    fault: Mapping[str, Any]
    error: type[PortError] = TryLater
    after: timedelta | None = None
    unsure: bool = False


JSON = {"Content-Type": "application/json"}
TEXT = {"Content-Type": "text/plain"}
RESET = {**TEXT, "RateLimit-Reset": "1790000130", "Date": "Mon, 21 Sep 2026 14:13:20 GMT"}


def early(status: int, words: str = "No", headers: Mapping[str, str] = JSON) -> dict[str, Any]:
    """An error in place of the effect."""
    body = f'{{"message": "{words}"}}' if headers is JSON else words
    return {"kind": FaultKind.ANSWER_BEFORE, "status": status, "headers": headers, "body": body}


def late(body: str, status: int = 200, headers: Mapping[str, str] = JSON) -> dict[str, Any]:
    """Another answer after the effect."""
    return {"kind": FaultKind.ANSWER_AFTER, "status": status, "body": body, "headers": headers}


GONE = '{"error": "invalid_token", "error_description": "Token is expired."}'
TROUBLES = (
    Trouble(name="401", fault=early(401, "401 Unauthorized"), error=NeedsCredentials),
    Trouble(name="401 expired", fault=late(GONE, 401), error=NeedsCredentials),
    Trouble(name="403", fault=early(403, "403 Forbidden"), error=NeedsCredentials),
    Trouble(name="404 hidden", fault=early(404, "404 Project Not Found"), error=NeedsCredentials),
    Trouble(name="404", fault=early(404, "404 Not found"), error=Refused),
    Trouble(name="400", fault=early(400, "Bad"), error=Refused),
    Trouble(name="409", fault=early(409, "Conflict"), error=Refused),
    Trouble(name="422", fault=early(422, "Unprocessable"), error=Refused),
    Trouble(name="400 after", fault=late('{"message": "It already exists"}', 400), error=Refused),
    Trouble(name="409 after", fault=late('{"message": ["There is one"]}', 409), error=Refused),
    Trouble(
        name="429 that says when",
        fault=early(429, "Retry later", {**TEXT, "Retry-After": "7"}),
        after=timedelta(seconds=7),
    ),
    Trouble(name="429 that says until", fault=early(429, "Retry later", RESET), after=timedelta(seconds=130)),
    Trouble(name="429", fault=early(429, "Retry later", TEXT), after=timedelta(seconds=60)),
    Trouble(name="500", fault=early(500), unsure=True),
    Trouble(name="500 html", fault={"status": 500, "body": "<html>Whoops!</html>"}, unsure=True),
    Trouble(name="502 after success", fault=late("", 502), unsure=True),
    Trouble(
        name="503 that says when",
        fault=early(503, "Busy", {**TEXT, "Retry-After": "30"}),
        after=timedelta(seconds=30),
        unsure=True,
    ),
    Trouble(name="reset before", fault={"kind": FaultKind.DROP_BEFORE}, unsure=True),
    Trouble(name="reset after", fault={"kind": FaultKind.DROP_AFTER}, unsure=True),
    Trouble(name="malformed", fault=late('{"id": '), unsure=True),
    Trouble(name="empty", fault=late(""), unsure=True),
    Trouble(
        name="wrong content type",
        fault=late("<html>Sign in</html>", 200, {"Content-Type": "text/html"}),
        unsure=True,
    ),
    Trouble(name="null", fault=late("null"), unsure=True),
    Trouble(name="another shape", fault=late('["unexpected"]'), unsure=True),
    Trouble(name="nothing in it", fault=late("{}"), unsure=True),
)
