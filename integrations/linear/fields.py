"""Further fields of a new issue: by the names that Linear shows, and turned into what `issueCreate` wants.

Linear has no fields of a team's own, so the names are fixed; what can stand in them is read from the team. The SDL
says itself which number each priority is. A cycle can't be named: it is over after some weeks, and a plan stays.
Source: `IssueCreateInput`, and `members`, `projects` and `issueEstimationType` of `Team`, of
https://linear.app/developers/graphql
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from integrations.answers import whole
from integrations.linear import answers, documents
from integrations.linear.client import LinearClient
from integrations.ticket_fields import Person, check_once, day, given, person, the_one
from integrations.tickets import field_named, several, value_named
from orchestration.ports.errors import Refused

Row = TypeVar("Row", bound=answers.Named)

ASSIGNEE: Final = "Assignee"
PRIORITY: Final = "Priority"
LABELS: Final = "Labels"
ESTIMATE: Final = "Estimate"
DUE_DATE: Final = "Due date"
PROJECT: Final = "Project"
PRIORITIES: Final[Mapping[str, int]] = {"No priority": 0, "Urgent": 1, "High": 2, "Medium": 3, "Low": 4}
NO_ESTIMATES: Final = "notUsed"
GREATEST: Final = 2**31 - 1  # of an Int of GraphQL


@dataclass(frozen=True, kw_only=True, slots=True)
class _Issue:
    """The issue that is to be made: its team, and the ids of the labels that it gets anyway."""

    client: LinearClient
    team: str
    labels: Sequence[str]
    to: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Field:
    """A field: what is written there, its name in `IssueCreateInput`, and how a text becomes its value."""

    detail: str
    sent_as: str
    read: Callable[[_Issue, str], Awaitable[object]]


async def filled(
    client: LinearClient, fields: Mapping[str, str], *, team: str, labels: Sequence[str], to: str
) -> dict[str, object]:
    """The part of the input for these fields, and for the labels, to which the field of labels adds.

    Refused where there is no such field, or no such value for it. Reads nothing where there are no fields.
    """
    issue = _Issue(client=client, team=team, labels=labels, to=to)
    names = {name: name for name in FIELDS}
    wanted = [(field_named(name, names), text) for name, text in given(fields).items()]
    check_once(name for name, _ in wanted)
    values: dict[str, object] = {"labelIds": list(labels)}
    for name, text in wanted:
        values[FIELDS[name].sent_as] = await FIELDS[name].read(issue, text)
    return values


async def fillable(client: LinearClient, *, team: str, to: str) -> Mapping[str, str]:
    """The fields that an issue of this team can be given, with what is written there."""
    estimated = _estimated(await _estimation(client, team, to=to))
    return {name: field.detail for name, field in FIELDS.items() if name != ESTIMATE or estimated}


async def _assignee(issue: _Issue, text: str) -> str:
    """Id of an active member of the team, by e-mail, or else by display name or name."""
    members = await issue.client.listed(
        answers.OfTeam[answers.Member], documents.MEMBERS, team=issue.team, to=issue.to
    )
    return person(
        ASSIGNEE,
        text,
        [
            Person(id=member.id, names=(member.name, member.display_name), email=member.email)
            for member in members
            if member.assignable
        ],
    )


async def _priority(_issue: _Issue, text: str) -> int:
    return value_named(PRIORITY, text, PRIORITIES)


async def _labels(issue: _Issue, text: str) -> list[str]:
    """Ids of the labels that the issue gets anyway, then of these, which are the team's or the workspace's."""
    rows = await issue.client.listed(
        answers.Listing[answers.TeamLabel], documents.LABELS_FOR_TEAM, team=issue.team, to=issue.to
    )
    usable = [row for row in rows if not row.is_group and row.retired_at is None]
    own = [row for row in usable if row.team is not None]
    names = {row.name.casefold() for row in own}
    known = own + [row for row in usable if row.team is None and row.name.casefold() not in names]
    chosen = [row for row in usable if row.id in issue.labels]
    chosen += [_only(LABELS, name, known) for name in several(text)]
    _check_groups(chosen)
    return list(dict.fromkeys([*issue.labels, *(row.id for row in chosen)]))


async def _estimate(issue: _Issue, text: str) -> int:
    """A number, where the team estimates. Which numbers are on its scale is left to Linear."""
    number = whole(text)
    if number is None:
        raise Refused(f"{ESTIMATE}: {text!r} is not a whole number")
    if number > GREATEST:
        raise Refused(f"{ESTIMATE}: {text!r} is too great a number")
    estimation = await _estimation(issue.client, issue.team, to=issue.to)
    if not _estimated(estimation):
        raise Refused(f"{ESTIMATE}: the team has estimates switched off in Linear")
    if number == 0 and not estimation.zero and not estimation.inherited:
        raise Refused(f"{ESTIMATE}: the team allows no 0")
    return number


async def _due_date(_issue: _Issue, text: str) -> str:
    return day(DUE_DATE, text).isoformat()


async def _project(issue: _Issue, text: str) -> str:
    """Id of one of the team's projects."""
    projects = await issue.client.listed(
        answers.OfTeam[answers.Named], documents.PROJECTS_OF_TEAM, team=issue.team, to=issue.to
    )
    return _only(PROJECT, text, projects).id


async def _estimation(client: LinearClient, team: str, *, to: str) -> answers.Estimation:
    return (await client.read(answers.TeamEstimation, documents.ESTIMATION, to=to, team=team)).team


def _estimated(estimation: answers.Estimation) -> bool:
    return estimation.inherited or estimation.kind != NO_ESTIMATES


def _only(field: str, name: str, rows: Iterable[Row]) -> Row:
    return the_one(field, name, [(row.name, row) for row in rows], cure="rename one of them in Linear")


def _check_groups(labels: Iterable[answers.TeamLabel]) -> None:
    """Linear gives an issue at most one label of a group, and says of two only that they won't do."""
    held: dict[str, answers.TeamLabel] = {}
    for label in labels:
        if label.parent is not None and held.setdefault(label.parent.id, label).id != label.id:
            raise Refused(
                f"{LABELS}: {held[label.parent.id].name!r} and {label.name!r} are both of the group"
                f" {label.parent.name!r}, of which an issue has one label"
            )


FIELDS: Final[Mapping[str, _Field]] = {
    ASSIGNEE: _Field(detail="a member of the team, by e-mail or name", sent_as="assigneeId", read=_assignee),
    PRIORITY: _Field(detail=", ".join(PRIORITIES), sent_as="priority", read=_priority),
    LABELS: _Field(
        detail="of the team or the workspace, with commas between", sent_as="labelIds", read=_labels
    ),
    ESTIMATE: _Field(detail="a whole number", sent_as="estimate", read=_estimate),
    DUE_DATE: _Field(detail="a day such as 2026-11-30", sent_as="dueDate", read=_due_date),
    PROJECT: _Field(detail="a project of the team", sent_as="projectId", read=_project),
}
