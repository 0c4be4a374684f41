"""Who may do what: users with a password and an API token, sessions, and the crumb that binds a request to one."""

import base64
import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field

from aiohttp import web

from sandbox.jenkins.pages import Answered

USER = "stationmaster"
API_TOKEN = "11" + "5a" * 16
READER_TOKEN = "11" + "7e" * 16
PASSWORD = "jenkins sandbox password"
CRUMB_FIELD = "Jenkins-Crumb"
COOKIE = "JSESSIONID.5d3a1f20"

READ, JOB_READ, BUILD, CANCEL = "Overall/Read", "Job/Read", "Job/Build", "Job/Cancel"
PERMISSIONS = frozenset({READ, JOB_READ, BUILD, CANCEL})
CLASSES = {
    READ: "hudson.model.Hudson.Read",
    JOB_READ: "hudson.model.Item.Read",
    BUILD: "hudson.model.Item.Build",
    CANCEL: "hudson.model.Item.Cancel",
}


@dataclass(kw_only=True)
class User:
    """An account. `permissions` hold for all jobs."""

    id: str
    name: str
    password: str
    token: str
    permissions: Collection[str] = PERMISSIONS


@dataclass(kw_only=True)
class Caller:
    """Who asks, and whether with an API token."""

    user: User
    by_token: bool

    def need(self, permission: str) -> None:
        """403 as AccessDeniedException3 answers it."""
        if permission in self.user.permissions:
            return
        headers = {
            "X-You-Are-Authenticated-As": self.user.id,
            "X-Required-Permission": CLASSES[permission],
            "X-Permission-Implied-By": "hudson.security.Permission.GenericWrite",
        }
        message = f"{self.user.id} is missing the {permission} permission"
        raise Answered(403, message, headers=headers)


@dataclass(kw_only=True)
class Access:
    """The users of a server. `crumbs`: whether it wants them; `made` counts the crumbs that were given out.

    `others` are cookies that something before it sets, such as a load balancer that keeps a session at one server.
    """

    crumbs: bool = True
    users: list[User] = field(default_factory=list)
    sessions: dict[str, str] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    made: int = 0
    epoch: int = 0

    def caller(self, request: web.Request) -> Caller:
        """Basic credentials are judged with every request: 401 where they are wrong, 403 where there are none."""
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Basic":
            headers = {"X-You-Are-Authenticated-As": "anonymous", "X-Required-Permission": CLASSES[READ]}
            raise Answered(403, "anonymous is missing the Overall/Read permission", headers=headers)
        try:
            name, _, secret = base64.b64decode(given, validate=True).decode().partition(":")
        except ValueError:
            name, secret = "", ""
        user = next((u for u in self.users if u.id == name and secret in (u.token, u.password)), None)
        if user is None:
            raise Answered(401, "Unauthorized", headers={"WWW-Authenticate": 'Basic realm="Jenkins"'})
        return Caller(user=user, by_token=secret == user.token)

    def crumb(self, request: web.Request, caller: Caller) -> tuple[str, str]:
        """A crumb and the session that it holds for."""
        session = request.cookies.get(COOKIE, "")
        if self.sessions.get(session) != caller.user.id:
            session = f"node0{len(self.sessions) + 1:08x}"
            self.sessions[session] = caller.user.id
        self.made += 1
        return self._crumb(caller, session), session

    def guard(self, request: web.Request, caller: Caller) -> None:
        """A POST needs the crumb of its session, unless it came with an API token."""
        if not self.crumbs or caller.by_token:
            return
        session = request.cookies.get(COOKIE, "")
        known = self.sessions.get(session) == caller.user.id
        if not known or request.headers.get(CRUMB_FIELD) != self._crumb(caller, session):
            raise Answered(403, "No valid crumb was included in the request")

    def expire(self) -> None:
        """End all sessions, as a restart does."""
        self.sessions.clear()
        self.epoch += 1

    def _crumb(self, caller: Caller, session: str) -> str:
        return hashlib.sha256(f"{caller.user.id};{session};{self.epoch}".encode()).hexdigest()
