"""Mutations. Ids come from the client where it gives them; every id is unique over all kinds."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.linear.errors import forbidden, internal, invalid, not_found, refused
from sandbox.linear.filling import FILLED, Filling
from sandbox.linear.reading import Reading
from sandbox.linear.world import Comment, Relation, State, Team, User, World

Json = dict[str, Any]


class Making:
    """Does mutations for one user. Those in `unsuccessful` do nothing and answer `success: false`."""

    def __init__(self, *, world: World, reading: Reading) -> None:
        self.world = world
        self.reading = reading
        self.filling = Filling(world=world)
        self.unsuccessful: set[str] = set()

    def mutation(self, user: User, name: str, arguments: Mapping[str, Any]) -> Json:
        """A field of `Mutation`."""
        acts: dict[str, Callable[[User, Mapping[str, Any]], Json]] = {
            "issueCreate": self._create_issue,
            "issueUpdate": self._update_issue,
            "issueArchive": self._archive_issue,
            "commentCreate": self._create_comment,
            "issueRelationCreate": self._create_relation,
        }
        if name not in acts:
            raise internal(f"not simulated: Mutation.{name}")
        if "write" not in user.may:
            raise forbidden("Invalid scope: `write` required.")
        done: Json = {"success": False, "issue": None, "comment": None, "issueRelation": None}
        if name not in self.unsuccessful:
            done |= acts[name](user, arguments) | {"success": True}
        return done | {"lastSyncId": float(len(self.world.rows))}

    def _create_issue(self, user: User, arguments: Mapping[str, Any]) -> Json:
        given = arguments["input"]
        unknown = set(given) - {"id", "teamId", "title", "description", "stateId", *FILLED}
        if unknown:
            raise internal(f"not simulated: IssueCreateInput.{', '.join(sorted(unknown))}")
        number = self._id(given, "Issue")
        team = self._team(user, given["teamId"])
        title = given.get("title")
        if not isinstance(title, str) or not title.strip():
            raise invalid("title should not be empty.")
        issue = self.world.add_issue(
            team,
            **self.filling.filled(team, given),
            title=title,
            description=given.get("description"),
            state=self._state(team, given["stateId"]) if given.get("stateId") else None,
            issue_id=number,
        )
        return {"issue": issue}

    def _update_issue(self, user: User, arguments: Mapping[str, Any]) -> Json:
        issue = self.reading.issue(user, arguments["id"])
        given = arguments["input"]
        unknown = set(given) - {"title", "description", "stateId"}
        if unknown:
            raise internal(f"not simulated: IssueUpdateInput.{', '.join(sorted(unknown))}")
        issue.title = given.get("title", issue.title)
        issue.description = given.get("description", issue.description)
        if "stateId" in given:
            issue.state = self._state(issue.team, given["stateId"])
        return {"issue": issue}

    def _archive_issue(self, user: User, arguments: Mapping[str, Any]) -> Json:
        issue = self.reading.issue(user, arguments["id"])
        issue.archived_at = self.world.now()
        issue.trashed = True if arguments.get("trash") else None
        return {"entity": issue}

    def _create_comment(self, user: User, arguments: Mapping[str, Any]) -> Json:
        given = arguments["input"]
        number = self._id(given, "Comment")
        body = given.get("body")
        if not given.get("issueId"):
            raise invalid("issueId should not be empty.")
        if not isinstance(body, str) or not body.strip():
            raise invalid("body should not be empty.")
        issue = self.reading.issue(user, given["issueId"])
        return {"comment": self.world.add(Comment(id=number, body=body, issue=issue))}

    def _create_relation(self, user: User, arguments: Mapping[str, Any]) -> Json:
        """Strict: a second relation of the same pair is a second relation."""
        given = arguments["input"]
        number = self._id(given, "IssueRelation")
        issue = self.reading.issue(user, given["issueId"])
        other = self.reading.issue(user, given["relatedIssueId"])
        if issue is other:
            raise refused("Cannot relate an issue to itself", "An issue can't be related to itself.")
        relation = Relation(id=number, type=given["type"], issue=issue, related_issue=other)
        return {"issueRelation": self.world.add(relation)}

    def _id(self, given: Mapping[str, Any], kind: str) -> str:
        """The id that is given, or a new one."""
        wanted = given.get("id")
        if wanted is None:
            return self.world.new_id()
        if not _is_v4(wanted):
            raise invalid("id must be a UUID.")
        if wanted in self.world.rows:
            raise refused(f"conflict on insert of {kind}", "An entity with this id exists already.")
        return str(wanted)

    def _team(self, user: User, number: str) -> Team:
        if not _is_v4(number):
            raise invalid("teamId must be a UUID.")
        team = self.world.rows.get(number)
        if not isinstance(team, Team) or not self.world.may_see(team, user):
            raise not_found("Team")
        return team

    def _state(self, team: Team, number: str) -> State:
        state = self.world.rows.get(number)
        if not isinstance(state, State) or state.team is not team:
            raise refused("State invalid", "Discrepancy between issue team and state team.")
        return state


def _is_v4(text: object) -> bool:
    try:
        return isinstance(text, str) and uuid.UUID(text).version == 4
    except ValueError:
        return False
