"""Linear as project management: one issue per release and pair, found again by the id that we gave it.

A project of the port is a team's key. Linear has no issue types: what a company calls one is a label ("Bug",
"Release"), so that is what an issue type means here, and an empty one means no label. A template would say more, but
it can overwrite nothing that we need and the API shows templates by id only. A label must exist before it is used,
and is never made here: a misspelt one would become a new one.
"""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from integrations.http import Http
from integrations.linear import answers, documents
from integrations.linear.client import LinearClient
from integrations.linear.errors import unreadable
from integrations.linear.fields import filled
from integrations.linear.naming import signed, stable_id
from integrations.linear.settings import LinearSecrets, LinearSettings
from integrations.tickets import CODED, check_request, found_keys
from orchestration.ports.errors import AlreadyDifferent, Refused
from orchestration.ports.pm import Ticket, TicketRequest, TicketStatus

KEY: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*-[1-9][0-9]*")
# Linear's other types are triage, backlog, unstarted, started, and duplicate: there the work goes on elsewhere.
DONE: Final = frozenset({"completed", "canceled"})


class LinearPm:
    """ProjectManagement on Linear's GraphQL API (https://linear.app/developers/graphql)."""

    def __init__(self, *, settings: LinearSettings, secrets: LinearSecrets, http: Http, tenant: str) -> None:
        self._client = LinearClient(settings=settings, secrets=secrets, http=http, tenant=tenant)
        self._done = frozenset(name.casefold() for name in settings.done_states)

    @property
    def search_lag(self) -> timedelta:
        """None: issues are read by id from the database, and no second one can get that id."""
        return timedelta(0)

    def keys_in(self, text: str) -> Sequence[str]:
        """Identifiers such as ENG-1."""
        return found_keys(CODED, text)

    async def find_ticket(self, *, project: str, label: str) -> Ticket | None:
        """The issue made for this label in this team, archived or not, wherever it was moved since.

        Queries `teams` and `issues`, both by filter. Refused where there is no such team, AlreadyDifferent where the
        issue lies in the trash: a new one can't take its id.
        """
        to = f"look for the issue {label}"
        team = await self._client.team(project, to=to)
        return await self._made(stable_id("issue", team, label), label, to=to)

    async def create_release_ticket(self, request: TicketRequest) -> Ticket:
        """Look, then create (mutation `issueCreate`). A refusal is checked by one more look for the issue.

        The further fields are read and written by `integrations.linear.fields`.
        """
        check_request(request)
        to = "create the issue"
        team = await self._client.team(request.project, to=to)
        issue = stable_id("issue", team, request.label)
        found = await self._made(issue, request.label, to=to)
        if found is not None:
            return found
        labels = await self._labels(request.issue_type, team, to=to)
        further = await filled(self._client, request.fields, team=team, labels=labels, to=to)
        fields = {
            **further,
            "id": issue,
            "teamId": team,
            "title": request.summary,
            "description": signed(request.description, f"Stationmaster: {request.label}"),
        }
        try:
            data = await self._client.make(answers.CreatedIssue, documents.CREATE_ISSUE, fields, to=to)
        except Refused:
            # Another request of ours may have been there first: its answer was lost, or it came late.
            found = await self._made(issue, request.label, to=to)
            if found is None:
                raise
            return found
        made = data.outcome.issue
        if made is None:
            raise unreadable(to, making=True)
        return Ticket(key=made.identifier, url=made.url)

    async def check_ticket_status(self, key: str) -> TicketStatus:
        """The issue's state now (query `issue`). Done by the states of the settings, else by the state's type."""
        issue = await self._issue(key, to=f"read {key}")
        state = issue.state
        done = state.name.casefold() in self._done if self._done else state.type in DONE
        return TicketStatus(
            key=issue.identifier, url=issue.url, name=state.name, done=done, summary=issue.title
        )

    async def link(self, key: str, other: str) -> None:
        """Relate two issues (mutation `issueRelationCreate`, `related`), unless they have a relation of any type."""
        to = f"link {key} to {other}"
        _check_key(other)
        one, two = await self._issue(key, to=to), await self._issue(other, to=to)
        if one.id == two.id:
            raise Refused(f"{key} cannot be linked to itself")
        if await self._are_related(one.id, two.id, to=to):
            return
        fields = {
            "id": stable_id("relation", *sorted((one.id, two.id))),
            "issueId": one.id,
            "relatedIssueId": two.id,
            "type": "related",
        }
        try:
            await self._client.make(answers.CreatedRelation, documents.CREATE_RELATION, fields, to=to)
        except Refused:
            if not await self._are_related(one.id, two.id, to=to):
                raise

    async def comment(self, key: str, text: str, *, marker: str) -> None:
        """Add a comment (mutation `commentCreate`) that ends with its marker, unless there is one for this marker."""
        to = f"comment on {key}"
        issue = await self._issue(key, to=to)
        comment = stable_id("comment", issue.id, marker)
        if await self._has_comment(comment, to=to):
            return
        fields = {"id": comment, "issueId": issue.id, "body": signed(text, marker)}
        try:
            await self._client.make(answers.CreatedComment, documents.CREATE_COMMENT, fields, to=to)
        except Refused:
            if not await self._has_comment(comment, to=to):
                raise

    async def _made(self, issue: str, label: str, *, to: str) -> Ticket | None:
        """The issue of this id. AlreadyDifferent where somebody has thrown it away."""
        data = await self._client.read(answers.FoundIssues, documents.ISSUE_BY_ID, to=to, id=issue)
        found = next(iter(data.issues.nodes), None)
        if found is None:
            return None
        if found.trashed:
            raise AlreadyDifferent(
                f"The issue {found.identifier} for {label}",
                expected="an issue to work with",
                found="one in Linear's trash: restore it",
                link=found.url,
            )
        return Ticket(key=found.identifier, url=found.url)

    async def _issue(self, key: str, *, to: str) -> answers.Issue:
        """An issue by its identifier. Refused where there is none, or none any more."""
        _check_key(key)
        data = await self._client.read(answers.OneIssue, documents.ISSUE, to=to, key=key)
        if data.issue.trashed:
            raise Refused(f"{key} lies in Linear's trash: restore it", link=data.issue.url)
        return data.issue

    async def _labels(self, name: str, team: str, *, to: str) -> list[str]:
        """Ids of the labels for an issue type: none, or the one of this name in the team or the workspace."""
        if not name.strip():
            return []
        data = await self._client.read(answers.Labels, documents.LABELS, to=to, name=name, team=team)
        usable = [label.id for label in data.labels.nodes if not label.is_group and label.retired_at is None]
        if not usable:
            raise Refused(
                f"issue type: Linear has no label {name!r} for this team; make it there, or choose another"
            )
        return usable[:1]

    async def _are_related(self, one: str, two: str, *, to: str) -> bool:
        async for other in self._client.related(one, to=to):
            if other == two:
                return True
        return False

    async def _has_comment(self, comment: str, *, to: str) -> bool:
        data = await self._client.read(answers.Comments, documents.COMMENT_BY_ID, to=to, id=comment)
        return bool(data.comments.nodes)


def _check_key(key: str) -> None:
    """`issue(id:)` takes an id as well; a key of the port is an identifier such as ENG-1 and nothing else."""
    if KEY.fullmatch(key) is None:
        raise Refused(f"{key!r} is not the key of a Linear issue")
