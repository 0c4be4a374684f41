"""The parts of Jira's answers that we read. A body of another shape raises ValueError (pydantic's)."""

from collections.abc import Sequence

from pydantic import BaseModel, Field


class Category(BaseModel):
    """A status category; its key is the same in every language."""

    key: str


class Status(BaseModel):
    """A status."""

    name: str
    category: Category = Field(alias="statusCategory")


class StatusFields(BaseModel):
    """Fields of an issue that is asked for its status."""

    summary: str = ""
    status: Status


class StatusIssue(BaseModel):
    """An issue with its status. The key may be another than the one asked for: the issue was moved."""

    key: str = Field(min_length=1)
    fields: StatusFields


class Other(BaseModel):
    """The other end of a link."""

    key: str


class Link(BaseModel):
    """A link, with one of its ends: the other issue."""

    inward: Other | None = Field(default=None, alias="inwardIssue")
    outward: Other | None = Field(default=None, alias="outwardIssue")


class LinkFields(BaseModel):
    """Fields of an issue that is asked for its links; there are none where linking is switched off."""

    issuelinks: Sequence[Link] = ()


class LinkedIssue(BaseModel):
    """An issue with its links."""

    key: str
    fields: LinkFields


class LabelFields(BaseModel):
    """Fields of an issue that is asked for its labels."""

    labels: Sequence[str] = ()


class LabelledIssue(BaseModel):
    """An issue with its labels."""

    key: str = Field(min_length=1)
    fields: LabelFields


class Page(BaseModel):
    """A page of a search: Cloud gives a token for the next, Data Center a total."""

    issues: Sequence[LabelledIssue]
    next_page_token: str | None = Field(default=None, alias="nextPageToken")
    total: int = 0


class Fetched(BaseModel):
    """Issues fetched by their keys; those that do not exist are left out."""

    issues: Sequence[LabelledIssue]


class Comment(BaseModel):
    """A comment. In version 2 of the API its body is text."""

    body: str


class Comments(BaseModel):
    """A page of comments."""

    comments: Sequence[Comment]
    total: int


class Made(BaseModel):
    """What the answer to a making request tells of the thing made."""

    id: str = Field(min_length=1)


class ServerInfo(BaseModel):
    """What a site tells about itself; `base_url` is its address for people."""

    base_url: str = Field(alias="baseUrl", min_length=1)
    deployment: str = Field(alias="deploymentType")
    version_numbers: Sequence[int] = Field(alias="versionNumbers")
