"""Issues: create, read, move, link, comment, and their properties."""

import json
from typing import Any

from aiohttp import web

from sandbox.jira import documents
from sandbox.jira.answers import NO_ISSUE, Refusal, answer, body_of, listed, number
from sandbox.jira.create_rules import checked
from sandbox.jira.site import Account, Site
from sandbox.jira.world import LINK_TYPES, Comment, Issue, Link


class IssueRoutes:
    """Handlers of the paths under `issue`, and of issue links."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.world = site.world

    async def create(self, request: web.Request, account: Account) -> web.Response:
        """POST issue."""
        version = request.match_info["version"]
        body = await body_of(request)
        fields = checked(body, site=self.site, account=account, version=version)
        issue = self.world.create(**fields, creator=account.id)
        return answer(
            {
                "id": issue.id,
                "key": issue.key,
                "self": f"{self.site.root}/rest/api/{version}/issue/{issue.id}",
            },
            201,
        )

    async def get(self, request: web.Request, account: Account) -> web.Response:
        """GET issue/{key}."""
        fields = listed(request.query.getall("fields", [])) or ["*all"]
        body = self.site.issue(self._issue(request, account), request.match_info["version"], fields)
        names = listed(request.query.getall("properties", []))
        if names:
            kept = self._issue(request, account).properties
            body["properties"] = {n: v for n, v in kept.items() if n in names or "*all" in names}
        return answer(body)

    async def transitions(self, request: web.Request, account: Account) -> web.Response:
        """GET issue/{key}/transitions: those that lead on from the state of now."""
        issue = self._issue(request, account)
        version = request.match_info["version"]
        onward = issue.project.onward(issue.status) if "transition" in account.may else []
        shown = [
            {"id": number, "name": target.name, "to": self.site.status(target, version)}
            for number, target in onward
        ]
        return answer({"expand": "transitions", "transitions": shown})

    async def transition(self, request: web.Request, account: Account) -> web.Response:
        """POST issue/{key}/transitions."""
        issue = self._issue(request, account)
        body = await body_of(request)
        wanted = body.get("transition")
        if not isinstance(wanted, dict) or "id" not in wanted:
            raise Refusal(400, "Missing 'transition' identifier")
        onward = dict(issue.project.onward(issue.status)) if "transition" in account.may else {}
        target = onward.get(str(wanted["id"]))
        if target is None:
            raise Refusal(
                400,
                "It seems that you have tried to perform a workflow operation that is not valid for the "
                f"current state of this issue ({issue.key}).",
            )
        self.world.move(issue, target)
        return web.Response(status=204)

    async def comments(self, request: web.Request, account: Account) -> web.Response:
        """GET issue/{key}/comment."""
        issue = self._issue(request, account)
        version = request.match_info["version"]
        order = request.query.get("orderBy", "created")
        if order not in ("created", "-created", "+created", " created"):
            raise Refusal(400, "The value of orderBy must be 'created'.")
        rows = list(reversed(issue.comments)) if order == "-created" else issue.comments
        start, size = number(request.query, "startAt", 0), number(request.query, "maxResults", 100)
        shown = [self.site.comment(issue, comment, version) for comment in rows[start : start + size]]
        return answer({"startAt": start, "maxResults": size, "total": len(rows), "comments": shown})

    async def comment(self, request: web.Request, account: Account) -> web.Response:
        """POST issue/{key}/comment."""
        issue = self._issue(request, account)
        if "comment" not in account.may:
            raise Refusal(400, f"{account.name}, you do not have the permission to comment on this issue.")
        version = request.match_info["version"]
        try:
            text = documents.read((await body_of(request)).get("body"), version)
        except documents.UnfitText as error:
            raise Refusal(400, errors={"comment": str(error)}) from error
        if not text or not text.strip():
            raise Refusal(400, errors={"comment": "Comment body can not be empty!"})
        comment = Comment(id=self.world.new_id(), author=account.id, body=text, created=self.world.clock())
        issue.comments.append(comment)
        self.world.touched(issue)
        return answer(self.site.comment(issue, comment, version), 201)

    async def link(self, request: web.Request, account: Account) -> web.Response:
        """POST issueLink. Strict: a second link of the same pair is a second link."""
        body = await body_of(request)
        kind = body.get("type")
        name = kind.get("name") if isinstance(kind, dict) else None
        ends = [self._end(body, end, account) for end in ("inwardIssue", "outwardIssue")]
        if "link" not in account.may:
            raise Refusal(404, "No Link Issue Permission for issue.")
        if name not in LINK_TYPES:
            raise Refusal(404, f"No issue link type with name '{name}' found.")
        if ends[0] is ends[1]:
            raise Refusal(400, "You cannot link an issue to itself.")
        self.world.links.append(
            Link(id=self.world.new_id(), type=str(name), inward=ends[0].id, outward=ends[1].id)
        )
        for issue in ends:
            self.world.touched(issue)
        return web.Response(status=201, headers={"Content-Type": "application/json;charset=UTF-8"})

    async def link_types(self, request: web.Request, _account: Account) -> web.Response:
        """GET issueLinkType."""
        api = f"{self.site.root}/rest/api/{request.match_info['version']}"
        rows = [
            {"id": i, "name": name, "inward": inward, "outward": outward, "self": f"{api}/issueLinkType/{i}"}
            for name, (i, inward, outward) in LINK_TYPES.items()
        ]
        return answer({"issueLinkTypes": rows})

    async def properties(self, request: web.Request, account: Account) -> web.Response:
        """GET issue/{key}/properties."""
        issue = self._issue(request, account)
        return answer({"keys": [{"key": name} for name in issue.properties]})

    async def get_property(self, request: web.Request, account: Account) -> web.Response:
        """GET issue/{key}/properties/{name}."""
        name = request.match_info["name"]
        properties = self._issue(request, account).properties
        if name not in properties:
            raise Refusal(404, f"The property with key '{name}' does not exist.")
        return answer({"key": name, "value": properties[name]})

    async def put_property(self, request: web.Request, account: Account) -> web.Response:
        """PUT issue/{key}/properties/{name}."""
        properties = self._issue(request, account).properties
        name = request.match_info["name"]
        try:
            value = json.loads(await request.text())
        except ValueError:
            raise Refusal(400, "The property value must be valid JSON.") from None
        new = name not in properties
        properties[name] = value
        return web.Response(status=201 if new else 200)

    def _issue(self, request: web.Request, account: Account) -> Issue:
        issue = self.world.issue(request.match_info["key"], account.id) if account.may else None
        if issue is None:
            raise Refusal(404, NO_ISSUE)
        return issue

    def _end(self, body: dict[str, Any], end: str, account: Account) -> Issue:
        named = body.get(end)
        key = (named.get("key") or named.get("id")) if isinstance(named, dict) else None
        issue = self.world.issue(str(key), account.id) if key and account.may else None
        if issue is None:
            raise Refusal(404, NO_ISSUE)
        return issue
