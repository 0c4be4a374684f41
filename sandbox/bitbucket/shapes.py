"""The JSON of Bitbucket's REST API, version 2.0."""

from typing import Any
from urllib.parse import quote

from sandbox.bitbucket.hosting import Account, Download, Hosted, PullRequest, when
from sandbox.bitbucket.pipelines import Pipeline
from sandbox.gitrepo import GitCommit, Person


class Shapes:
    """Makes JSON with the addresses of one simulator: `root` is that of its pages and its API."""

    def __init__(self, root: str, hosted: Hosted) -> None:
        self.hosted = hosted
        self.web = f"{root}/{hosted.full_name}"
        self.api = f"{root}/2.0/repositories/{hosted.full_name}"

    def links(self, api: str, web: str) -> dict[str, Any]:
        """The two addresses that most things have."""
        return {"self": {"href": f"{self.api}{api}"}, "html": {"href": f"{self.web}{web}"}}

    def account(self, account: Account) -> dict[str, Any]:
        """Somebody."""
        kind = "user" if account.email else "app_user"
        return {
            "type": kind,
            "display_name": account.display_name,
            "uuid": "{00000000-0000-4000-a000-000000000001}",
        }

    def repository(self) -> dict[str, Any]:
        """The repository."""
        hosted = self.hosted
        head = hosted.git.head()
        main = {"type": "branch", "name": head} if hosted.branch(head) else None
        return {
            "type": "repository",
            "full_name": hosted.full_name,
            "name": hosted.slug,
            "uuid": hosted.uuid,
            "is_private": hosted.private,
            "scm": "git",
            "links": self.links("", ""),
            **({} if main is None else {"mainbranch": main}),
        }

    def repository_name(self) -> dict[str, Any]:
        """The repository in another object."""
        return {"type": "repository", "full_name": self.hosted.full_name, "uuid": self.hosted.uuid}

    def person(self, person: Person) -> dict[str, Any]:
        """An author whom no account is known for."""
        return {"type": "author", "raw": f"{person.name} <{person.email}>"}

    def commit(self, commit: GitCommit) -> dict[str, Any]:
        """A commit."""
        parents = [
            {"type": "commit", "hash": sha, "links": self.links(f"/commit/{sha}", f"/commits/{sha}")}
            for sha in commit.parents
        ]
        return {
            "type": "commit",
            "hash": commit.sha,
            "date": when(commit.author.at),
            "author": self.person(commit.author),
            "message": f"{commit.message}\n",
            "summary": {"raw": commit.message, "markup": "markdown", "html": ""},
            "parents": parents,
            "links": self.links(f"/commit/{commit.sha}", f"/commits/{commit.sha}"),
            "repository": self.repository_name(),
        }

    def branch(self, name: str, sha: str) -> dict[str, Any]:
        """A branch."""
        return {
            "type": "branch",
            "name": name,
            "target": self.commit(self.hosted.git.commit(sha)),
            "merge_strategies": ["merge_commit", "squash", "fast_forward"],
            "default_merge_strategy": "merge_commit",
            "links": self.links(f"/refs/branches/{quote(name)}", f"/branch/{quote(name)}"),
        }

    def tag(self, name: str) -> dict[str, Any] | None:
        """A tag, None where there is none; the target is the commit below an annotated one."""
        git = self.hosted.git
        ref, sha = git.ref(f"refs/tags/{name}"), git.commit_at(f"refs/tags/{name}")
        if ref is None or sha is None:
            return None
        body: dict[str, Any] = {
            "type": "tag",
            "name": name,
            "target": self.commit(git.commit(sha)),
            "links": self.links(f"/refs/tags/{quote(name)}", f"/commits/tag/{quote(name)}"),
        }
        if ref.type == "tag":
            body["message"] = git.read(ref.sha).decode(errors="replace").partition("\n\n")[2]
        return body

    def pull(self, row: PullRequest) -> dict[str, Any]:
        """A pull request; of nothing does it say whether it can be merged."""
        return {
            "type": "pullrequest",
            "id": row.id,
            "title": row.title,
            "description": row.description,
            "state": row.state,
            "author": self.account(row.account),
            "source": self._end(row.source, fork=row.from_fork),
            "destination": self._end(row.target),
            "close_source_branch": False,
            "comment_count": 0,
            "task_count": 0,
            "created_on": when(row.created),
            "updated_on": when(row.updated),
            "reason": "",
            "links": self.links(f"/pullrequests/{row.id}", f"/pull-requests/{row.id}"),
            **({} if row.merge_sha is None else {"merge_commit": {"hash": row.merge_sha}}),
        }

    def _end(self, branch: str, *, fork: bool = False) -> dict[str, Any]:
        sha = self.hosted.branch(branch) or "0" * 40
        repository = {**self.repository_name(), **({"full_name": "somebody/fork"} if fork else {})}
        return {"branch": {"name": branch}, "commit": {"hash": sha}, "repository": repository}

    def pipeline(self, row: Pipeline, *, variables: bool) -> dict[str, Any]:
        """A pipeline; its variables where they are told."""
        body: dict[str, Any] = {
            "type": "pipeline",
            "uuid": row.uuid,
            "build_number": row.number,
            "creator": self.account(Account()),
            "repository": self.repository_name(),
            "target": {
                "type": "pipeline_ref_target",
                "ref_type": row.ref_type,
                "ref_name": row.ref_name,
                "selector": {"type": row.kind, "pattern": row.pattern},
                "commit": {"type": "commit", "hash": row.sha},
            },
            "trigger": {"type": "pipeline_trigger_manual", "name": "MANUAL"},
            "state": _state(row),
            "created_on": when(row.created),
            "build_seconds_used": 0,
            "has_variables": bool(row.variables),
        }
        if variables:
            body["variables"] = [
                {"type": "pipeline_variable", "key": key, "value": value, "secured": False}
                for key, value in row.variables.items()
            ]
        if row.completed is not None:
            body["completed_on"] = when(row.completed)
        return body

    def download(self, row: Download) -> dict[str, Any]:
        """A file of the Downloads."""
        return {
            "type": "download",
            "name": row.name,
            "size": row.size,
            "downloads": 0,
            "created_on": when(row.created),
            "links": {"self": {"href": f"{self.api}/downloads/{quote(row.name)}"}},
        }


def _state(row: Pipeline) -> dict[str, Any]:
    if row.result is not None:
        kind = f"pipeline_state_completed_{row.result.lower()}"
        result = {"type": kind, "name": row.result}
        return {"type": "pipeline_state_completed", "name": "COMPLETED", "result": result}
    if row.stage is not None:
        stage = {"type": f"pipeline_state_in_progress_{row.stage.lower()}", "name": row.stage}
        return {"type": "pipeline_state_in_progress", "name": "IN_PROGRESS", "stage": stage}
    return {"type": "pipeline_state_pending", "name": "PENDING"}
