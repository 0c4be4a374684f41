"""GitHub's JSON, made from what the simulator has."""

import base64
from typing import Any
from urllib.parse import quote

from sandbox.github.hosting import Hosted, when
from sandbox.gitrepo import GitCommit, Person, Ref

REPOSITORY_PATHS = {
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "contributors_url": "/contributors",
    "deployments_url": "/deployments",
    "downloads_url": "/downloads",
    "events_url": "/events",
    "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "languages_url": "/languages",
    "merges_url": "/merges",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "stargazers_url": "/stargazers",
    "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "tags_url": "/tags",
    "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
}
UNSIGNED = {"verified": False, "reason": "unsigned", "signature": None, "payload": None, "verified_at": None}


class Shapes:
    """Makes JSON with the addresses of one simulator: `url` of the API, which is that of the pages as well."""

    def __init__(self, url: str, hosted: Hosted) -> None:
        self.hosted = hosted
        self.root = url
        self.api = f"{url}/repos/{hosted.full_name}"
        self.web = f"{url}/{hosted.full_name}"

    def user(self, login: str, number: int = 1) -> dict[str, Any]:
        """simple-user."""
        return simple_user(self.root, login, number)

    def minimal_repository(self) -> dict[str, Any]:
        """minimal-repository."""
        hosted = self.hosted
        return {
            "id": hosted.id,
            "node_id": node_id("Repository", hosted.id),
            "name": hosted.name,
            "full_name": hosted.full_name,
            "owner": self.user(hosted.owner, 2),
            "private": hosted.private,
            "html_url": self.web,
            "description": None,
            "fork": False,
            "url": self.api,
            **{name: self.api + path for name, path in REPOSITORY_PATHS.items()},
        }

    def repository(self, *, pushes: bool = True) -> dict[str, Any]:
        """full-repository, and the repository inside a pull request; `pushes` is the right of who asks."""
        hosted = self.hosted
        counts = ("forks", "open_issues", "stargazers", "watchers", "network", "subscribers")
        features = ("issues", "projects", "wiki", "pages", "discussions", "downloads")
        return {
            **self.minimal_repository(),
            **{f"{name}_count": 0 for name in counts},
            **{f"has_{name}": False for name in features},
            "forks": 0,
            "open_issues": 0,
            "watchers": 0,
            "size": 0,
            "clone_url": f"{self.web}.git",
            "git_url": f"git://localhost/{hosted.full_name}.git",
            "ssh_url": f"git@localhost:{hosted.full_name}.git",
            "svn_url": self.web,
            "mirror_url": None,
            "homepage": None,
            "language": None,
            "license": None,
            "default_branch": hosted.default_branch,
            "archived": hosted.archived,
            "disabled": False,
            "visibility": "private" if hosted.private else "public",
            "permissions": {
                "admin": False,
                "maintain": False,
                "push": pushes,
                "triage": pushes,
                "pull": True,
            },
            "created_at": when(0),
            "updated_at": when(hosted.clock()),
            "pushed_at": when(hosted.clock()),
        }

    # Git

    def ref(self, ref: Ref) -> dict[str, Any]:
        """git-ref."""
        return {
            "ref": ref.name,
            "node_id": node_id("Ref", ref.name),
            "url": f"{self.api}/git/{quote(ref.name)}",
            "object": {"type": ref.type, "sha": ref.sha, "url": f"{self.api}/git/{ref.type}s/{ref.sha}"},
        }

    def tag_object(self, sha: str, text: str) -> dict[str, Any]:
        """git-tag, from the tag object's text."""
        head, _, message = text.partition("\n\n")
        fields = dict(line.split(" ", 1) for line in head.splitlines())
        name, _, rest = fields.get("tagger", "nobody <> 0 +0000").partition(" <")
        email, _, time = rest.partition("> ")
        return {
            "node_id": node_id("Tag", sha),
            "tag": fields["tag"],
            "sha": sha,
            "url": f"{self.api}/git/tags/{sha}",
            "message": message,
            "tagger": {"name": name, "email": email, "date": when(int(time.split(" ")[0]))},
            "object": {
                "type": fields["type"],
                "sha": fields["object"],
                "url": f"{self.api}/git/{fields['type']}s/{fields['object']}",
            },
            "verification": UNSIGNED,
        }

    def git_commit(self, commit: GitCommit) -> dict[str, Any]:
        """git-commit."""
        return {
            "sha": commit.sha,
            "node_id": node_id("Commit", commit.sha),
            "url": f"{self.api}/git/commits/{commit.sha}",
            "html_url": f"{self.web}/commit/{commit.sha}",
            "author": _person(commit.author),
            "committer": _person(commit.committer),
            "tree": {"sha": commit.tree, "url": f"{self.api}/git/trees/{commit.tree}"},
            "message": commit.message,
            "parents": [self._parent(sha, git=True) for sha in commit.parents],
            "verification": UNSIGNED,
        }

    def commit(self, commit: GitCommit) -> dict[str, Any]:
        """commit: GitHub's own view; authors whose e-mail it does not know are null."""
        return {
            "url": f"{self.api}/commits/{commit.sha}",
            "sha": commit.sha,
            "node_id": node_id("Commit", commit.sha),
            "html_url": f"{self.web}/commit/{commit.sha}",
            "comments_url": f"{self.api}/commits/{commit.sha}/comments",
            "commit": {
                "url": f"{self.api}/git/commits/{commit.sha}",
                "author": _person(commit.author),
                "committer": _person(commit.committer),
                "message": commit.message,
                "tree": {"sha": commit.tree, "url": f"{self.api}/git/trees/{commit.tree}"},
                "comment_count": 0,
                "verification": UNSIGNED,
            },
            "author": self._known(commit.author),
            "committer": self._known(commit.committer),
            "parents": [self._parent(sha, git=False) for sha in commit.parents],
        }

    def _known(self, person: Person) -> dict[str, Any] | None:
        domain = "@users.noreply.github.com"
        return self.user(person.email.removesuffix(domain)) if person.email.endswith(domain) else None

    def _parent(self, sha: str, *, git: bool) -> dict[str, Any]:
        api = f"{self.api}/git/commits/{sha}" if git else f"{self.api}/commits/{sha}"
        return {"sha": sha, "url": api, "html_url": f"{self.web}/commit/{sha}"}


def simple_user(root: str, login: str, number: int = 1) -> dict[str, Any]:
    """simple-user."""
    api = f"{root}/users/{login}"
    names = ("events", "followers", "following", "gists", "organizations", "received_events", "repos")
    return {
        "login": login,
        "id": number,
        "node_id": node_id("User", number),
        "avatar_url": f"{root}/avatars/{number}",
        "gravatar_id": "",
        "url": api,
        "html_url": f"{root}/{login}",
        **{f"{name}_url": f"{api}/{name}" for name in (*names, "starred", "subscriptions")},
        "type": "User",
        "site_admin": False,
    }


def _person(person: Person) -> dict[str, Any]:
    return {"name": person.name, "email": person.email, "date": when(person.at)}


def node_id(kind: str, key: object) -> str:
    return base64.b64encode(f"{kind}:{key}".encode()).decode()
