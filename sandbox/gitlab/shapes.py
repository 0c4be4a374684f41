"""The JSON of GitLab's REST API, version 4."""

from typing import Any
from urllib.parse import quote

from sandbox.gitlab.hosting import Account, Hosted, MergeRequest, Release, when
from sandbox.gitlab.pipelines import Job, Pipeline
from sandbox.gitlab.project_shape import project_json, user_json
from sandbox.gitrepo import GitCommit

LONGEST_TITLE = 80
"""GitLab cuts a commit's title about here."""


class Shapes:
    """Makes JSON with the addresses of one simulator: `url` is that of its pages."""

    def __init__(self, url: str, hosted: Hosted) -> None:
        self.hosted = hosted
        self.root = url
        self.web = f"{url}/{hosted.path}"

    def project(self, account: Account) -> dict[str, Any]:
        """The project, with the role of who asks."""
        return project_json(self.root, self.hosted, account)

    def commit(self, commit: GitCommit) -> dict[str, Any]:
        """A commit of a list, a branch or a tag."""
        first = commit.message.split("\n", 1)[0]
        return {
            "id": commit.sha,
            "short_id": commit.sha[:8],
            "title": first if len(first) <= LONGEST_TITLE else f"{first[: LONGEST_TITLE - 1]}…",
            "message": f"{commit.message}\n",
            "parent_ids": list(commit.parents),
            "author_name": commit.author.name,
            "author_email": commit.author.email,
            "authored_date": when(commit.author.at),
            "committer_name": commit.committer.name,
            "committer_email": commit.committer.email,
            "committed_date": when(commit.committer.at),
            "created_at": when(commit.committer.at),
            "trailers": {},
            "extended_trailers": {},
            "web_url": f"{self.web}/-/commit/{commit.sha}",
        }

    def single_commit(self, commit: GitCommit) -> dict[str, Any]:
        """One commit, with what lists leave away."""
        return {
            **self.commit(commit),
            "stats": {"additions": 1, "deletions": 0, "total": 1},
            "status": None,
            "project_id": self.hosted.id,
            "last_pipeline": None,
        }

    def branch(self, name: str, sha: str) -> dict[str, Any]:
        """A branch."""
        default = name == self.hosted.default_branch
        return {
            "name": name,
            "commit": self.commit(self.hosted.git.commit(sha)),
            "merged": False,
            "protected": default,
            "developers_can_push": False,
            "developers_can_merge": False,
            "can_push": True,
            "default": default,
            "web_url": f"{self.web}/-/tree/{quote(name)}",
        }

    def tag(self, name: str) -> dict[str, Any] | None:
        """A tag, None where there is none; `target` of an annotated one is the tag object."""
        git = self.hosted.git
        ref = git.ref(f"refs/tags/{name}")
        if ref is None:
            return None
        sha = git.commit_at(f"refs/tags/{name}")
        release = next((each for each in self.hosted.releases if each.tag == name), None)
        message = ""
        if ref.type == "tag":
            message = git.read(ref.sha).decode(errors="replace").partition("\n\n")[2].rstrip("\n")
        return {
            "name": name,
            "message": message,
            "target": ref.sha,
            "commit": None if sha is None else self.commit(git.commit(sha)),
            "release": release and {"tag_name": name, "description": release.description},
            "protected": False,
            "created_at": None,
        }

    def release(self, release: Release, account: Account) -> dict[str, Any]:
        """A release page."""
        sha = self.hosted.git.commit_at(f"refs/tags/{release.tag}") or ""
        page = f"{self.web}/-/releases/{quote(release.tag, safe='')}"
        lists = ("closed_issues", "closed_merge_requests", "merged_merge_requests")
        opened = ("opened_issues", "opened_merge_requests")
        return {
            "tag_name": release.tag,
            "name": release.name,
            "description": release.description,
            "created_at": when(release.created),
            "released_at": when(release.created),
            "upcoming_release": False,
            "author": self.user(account),
            "commit": self.commit(self.hosted.git.commit(sha)),
            "milestones": [],
            "commit_path": f"/{self.hosted.path}/-/commit/{sha}",
            "tag_path": f"/{self.hosted.path}/-/tags/{quote(release.tag)}",
            "assets": {
                "count": 0,
                "sources": [],
                "links": [],
                "evidence_file_path": f"{page}/evidences.json",
            },
            "evidences": [],
            "_links": {
                "self": page,
                "edit_url": f"{page}/edit",
                **{f"{name}_url": f"{self.web}/-/{name}" for name in (*lists, *opened)},
            },
        }

    def user(self, account: Account) -> dict[str, Any]:
        """A user in another object."""
        return user_json(self.root, account)

    def merge_request(self, row: MergeRequest, *, status: str, conflicts: bool) -> dict[str, Any]:
        """A merge request; `status` is the detailed merge status.

        It is longer than the house rule, because it is one answer of GitLab's, field by field.
        """
        hosted = self.hosted
        empty = (
            "assignee",
            "milestone",
            "merged_by",
            "closed_by",
            "closed_at",
            "squash_commit_sha",
            "discussion_locked",
            "should_remove_source_branch",
            "approvals_before_merge",
            "merge_error",
            "latest_build_started_at",
            "latest_build_finished_at",
            "first_deployed_to_production_at",
            "head_pipeline",
            "pipeline",
        )
        base = hosted.branch(row.target) or ""
        head = hosted.branch(row.source) or ""
        reference = f"!{row.iid}"
        return {
            **dict.fromkeys(empty),
            "id": row.id,
            "iid": row.iid,
            "project_id": hosted.id,
            "source_project_id": hosted.id + 1000 if row.from_fork else hosted.id,
            "target_project_id": hosted.id,
            "title": row.title,
            "description": row.description,
            "state": row.state,
            "source_branch": row.source,
            "target_branch": row.target,
            "author": self.user(row.account),
            "assignees": [],
            "reviewers": [],
            "labels": [],
            "created_at": when(row.created),
            "updated_at": when(row.updated),
            "prepared_at": when(row.created),
            "merged_at": None if row.merged is None else when(row.merged),
            "merge_commit_sha": row.merge_sha,
            "sha": head,
            "draft": False,
            "work_in_progress": False,
            "merge_status": "unchecked" if status == "checking" else "can_be_merged",
            "detailed_merge_status": status,
            "has_conflicts": conflicts,
            "merge_when_pipeline_succeeds": False,
            "blocking_discussions_resolved": True,
            "force_remove_source_branch": False,
            "squash": False,
            "subscribed": True,
            "first_contribution": False,
            "upvotes": 0,
            "downvotes": 0,
            "user_notes_count": 0,
            "changes_count": "1",
            "reference": reference,
            "references": {"short": reference, "relative": reference, "full": f"{hosted.path}{reference}"},
            "task_completion_status": {"count": 0, "completed_count": 0},
            "time_stats": {
                "time_estimate": 0,
                "total_time_spent": 0,
                "human_time_estimate": None,
                "human_total_time_spent": None,
            },
            "diff_refs": {"base_sha": base, "head_sha": head, "start_sha": base},
            "user": {"can_merge": True},
            "web_url": f"{self.web}/-/merge_requests/{row.iid}",
        }

    def pipeline(self, row: Pipeline) -> dict[str, Any]:
        """A pipeline of a list."""
        return {
            "id": row.id,
            "iid": row.iid,
            "project_id": self.hosted.id,
            "sha": row.sha,
            "ref": row.ref,
            "status": row.status,
            "source": row.source,
            "created_at": when(row.created),
            "updated_at": when(row.updated),
            "web_url": f"{self.web}/-/pipelines/{row.id}",
            "name": row.name,
        }

    def single_pipeline(self, row: Pipeline) -> dict[str, Any]:
        """One pipeline, with what lists leave away."""
        path = f"/{self.hosted.path}/-/pipelines/{row.id}"
        return {
            **self.pipeline(row),
            "before_sha": "0" * 40,
            "tag": row.tag,
            "yaml_errors": None,
            "user": self.user(Account(username=row.username, id=row.user_id)),
            "started_at": None if row.started is None else when(row.started),
            "finished_at": None if row.finished is None else when(row.finished),
            "committed_at": None,
            "duration": None if row.started is None or row.finished is None else row.finished - row.started,
            "queued_duration": None,
            "coverage": None,
            "detailed_status": {
                "icon": f"status_{row.status}",
                "text": row.status,
                "label": row.status,
                "group": row.status,
                "tooltip": row.status,
                "has_details": True,
                "details_path": path,
                "illustration": None,
                "favicon": f"/assets/ci_favicons/favicon_status_{row.status}.png",
            },
        }

    def job(self, row: Job, pipeline: Pipeline) -> dict[str, Any]:
        """A job; an archive that expired is gone."""
        kept = row.size is not None and (row.expires is None or self.hosted.clock() < row.expires)
        file = {"filename": "artifacts.zip", "size": row.size}
        archive = {"file_type": "archive", "file_format": "zip", **file}
        trace = {"file_type": "trace", "file_format": None, "filename": "job.log", "size": 100}
        short = self.commit(self.hosted.git.commit(pipeline.sha))
        return {
            "id": row.id,
            "name": row.name,
            "stage": "build",
            "status": pipeline.status,
            "ref": pipeline.ref,
            "tag": pipeline.tag,
            "allow_failure": False,
            "created_at": when(pipeline.created),
            "started_at": None if pipeline.started is None else when(pipeline.started),
            "finished_at": None if pipeline.finished is None else when(pipeline.finished),
            "queued_duration": 0.1,
            "user": self.user(Account(username=pipeline.username)),
            "commit": short,
            "pipeline": self.pipeline(pipeline),
            "web_url": f"{self.web}/-/jobs/{row.id}",
            "runner": None,
            "artifacts": [archive, trace] if kept else [trace],
            **({"artifacts_file": file} if kept else {}),
            "artifacts_expire_at": None if row.expires is None else when(row.expires),
        }
