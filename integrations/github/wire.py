"""The parts of GitHub's answers that we read, as models; what else an answer carries is left alone.

Source: the schemas of docs.github.com/en/rest. Values that GitHub describes as free strings (a run's status and
conclusion) stay strings here: an unknown one must not fail.
"""

from http import HTTPStatus
from typing import TypeVar

from pydantic import BaseModel, RootModel, ValidationError

from integrations.answers import Moment
from integrations.github.errors import Failed

Model = TypeVar("Model", bound=BaseModel)


class Anything(BaseModel):
    """An object of which we need nothing."""


class GitObject(BaseModel):
    """What a ref or a tag stands on."""

    sha: str
    type: str


class GitRef(BaseModel):
    """git/ref."""

    ref: str
    object: GitObject


class GitTag(BaseModel):
    """git/tags: an annotated tag."""

    sha: str
    tag: str
    object: GitObject


class Sha(BaseModel):
    """Anything known by its sha."""

    sha: str


class Signature(BaseModel):
    """Who wrote a commit, and when."""

    name: str = ""
    email: str = ""
    date: Moment | None = None


class CommitDetail(BaseModel):
    """The git side of a commit."""

    message: str
    author: Signature | None = None
    tree: Sha


class Account(BaseModel):
    """A GitHub account; empty for a commit whose e-mail GitHub does not know."""

    login: str | None = None


class CommitRow(BaseModel):
    """commits/{ref}, and the rows of commits and compare."""

    sha: str
    html_url: str
    commit: CommitDetail
    author: Account | None = None
    parents: list[Sha]


class CommitRows(RootModel[list[CommitRow]]):
    """commits."""


class ComparisonPage(BaseModel):
    """compare/{basehead}, one page."""

    html_url: str
    ahead_by: int
    behind_by: int
    total_commits: int
    commits: list[CommitRow]


class ReleaseRow(BaseModel):
    """releases."""

    tag_name: str
    name: str | None = None
    html_url: str


class RepositoryName(BaseModel):
    """A repository by its owner and name."""

    full_name: str


class Head(BaseModel):
    """One end of a pull request; the repository of a fork may be gone."""

    ref: str
    repo: RepositoryName | None = None


class PullRow(BaseModel):
    """pulls; `mergeable` is only told for a single one, and null while GitHub works it out."""

    number: int
    html_url: str
    state: str
    head: Head
    base: Head
    title: str = ""
    mergeable: bool | None = None
    merged_at: Moment | None = None
    merge_commit_sha: str | None = None
    commits: int | None = None


class PullRows(RootModel[list[PullRow]]):
    """pulls, one page."""


class Dispatched(BaseModel):
    """The answer of a dispatch that was asked for details."""

    workflow_run_id: int
    html_url: str


class RunRow(BaseModel):
    """actions/runs."""

    id: int
    html_url: str
    name: str | None = None
    display_title: str = ""
    status: str | None = None
    conclusion: str | None = None
    head_sha: str
    run_number: int


class RunPage(BaseModel):
    """actions/workflows/{id}/runs, one page."""

    workflow_runs: list[RunRow]


class ArtifactRow(BaseModel):
    """actions/runs/{id}/artifacts."""

    id: int
    name: str
    size_in_bytes: int
    expired: bool


class ArtifactPage(BaseModel):
    """actions/runs/{id}/artifacts, one page."""

    artifacts: list[ArtifactRow]


def read(model: type[Model], verb: str, data: object) -> Model:
    """The part of an answer that we read; Failed where it is not what GitHub describes."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        wrong = ", ".join(".".join(map(str, each["loc"])) or "all" for each in error.errors()[:3])
        words = f"not what GitHub describes ({wrong})"
        raise Failed(verb, status=HTTPStatus.OK, message=words) from error
