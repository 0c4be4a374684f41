"""What a client asks before it makes issues: the server, itself, projects and what a new issue needs."""

from typing import Any

from aiohttp import web

from sandbox.jira.answers import Refusal, answer, listed, number
from sandbox.jira.fields import ALWAYS, COMMON, described
from sandbox.jira.site import FIELDS, Account, Flavour, Site, screen_fields
from sandbox.jira.world import IssueType, Project

Json = dict[str, Any]

# Jira's keys, with the word that an account of ours has for them.
PERMISSIONS = {
    "BROWSE_PROJECTS": ("10", "Browse Projects", "browse"),
    "CREATE_ISSUES": ("11", "Create Issues", "create"),
    "LINK_ISSUES": ("21", "Link Issues", "link"),
    "ADD_COMMENTS": ("15", "Add Comments", "comment"),
    "TRANSITION_ISSUES": ("46", "Transition Issues", "transition"),
    "ASSIGN_ISSUES": ("13", "Assign Issues", "assign"),
}

MOST = 200


class ProjectRoutes:
    """Handlers of serverInfo, myself, mypermissions, projects and createmeta."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def server_info(self, _request: web.Request, _account: Account) -> web.Response:
        """GET serverInfo: open to everybody."""
        return answer(self.site.info())

    async def myself(self, request: web.Request, account: Account) -> web.Response:
        """GET myself."""
        return answer(self.site.user(account, request.match_info["version"]))

    async def my_permissions(self, request: web.Request, account: Account) -> web.Response:
        """GET mypermissions, in any project. Cloud wants to be told which; Data Center gives all."""
        asked = list(PERMISSIONS)
        if self.site.flavour is Flavour.CLOUD:
            asked = listed(request.query.getall("permissions", []))
            if not asked:
                raise Refusal(400, "The 'permissions' query parameter is required.")
            unknown = [key for key in asked if key not in PERMISSIONS]
            if unknown:
                raise Refusal(400, f"Unrecognized permissions: {', '.join(unknown)}.")
        shown = {
            key: {
                "id": identity,
                "key": key,
                "name": name,
                "type": "PROJECT",
                "description": "",
                "havePermission": word in account.may,
            }
            for key, (identity, name, word) in ((key, PERMISSIONS[key]) for key in asked)
        }
        return answer({"permissions": shown})

    async def fields(self, _request: web.Request, _account: Account) -> web.Response:
        """GET field: the fields of issues, with the names that JQL has for them."""
        rows = [
            {
                "id": name,
                "key": name,
                "name": name.title(),
                "custom": False,
                "navigable": True,
                "clauseNames": [name],
            }
            for name in FIELDS
        ]
        further = {
            field.id: field for project in self.site.world.projects.values() for field in project.fields
        }
        rows += [
            {
                "id": field.id,
                "key": field.id,
                "name": field.name,
                "custom": bool(field.custom),
                "navigable": True,
                "clauseNames": [field.name],
                "schema": field.schema(),
            }
            for field in further.values()
        ]
        return answer(rows)

    async def project(self, request: web.Request, account: Account) -> web.Response:
        """GET project/{key}."""
        version = request.match_info["version"]
        project = self._project(request, account)
        types = [self.site.issue_type(kind, version) for kind in project.types]
        return answer({**self._shown(project, version), "issueTypes": types})

    async def statuses(self, request: web.Request, account: Account) -> web.Response:
        """GET project/{key}/statuses, by issue type."""
        version = request.match_info["version"]
        project = self._project(request, account)
        shown = [self.site.status(status, version) for status in project.statuses]
        rows = [
            {
                "self": f"{self.site.root}/rest/api/{version}/issuetype/{kind.id}",
                "id": kind.id,
                "name": kind.name,
                "subtask": False,
                "statuses": shown,
            }
            for kind in project.types
        ]
        return answer(rows)

    async def all(self, request: web.Request, account: Account) -> web.Response:
        """GET project: all at once, which Cloud advises against."""
        return answer(self._visible(request, account))

    async def page(self, request: web.Request, account: Account) -> web.Response:
        """GET project/search (Cloud): by pages; `query` looks in keys and names, `action` at what one may do."""
        wanted = request.query.get("query", "").casefold()
        action = request.query.get("action", "view")
        if action not in {"view", "browse", "edit", "create"}:
            raise Refusal(400, f"The action {action} is not known.")
        rows = [
            row
            for row in self._visible(request, account)
            if wanted in f"{row['key']} {row['name']}".casefold()
            and (action != "create" or "create" in account.may)
        ]
        start, size = number(request.query, "startAt", 0), number(request.query, "maxResults", 50)
        part = rows[start : start + size]
        return answer(
            {
                "startAt": start,
                "maxResults": size,
                "total": len(rows),
                "isLast": start + len(part) >= len(rows),
                "values": part,
            }
        )

    async def create_types(self, request: web.Request, account: Account) -> web.Response:
        """GET issue/createmeta/{project}/issuetypes."""
        version = request.match_info["version"]
        types = self._project(request, account).types
        shown = [self.site.issue_type(kind, version) for kind in types]
        return self._list("issueTypes", shown, request)

    async def create_fields(self, request: web.Request, account: Account) -> web.Response:
        """GET issue/createmeta/{project}/issuetypes/{type}: the fields of the create screen."""
        project = self._project(request, account)
        self._kind(project, request.match_info["type"])
        common = [field for name, field in COMMON.items() if name in project.screen]
        keyed = self.site.flavour is Flavour.CLOUD
        fields = (*ALWAYS, *common, *screen_fields(project, account))
        return self._list("fields", [described(field, keyed=keyed) for field in fields], request)

    def _list(self, name: str, rows: list[Json], request: web.Request) -> web.Response:
        """A page; Data Center calls its rows `values`, and says whether it is the last one."""
        start, size = number(request.query, "startAt", 0), number(request.query, "maxResults", 50)
        if size > MOST:
            raise Refusal(400, f"Parameter 'maxResults' must not exceed the limit '{MOST}'")
        part = rows[start : start + size]
        page: Json = {"startAt": start, "maxResults": size, "total": len(rows)}
        if self.site.flavour is Flavour.CLOUD:
            return answer({**page, name: part})
        return answer({**page, "isLast": start + len(part) >= len(rows), "values": part})

    def _project(self, request: web.Request, account: Account) -> Project:
        key = request.match_info["project"]
        project = self.site.world.project(key, account.id)
        if project is None:
            raise Refusal(404, f"No project could be found with key '{key}'.")
        return project

    def _visible(self, request: web.Request, account: Account) -> list[Json]:
        world = self.site.world
        seen = [project for key in world.projects if (project := world.project(key, account.id))]
        return [self._shown(project, request.match_info["version"]) for project in seen]

    def _shown(self, project: Project, version: str) -> Json:
        link = f"{self.site.root}/rest/api/{version}/project/{project.id}"
        return {"self": link, "id": project.id, "key": project.key, "name": project.name}

    @staticmethod
    def _kind(project: Project, number: str) -> IssueType:
        kind = next((kind for kind in project.types if kind.id == number), None)
        if kind is None:
            raise Refusal(400, "The issue type does not exist.")
        return kind
