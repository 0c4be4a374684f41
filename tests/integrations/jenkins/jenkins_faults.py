"""What the fault matrix of Jenkins is made of: every request of every verb, and every trouble."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from orchestration.ports.errors import NeedsCredentials, PortError, Refused, TryLater
from sandbox.kit import FaultKind
from tests.integrations.jenkins.jenkins_rig import JOB, JenkinsRig

QUEUED, RUNNING, ENDED = (f"{JOB}#queue:{number}:{name}" for number, name in enumerate(("q", "r", "e"), 1))
"""Three runs that are there from the beginning."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One request of a verb: how to bring it about, how it looks, and the effect that must be there in the end.

    `passes` names the troubles that the verb copes with by itself; `password`: with a password instead
    of an API token.
    """

    name: str
    verb: Callable[[JenkinsRig], Awaitable[object]]
    method: str
    path: str
    effect: Callable[[JenkinsRig], int] = lambda _rig: 1
    passes: tuple[str, ...] = ()
    password: bool = False

    @property
    def making(self) -> bool:
        """Whether the request is to change something."""
        return self.method == "POST"


def _start(rig: JenkinsRig) -> Awaitable[object]:
    return rig.cicd.trigger_regression_builds(rig.request())


def _started(rig: JenkinsRig) -> int:
    items = rig.simulator.world.items.values()
    return sum(item.parameters["correlation_id"] == "b-1" for item in items)


def _cancelled(rig: JenkinsRig) -> int:
    return int(rig.item(QUEUED).cancelled)


def _stopped(rig: JenkinsRig) -> int:
    build = rig.simulator.world.jobs[JOB].numbered(1)
    return build.stops if build is not None else 0


READS_NOTHING = ("malformed", "empty", "wrong content type", "null", "another shape", "nothing in it")
"""Answers with a good status and an odd body, which nobody reads."""

LOST = ("404",)
STEPS = (
    Step(name="queue", verb=_start, method="GET", path="^/queue/api", effect=_started),
    Step(name="job", verb=_start, method="GET", path="/job/build/api", effect=_started),
    Step(
        name="crumb",
        verb=_start,
        method="GET",
        path="^/crumbIssuer",
        effect=_started,
        # No crumb is wanted, it says; the request that is stopped for want of one makes us ask again.
        passes=("404",),
        password=True,
    ),
    Step(name="start", verb=_start, method="POST", path="/buildWithParameters$", effect=_started),
    Step(
        name="start with a password",
        verb=_start,
        method="POST",
        path="/buildWithParameters$",
        effect=_started,
        password=True,
    ),
    Step(name="find", verb=lambda r: r.cicd.find_run(r.request()), method="GET", path="/job/build/api"),
    Step(
        name="item", verb=lambda r: r.cicd.run_status(QUEUED), method="GET", path="^/queue/item/", passes=LOST
    ),
    Step(
        name="build",
        verb=lambda r: r.cicd.run_status(RUNNING),
        method="GET",
        path="/job/build/1/api",
        passes=LOST,
    ),
    Step(
        name="cancel",
        verb=lambda r: r.cicd.cancel_run(QUEUED),
        method="POST",
        path="^/queue/cancelItem",
        effect=_cancelled,
        # What left the queue is said so (404, 422, 500): one looks again. And nothing of the answer is read.
        passes=("404", "422", "500", *READS_NOTHING),
    ),
    Step(
        name="stop",
        verb=lambda r: r.cicd.cancel_run(RUNNING),
        method="POST",
        path="/1/stop$",
        effect=_stopped,
        passes=READS_NOTHING,
    ),
    Step(
        name="files",
        verb=lambda r: r.cicd.artifacts(ENDED),
        method="GET",
        path=r"/2/api/json\?tree=artifacts",
    ),
    Step(
        name="size",
        verb=lambda r: r.cicd.artifacts(ENDED),
        method="HEAD",
        path="/artifact/",
        passes=("404", *READS_NOTHING),
    ),
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


HTML = {"Content-Type": "text/html;charset=utf-8"}
JSON = {"Content-Type": "application/json;charset=utf-8"}


def _says(status: int, words: str = "No", **headers: str) -> dict[str, Any]:
    body = f"<html><title>Error {status}</title><tr><th>MESSAGE:</th><td>{words}</td></tr></html>"
    names = {name.replace("_", "-"): text for name, text in headers.items()}
    return {"status": status, "headers": {**HTML, **names}, "body": body}


def _late(body: str, status: int = 200, headers: Mapping[str, str] = JSON) -> dict[str, Any]:
    return {"kind": FaultKind.ANSWER_AFTER, "status": status, "body": body, "headers": headers}


TROUBLES = (
    Trouble(name="401", fault=_says(401, "Unauthorized"), error=NeedsCredentials),
    Trouble(name="403", fault=_says(403, X_Required_Permission="x.Y"), error=NeedsCredentials),
    Trouble(name="403 crumb", fault=_says(403, "No valid crumb was included"), error=NeedsCredentials),
    Trouble(name="404", fault=_says(404, "Not Found"), error=Refused),
    Trouble(name="409", fault=_says(409, "not buildable"), error=Refused),
    Trouble(name="422", fault=_says(422, "no"), error=Refused),
    Trouble(name="to a log-in", fault={"status": 302, "headers": {"Location": "/login"}}, error=Refused),
    Trouble(name="429", fault=_says(429, Retry_After="7"), after=timedelta(seconds=7)),
    Trouble(name="500", fault=_says(500, "Oops"), unsure=True),
    Trouble(name="502 after success", fault=_late("", 502), unsure=True, repeats=True),
    Trouble(name="503 starting", fault=_says(503, "getting ready to work"), unsure=True, repeats=True),
    Trouble(
        name="503 that says when",
        fault=_says(503, Retry_After="30"),
        after=timedelta(seconds=30),
        unsure=True,
    ),
    Trouble(name="reset before", fault={"kind": FaultKind.DROP_BEFORE}, unsure=True, repeats=True),
    Trouble(name="reset after", fault={"kind": FaultKind.DROP_AFTER}, unsure=True, repeats=True),
    Trouble(name="malformed", fault=_late('{"id": '), unsure=True),
    Trouble(name="empty", fault=_late(""), unsure=True),
    Trouble(name="wrong content type", fault=_late("<html>Log in</html>", headers=HTML), unsure=True),
    Trouble(name="null", fault=_late("null"), unsure=True),
    Trouble(name="another shape", fault=_late('["unexpected"]'), unsure=True),
    Trouble(name="nothing in it", fault=_late("{}"), unsure=True),
)
