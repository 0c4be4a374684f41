"""Bitbucket's answers as values: the parts that we read. Unknown fields are left aside."""

from collections.abc import Sequence
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, field_validator

from integrations.answers import Moment

Row = TypeVar("Row", bound=BaseModel)

SHA = r"^[0-9a-f]{40}$"


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class Paged(_Answer, Generic[Row]):
    """A page of a list. `next` is the whole address of the next one, None on the last."""

    values: tuple[Row, ...]
    next: str | None = None


class Link(_Answer):
    """An address."""

    href: str


class Links(_Answer):
    """The addresses of a thing; `html` is its page for people."""

    html: Link | None = None


class Linked(_Answer):
    """A thing that has a page."""

    links: Links = Links()

    @property
    def page(self) -> str:
        """The address of its page, empty where it has none."""
        return self.links.html.href if self.links.html else ""


class Account(_Answer):
    """Somebody; a token is somebody too."""

    display_name: str = ""


class Author(_Answer):
    """Who wrote a commit: as git has it, and the account where Bitbucket knows it."""

    raw: str = ""
    user: Account | None = None

    @property
    def name(self) -> str:
        """A name for people."""
        known = self.user.display_name if self.user else ""
        return known or self.raw.partition("<")[0].strip() or self.raw


class Known(_Answer):
    """A commit of which the sha is enough."""

    hash: str = Field(pattern=SHA)


class CommitRow(Linked):
    """A commit."""

    hash: str = Field(pattern=SHA)
    message: str
    date: Moment | None = None
    author: Author = Author()
    parents: tuple[Known, ...] = ()


class RefRow(Linked):
    """A branch or a tag; `target` is the commit, also of an annotated tag."""

    name: str
    target: CommitRow


class _NamedBranch(_Answer):
    name: str


class Endpoint(_Answer):
    """One side of a pull request; the other may be in a fork that is gone."""

    branch: _NamedBranch
    repository: "RepositoryName | None" = None


class RepositoryName(_Answer):
    """A repository by its workspace and short name."""

    full_name: str


class _Hash(_Answer):
    hash: str


class PullRow(Linked):
    """A pull request."""

    id: int
    state: str
    source: Endpoint
    destination: Endpoint
    title: str = ""
    merge_commit: _Hash | None = None


class RepositoryRow(RepositoryName):
    """A repository; an empty one has no main branch."""

    name: str = ""
    is_private: bool = True
    mainbranch: _NamedBranch | None = None


class FilePath(_Answer):
    """A file of a difference."""

    path: str


class ChangeRow(_Answer):
    """One file of a difference: `old` is None for an added one, `new` for a removed one."""

    status: str
    old: FilePath | None = None
    new: FilePath | None = None


class FileRow(_Answer):
    """What a path is at a commit, by `format=meta`."""

    type: str
    size: int = 0
    attributes: tuple[str, ...] = ()

    @field_validator("attributes", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        """The description has one text where Bitbucket sends a list."""
        if value is None:
            return ()
        return (value,) if isinstance(value, str) else value


class DownloadRow(_Answer):
    """A file in the Downloads of a repository; `size` in bytes."""

    name: str
    size: int = 0


class _Word(_Answer):
    name: str


class State(_Answer):
    """What a pipeline is doing: `stage` while it goes on, `result` when it is over."""

    name: str
    stage: _Word | None = None
    result: _Word | None = None


class Selector(_Answer):
    """Which part of bitbucket-pipelines.yml a pipeline is made of."""

    type: str = ""
    pattern: str | None = None


class Target(_Answer):
    """What a pipeline runs on."""

    ref_type: str | None = None
    ref_name: str | None = None
    selector: Selector | None = None
    commit: _Hash | None = None


class Variable(_Answer):
    """A variable of a pipeline; the value of a secured one is not told."""

    key: str
    value: str | None = None


class PipelineRow(_Answer):
    """A pipeline. `variables` is None where Bitbucket does not tell them in this answer, but only that it has some."""

    uuid: str = Field(pattern=r"^\{[0-9a-fA-F-]{36}\}$")
    build_number: int
    state: State
    target: Target = Target()
    created_on: Moment
    has_variables: bool | None = None
    variables: Sequence[Variable] | None = None
