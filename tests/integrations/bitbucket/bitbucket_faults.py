"""What the fault matrix of Bitbucket is made of: every request of every verb, and every trouble."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from orchestration.ports.errors import NeedsCredentials, PortError, Refused, TryLater
from sandbox.kit import FaultKind
from tests.integrations.bitbucket.bitbucket_rig import BitbucketRig

TARGETS = ("IOS_APP_STORE",)
SEED = "{00000000-0000-4000-8000-000000000001}"
"""The pipeline that is there from the beginning."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One request of a verb: how to bring it about, how it looks, and how often the verb had its effect.

    `copes` names the troubles that the verb gets over by itself, `becomes` those that are another error here. In a
    path, OTHER stands for the commit that is picked.
    """

    name: str
    verb: Callable[[BitbucketRig], Awaitable[object]]
    path: str
    method: str = "GET"
    effect: Callable[[BitbucketRig], int] = lambda _rig: 1
    copes: tuple[str, ...] = ()
    becomes: Mapping[str, type[PortError]] = field(default_factory=dict)

    @property
    def making(self) -> bool:
        """Whether the request is to change something."""
        return self.method != "GET"


def _fork(rig: BitbucketRig) -> Awaitable[object]:
    return rig.scm.fork_out_branch("release/1", "main")


def _tag(rig: BitbucketRig) -> Awaitable[object]:
    return rig.scm.create_release_tag(ref="main", tag="v1", targets=TARGETS, version="1")


def _compare(rig: BitbucketRig) -> Awaitable[object]:
    return rig.scm.compare("v0", "other")


def _notes(rig: BitbucketRig) -> Awaitable[object]:
    return rig.scm.create_release_notes(
        current_tag="v0", previous_tag=None, version="1", parent_targets=TARGETS
    )


def _publish(rig: BitbucketRig) -> Awaitable[object]:
    return rig.scm.create_release(
        current_tag="v0",
        previous_tag=None,
        base_version="1",
        parent_targets=TARGETS,
        release_date=datetime(2026, 11, 23, tzinfo=UTC),
        release_id="REL-1",
        body="Notes",
    )


def _pull(rig: BitbucketRig) -> Awaitable[object]:
    return rig.scm.open_pull_request(head="side", base="main", title="Back", body="")


def _pulled(rig: BitbucketRig) -> int:
    return rig.made("pull", "side:main")


def _pick(rig: BitbucketRig) -> Awaitable[object]:
    return rig.scm.cherry_pick(commit="other", branch="side")


def _picked(rig: BitbucketRig) -> int:
    return sum("(cherry picked from commit" in commit.message for commit in rig.hosted.git.log("side"))


def _start(rig: BitbucketRig) -> Awaitable[object]:
    return rig.open_cicd().trigger_regression_builds(rig.request())


def _runs(rig: BitbucketRig) -> int:
    return rig.made("dispatch", "STATIONMASTER_CORRELATION_ID=b-1")


AFTER = ("400 after", "409 after")
"""A refusal of what was made already: the verb looks, and finds its own."""

UNREAD = ("malformed", "empty", "wrong content type", "null", "another shape", "nothing in it")
"""Answers with a good status and an odd body, which nobody reads."""

LATER = (
    *(
        "429",
        "429 that says when",
        "500",
        "500 html",
        "502 after success",
        "503",
        "503 that says when",
        "555",
    ),
    *("reset before", "reset after", *UNREAD),
)
"""What may pass: of whether a pull request conflicts, that is no reason to fail."""

STEPS = (
    Step(name="find branch", verb=lambda r: r.scm.find_branch("side"), path="/branches/", copes=("404",)),
    Step(name="head", verb=lambda r: r.scm.head_of("main"), path="/branches/main$"),
    Step(name="commit", verb=lambda r: r.scm.head_of(r.hosted.branch("main") or ""), path="/commit/"),
    Step(
        name="look before fork",
        verb=_fork,
        path="/branches/main$",
        effect=lambda r: r.made("branch", "release/1"),
    ),
    Step(
        name="fork",
        verb=_fork,
        method="POST",
        path="/branches$",
        effect=lambda r: r.made("branch", "release/1"),
        copes=AFTER,
    ),
    Step(name="find tag", verb=lambda r: r.scm.find_tag("v0"), path="/tags/", copes=("404",)),
    Step(
        name="look before tag", verb=_tag, path="/tags/", copes=("404",), effect=lambda r: r.made("tag", "v1")
    ),
    Step(
        name="tag",
        verb=_tag,
        method="POST",
        path="/tags$",
        effect=lambda r: r.made("tag", "v1"),
        copes=AFTER,
    ),
    Step(name="compare", verb=_compare, path=r"/commits\?"),
    Step(name="notes", verb=_notes, path=r"/commits\?"),
    Step(name="find release", verb=lambda r: r.scm.find_release("v0"), path="/downloads/", copes=("404",)),
    Step(
        name="look before release",
        verb=_publish,
        path="/downloads/",
        copes=("404",),
        effect=lambda r: r.made("release", "v0"),
    ),
    Step(
        name="release",
        verb=_publish,
        method="POST",
        path="/downloads$",
        effect=lambda r: r.made("release", "v0"),
        copes=UNREAD,
    ),
    Step(
        name="find pull request",
        verb=lambda r: r.scm.find_pull_request(9),
        path="/pullrequests/9",
        copes=("404",),
    ),
    Step(
        name="look at pull request",
        verb=lambda r: r.scm.look_at_pull_request(9),
        path="/pullrequests/9",
        copes=("404",),
    ),
    Step(name="look before pull request", verb=_pull, path=r"/pullrequests\?", effect=_pulled),
    Step(name="pull request", verb=_pull, method="POST", path="/pullrequests$", effect=_pulled, copes=AFTER),
    Step(name="conflicts", verb=_pull, path="/diffstat/", effect=_pulled, copes=LATER),
    Step(name="look before pick", verb=_pick, path=r"/commits\?", effect=_picked),
    Step(name="difference", verb=_pick, path="/diffstat/", effect=_picked),
    Step(
        name="file",
        verb=_pick,
        path=r"/src/OTHER/other\.txt\?",
        effect=_picked,
        becomes={"404": Refused},
    ),
    Step(name="content", verb=_pick, path=r"/src/OTHER/other\.txt$", effect=_picked),
    Step(
        name="pick",
        verb=_pick,
        method="POST",
        path="/src$",
        effect=_picked,
        becomes={"409": TryLater, "409 after": TryLater},
    ),
    Step(name="look before start", verb=_start, path=r"/pipelines\?", effect=_runs),
    Step(name="look inside", verb=_start, path="/pipelines/%7B", effect=_runs),
    Step(name="ref", verb=_start, path="/branches/main$", effect=_runs),
    Step(name="start", verb=_start, method="POST", path="/pipelines$", effect=_runs),
    Step(name="find run", verb=lambda r: r.open_cicd().find_run(r.request()), path=r"/pipelines\?"),
    Step(name="status", verb=lambda r: r.cicd.run_status(SEED), path="/pipelines/%7B", copes=("404",)),
    Step(
        name="cancel",
        verb=lambda r: r.cicd.cancel_run(SEED),
        method="POST",
        path="/stopPipeline$",
        effect=lambda r: r.made("stop", SEED),
        copes=("400 after", *UNREAD),
        becomes={"400": TryLater},
    ),
    Step(name="artifacts", verb=lambda r: r.cicd.artifacts(SEED), path=r"/downloads\?"),
)


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """A spoiled answer and the error that it must become; `unsure`: a making may have had its effect.

    `repeats`: a reading is asked again by the edge, so that it must fail more than once.
    """

    name: str
    fault: Mapping[str, Any]
    error: type[PortError] = TryLater
    after: timedelta | None = None
    unsure: bool = False
    repeats: bool = False


JSON = {"Content-Type": "application/json"}
TEXT = {"Content-Type": "text/plain"}
HTML = {"Content-Type": "text/html"}


def says(message: str) -> str:
    """Bitbucket's error body."""
    return f'{{"type": "error", "error": {{"message": "{message}"}}}}'


def early(status: int, body: str = says("No"), headers: Mapping[str, str] = JSON) -> dict[str, Any]:
    """An error in place of the effect."""
    return {"kind": FaultKind.ANSWER_BEFORE, "status": status, "headers": headers, "body": body}


def late(body: str, status: int = 200, headers: Mapping[str, str] = JSON) -> dict[str, Any]:
    """Another answer after the effect."""
    return {"kind": FaultKind.ANSWER_AFTER, "status": status, "body": body, "headers": headers}


HIDDEN = says("You may not have access to this repository or it no longer exists in this workspace.")
LIMIT = "Rate limit for this resource has been exceeded"
TROUBLES = (
    Trouble(name="401", fault=early(401), error=NeedsCredentials),
    Trouble(name="403", fault=early(403), error=NeedsCredentials),
    Trouble(name="404 hidden", fault=early(404, HIDDEN), error=NeedsCredentials),
    Trouble(name="404", fault=early(404), error=Refused),
    Trouble(name="404 html", fault=early(404, "<h1>404</h1>", HTML), error=Refused),
    Trouble(name="400", fault=early(400), error=Refused),
    Trouble(name="409", fault=early(409), error=Refused),
    Trouble(name="410", fault=early(410), error=Refused),
    Trouble(name="422", fault=early(422), error=Refused),
    Trouble(name="400 after", fault=late(says("It already exists"), 400), error=Refused),
    Trouble(name="409 after", fault=late(says("There is one"), 409), error=Refused),
    Trouble(name="to a log-in", fault=early(301, "", {"Location": "/login"}), error=Refused),
    Trouble(
        name="429 that says when",
        fault=early(429, LIMIT, {**TEXT, "Retry-After": "7"}),
        after=timedelta(seconds=7),
    ),
    Trouble(name="429", fault=early(429, LIMIT, TEXT), after=timedelta(seconds=60)),
    Trouble(name="500", fault=early(500), unsure=True),
    Trouble(name="500 html", fault=early(500, "<h1>Oops</h1>", HTML), unsure=True),
    Trouble(name="502 after success", fault=late("", 502), unsure=True, repeats=True),
    Trouble(name="503", fault=early(503, "", TEXT), unsure=True, repeats=True),
    Trouble(
        name="503 that says when",
        fault=early(503, "Busy", {**TEXT, "Retry-After": "30"}),
        after=timedelta(seconds=30),
        unsure=True,
    ),
    Trouble(name="555", fault=early(555), unsure=True),
    Trouble(name="reset before", fault={"kind": FaultKind.DROP_BEFORE}, unsure=True, repeats=True),
    Trouble(name="reset after", fault={"kind": FaultKind.DROP_AFTER}, unsure=True, repeats=True),
    Trouble(name="malformed", fault=late('{"id": '), unsure=True),
    Trouble(name="empty", fault=late(""), unsure=True),
    Trouble(name="wrong content type", fault=late("<html>Log in</html>", headers=HTML), unsure=True),
    Trouble(name="null", fault=late("null"), unsure=True),
    Trouble(name="another shape", fault=late('["unexpected"]'), unsure=True),
    Trouble(name="nothing in it", fault=late("{}"), unsure=True),
)
