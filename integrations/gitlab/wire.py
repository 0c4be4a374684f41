"""The parts of GitLab's answers that we read, as models; what else an answer carries is left alone.

Source: docs.gitlab.com/api/ (commits, branches, tags, releases, merge_requests, pipelines, jobs). Words that
GitLab may add to (a pipeline's status) stay strings here: an unknown one must not fail.
"""

from pydantic import BaseModel, Field, RootModel

from integrations.answers import Moment


class CommitRow(BaseModel):
    """repository/commits; `title` is cut at about 80 characters, so the message's first line is read instead."""

    id: str
    message: str
    author_name: str = ""
    authored_date: Moment | None = None
    created_at: Moment | None = None
    parent_ids: list[str] = []
    web_url: str = ""


class Head(BaseModel):
    """The commit of a branch or tag."""

    id: str


class BranchRow(BaseModel):
    """repository/branches."""

    name: str
    web_url: str
    commit: Head


class TagRow(BaseModel):
    """repository/tags; `target` is the tag object of an annotated tag, `commit` None for a tag of something else."""

    name: str
    target: str
    commit: Head | None


class Links(BaseModel):
    """Where a release has its page."""

    page: str = Field(default="", alias="self")


class ReleaseRow(BaseModel):
    """releases."""

    tag_name: str
    name: str | None = None
    links: Links = Field(default=Links(), alias="_links")


class MergeRequestRow(BaseModel):
    """merge_requests; `has_conflicts` means nothing while the status is still worked out."""

    iid: int
    web_url: str
    state: str
    source_branch: str
    target_branch: str
    source_project_id: int | None
    target_project_id: int
    title: str = ""
    sha: str | None = None
    merge_commit_sha: str | None = None
    squash_commit_sha: str | None = None
    has_conflicts: bool = False
    merge_status: str = ""
    detailed_merge_status: str | None = None


class UserRow(BaseModel):
    """Somebody in another object."""

    id: int


class PipelineRow(BaseModel):
    """pipelines; `name` is there where .gitlab-ci.yml has workflow:name, `user` only in a single one."""

    id: int
    iid: int
    status: str
    ref: str
    sha: str
    web_url: str
    name: str | None = None
    created_at: Moment | None = None
    user: UserRow | None = None


class VariableRow(BaseModel):
    """pipelines/{id}/variables."""

    key: str
    value: str | None = None


class VariableRows(RootModel[list[VariableRow]]):
    """pipelines/{id}/variables, which has no pages."""


class ArtifactsFile(BaseModel):
    """The archive of a job; `size` in bytes."""

    filename: str
    size: int


class JobRow(BaseModel):
    """pipelines/{id}/jobs; an archive that expired is gone, and only its end is told."""

    id: int
    name: str
    web_url: str
    artifacts_file: ArtifactsFile | None = None
    artifacts_expire_at: Moment | None = None


class TokenRow(BaseModel):
    """personal_access_tokens/self, which knows project and group tokens as well."""

    name: str
    active: bool
    user_id: int | None = None
    scopes: list[str] = []
    expires_at: str | None = None


class Access(BaseModel):
    """A role in a project or group, by its number."""

    access_level: int


class Permissions(BaseModel):
    """What the token's owner may do; None where there is no such membership."""

    project_access: Access | None = None
    group_access: Access | None = None


class ProjectRow(BaseModel):
    """projects/{id}."""

    id: int
    path_with_namespace: str
    visibility: str
    archived: bool = False
    permissions: Permissions = Permissions()
    ci_pipeline_variables_minimum_override_role: str | None = None
