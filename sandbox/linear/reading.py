"""Queries, and the fields of what they give. A field that is not simulated is an error, not a null."""

import base64
from collections.abc import Iterable, Mapping
from typing import Any

from graphql import GraphQLResolveInfo, get_named_type

from sandbox.linear.errors import forbidden, internal, invalid, not_found
from sandbox.linear.filters import attribute, matches
from sandbox.linear.limits import PAGE
from sandbox.linear.world import Comment, Issue, Label, Relation, Row, State, Team, User, World

MOST = 250
LISTS: Mapping[str, type[Row]] = {
    "issues": Issue,
    "teams": Team,
    "issueLabels": Label,
    "comments": Comment,
    "workflowStates": State,
}


class Reading:
    """Answers the fields of a query for one user."""

    def __init__(self, *, world: World) -> None:
        self.world = world

    def query(self, user: User, name: str, arguments: Mapping[str, Any]) -> Any:
        """A field of `Query`."""
        if "read" not in user.may:
            raise forbidden("Invalid scope: `read` required.")
        if name == "viewer":
            return user
        if name == "organization":
            return self.world.organization
        if name == "issue":
            return self.issue(user, str(arguments["id"]))
        if name == "team":
            return self._team(user, str(arguments["id"]))
        if name in LISTS:
            return self._page(user, self.world.all(LISTS[name]), arguments)
        raise internal(f"not simulated: Query.{name}")

    def field(self, user: User, row: Any, info: GraphQLResolveInfo[Any], arguments: Mapping[str, Any]) -> Any:
        """A field of anything else."""
        name = info.field_name
        if isinstance(row, Mapping):
            return row[name]
        if isinstance(row, Issue) and name in ("relations", "inverseRelations", "comments"):
            return self._page(user, self._of_issue(row, name), arguments)
        value = attribute(row, name)
        if name == "members" and not arguments.get("includeDisabled"):
            value = [person for person in value if person.active]
        if get_named_type(info.return_type).name.endswith("Connection"):
            return self._page(user, value, arguments)
        return value

    def issue(self, user: User, name: str) -> Issue:
        """The issue of this id or identifier. An archived one is found."""
        issue = self.world.issue(name)
        if issue is None or not self.world.may_see(issue, user):
            raise not_found("Issue")
        return issue

    def _team(self, user: User, team_id: str) -> Team:
        team = self.world.rows.get(team_id)
        if not isinstance(team, Team) or not self.world.may_see(team, user):
            raise not_found("Team")
        return team

    def _of_issue(self, issue: Issue, name: str) -> Iterable[Row]:
        if name == "comments":
            return (c for c in self.world.all(Comment) if c.issue is issue)
        end = "issue" if name == "relations" else "related_issue"
        return (r for r in self.world.all(Relation) if getattr(r, end) is issue)

    def _page(self, user: User, rows: Iterable[Row], arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """A page of a connection, newest first: 50 unless told otherwise, without what is archived unless told so."""
        if arguments.get("before") or arguments.get("last"):
            raise internal("not simulated: backward pagination")
        wanted = arguments.get("filter") or {}
        shown = [
            row
            for row in rows
            if self.world.may_see(row, user)
            and (arguments.get("includeArchived") or row.archived_at is None)
            and matches(row, wanted)
        ]
        shown.reverse()
        size = arguments.get("first") or PAGE
        if not 1 <= size <= MOST:
            raise invalid(f"first must not be greater than {MOST}.")
        start = _place(shown, arguments.get("after"))
        page = shown[start : start + size]
        info = {
            "hasNextPage": start + size < len(shown),
            "hasPreviousPage": start > 0,
            "startCursor": _cursor(page[0]) if page else None,
            "endCursor": _cursor(page[-1]) if page else None,
        }
        edges = [{"node": row, "cursor": _cursor(row)} for row in page]
        return {"nodes": page, "edges": edges, "pageInfo": info}


def _cursor(row: Row) -> str:
    return base64.b64encode(row.id.encode()).decode()


def _place(rows: list[Row], after: str | None) -> int:
    if after is None:
        return 0
    place = next((i for i, row in enumerate(rows) if _cursor(row) == after), None)
    if place is None:
        raise invalid("after is not a valid pagination cursor identifier.")
    return place + 1
