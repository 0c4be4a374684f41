"""The parts of Linear's answers that we read. Data of another shape raises ValidationError."""

from collections.abc import Sequence
from typing import Generic, TypeVar

from pydantic import BaseModel, Field

T = TypeVar("T")


class Team(BaseModel):
    """A team; its key is the first part of its issues' identifiers."""

    id: str = Field(min_length=1)
    key: str


class TeamNodes(BaseModel):
    """A list of teams."""

    nodes: Sequence[Team]


class Teams(BaseModel):
    """Data of TEAM."""

    teams: TeamNodes


class Found(BaseModel):
    """An issue that is there. One in the trash is deleted for good after a while."""

    identifier: str = Field(min_length=1)
    url: str
    trashed: bool | None = None


class FoundNodes(BaseModel):
    """A list of issues."""

    nodes: Sequence[Found]


class FoundIssues(BaseModel):
    """Data of ISSUE_BY_ID."""

    issues: FoundNodes


class State(BaseModel):
    """A workflow state. States are a team's own: their names vary, their types do not."""

    name: str
    type: str


class Issue(Found):
    """An issue with its state."""

    id: str = Field(min_length=1)
    title: str
    state: State


class OneIssue(BaseModel):
    """Data of ISSUE."""

    issue: Issue


class Label(BaseModel):
    """A label. A group holds labels and is none itself; a retired one is no longer given."""

    id: str
    is_group: bool = Field(alias="isGroup")
    retired_at: str | None = Field(default=None, alias="retiredAt")


class LabelNodes(BaseModel):
    """A list of labels."""

    nodes: Sequence[Label]


class Labels(BaseModel):
    """Data of LABELS."""

    labels: LabelNodes = Field(alias="issueLabels")


class Known(BaseModel):
    """A thing of which the id is enough."""

    id: str


class KnownNodes(BaseModel):
    """A list of such things."""

    nodes: Sequence[Known]


class Comments(BaseModel):
    """Data of COMMENT_BY_ID."""

    comments: KnownNodes


class PageInfo(BaseModel):
    """Whether a connection goes on, and from where."""

    more: bool = Field(alias="hasNextPage")
    end: str | None = Field(default=None, alias="endCursor")


class Listed(BaseModel, Generic[T]):
    """A page of a list."""

    nodes: Sequence[T]
    page: PageInfo = Field(alias="pageInfo")


class Listing(BaseModel, Generic[T]):
    """Data of LABELS_FOR_TEAM, and the team of the next."""

    listed: Listed[T]


class OfTeam(BaseModel, Generic[T]):
    """Data of MEMBERS and PROJECTS_OF_TEAM."""

    team: Listing[T]

    @property
    def listed(self) -> Listed[T]:
        """The page of the team's list."""
        return self.team.listed


class Named(Known):
    """A thing that people know by its name."""

    name: str


class Member(Named):
    """Somebody in a team. An app may be one to whom nothing can be assigned."""

    display_name: str = Field(alias="displayName")
    email: str
    assignable: bool = Field(alias="isAssignable")


class TeamLabel(Label, Named):
    """A label by its name, with the team that it is of, if it is not the workspace's, and its group, if it has one."""

    team: Known | None = None
    parent: Named | None = None


class Estimation(BaseModel):
    """How a team estimates. A sub-team may do it as its parent does, whatever it says itself."""

    kind: str = Field(alias="issueEstimationType")
    zero: bool = Field(alias="issueEstimationAllowZero")
    inherited: bool = Field(alias="inheritIssueEstimation")


class TeamEstimation(BaseModel):
    """Data of ESTIMATION."""

    team: Estimation


class Relation(BaseModel):
    """A relation, by the issue at its other end."""

    other: Known


class RelationPage(BaseModel):
    """A page of relations."""

    nodes: Sequence[Relation]
    page: PageInfo = Field(alias="pageInfo")


class RelatedIssue(BaseModel):
    """An issue with a page of its relations."""

    related: RelationPage


class Relations(BaseModel):
    """Data of RELATIONS and INVERSE_RELATIONS."""

    issue: RelatedIssue


class Outcome(BaseModel):
    """What a mutation says of itself."""

    success: bool


class Address(BaseModel):
    """What there is to know of a new issue."""

    identifier: str = Field(min_length=1)
    url: str


class IssueOutcome(Outcome):
    """The outcome of issueCreate."""

    issue: Address | None = None


class Created(BaseModel):
    """Data of a mutation."""

    outcome: Outcome


class CreatedIssue(Created):
    """Data of CREATE_ISSUE."""

    outcome: IssueOutcome = Field(alias="issueCreate")


class CreatedComment(Created):
    """Data of CREATE_COMMENT."""

    outcome: Outcome = Field(alias="commentCreate")


class CreatedRelation(Created):
    """Data of CREATE_RELATION."""

    outcome: Outcome = Field(alias="issueRelationCreate")
