"""GitHub's JSON of releases and pull requests."""

from typing import Any
from urllib.parse import quote

from sandbox.github.hosting import Pull, Release, when
from sandbox.github.shapes import Shapes, node_id


def release_json(shapes: Shapes, release: Release) -> dict[str, Any]:
    """release."""
    tag = quote(release.tag)
    return {
        "url": f"{shapes.api}/releases/{release.id}",
        "html_url": f"{shapes.web}/releases/tag/{tag}",
        "assets_url": f"{shapes.api}/releases/{release.id}/assets",
        "upload_url": f"{shapes.api}/releases/{release.id}/assets{{?name,label}}",
        "tarball_url": f"{shapes.api}/tarball/{tag}",
        "zipball_url": f"{shapes.api}/zipball/{tag}",
        "id": release.id,
        "node_id": node_id("Release", release.id),
        "tag_name": release.tag,
        "target_commitish": release.target,
        "name": release.name,
        "body": release.body,
        "draft": release.draft,
        "prerelease": release.prerelease,
        "created_at": when(release.created),
        "published_at": None if release.published is None else when(release.published),
        "author": shapes.user(release.author.login, release.author.id),
        "assets": [],
    }


def pull_json(shapes: Shapes, pull: Pull, *, mergeable: bool | None, full: bool) -> dict[str, Any]:
    """pull-request-simple, or with `full` the single pull-request.

    It is longer than the house rule, because it is one answer of GitHub's, field by field.
    """
    api, web = f"{shapes.api}/pulls/{pull.number}", f"{shapes.web}/pull/{pull.number}"
    issue = f"{shapes.api}/issues/{pull.number}"
    git = shapes.hosted.git
    sides = {side: _side(shapes, branch) for side, branch in (("head", pull.head), ("base", pull.base))}
    head_sha = git.commit_at(pull.head) or ""
    addresses = {
        "comments_url": f"{issue}/comments",
        "commits_url": f"{api}/commits",
        "issue_url": issue,
        "review_comment_url": f"{shapes.api}/pulls/comments{{/number}}",
        "review_comments_url": f"{api}/comments",
        "statuses_url": f"{shapes.api}/statuses/{head_sha}",
    }
    hrefs = {name.removesuffix("_url"): {"href": url} for name, url in addresses.items()}
    simple: dict[str, Any] = {
        "url": api,
        "html_url": web,
        "diff_url": f"{web}.diff",
        "patch_url": f"{web}.patch",
        **addresses,
        "id": pull.number + 500_000,
        "node_id": node_id("PullRequest", pull.number),
        "number": pull.number,
        "state": pull.state,
        "locked": False,
        "draft": pull.draft,
        "title": pull.title,
        "user": shapes.user(pull.author.login, pull.author.id),
        "body": pull.body,
        "labels": [],
        "milestone": None,
        "assignee": None,
        "assignees": [],
        "requested_reviewers": [],
        "requested_teams": [],
        "created_at": when(pull.created),
        "updated_at": when(pull.updated),
        "closed_at": None if pull.closed_at is None else when(pull.closed_at),
        "merged_at": None if pull.merged_at is None else when(pull.merged_at),
        "merge_commit_sha": pull.merge_sha,
        **sides,
        "_links": {**hrefs, "self": {"href": api}, "html": {"href": web}},
        "author_association": "CONTRIBUTOR",
        "auto_merge": None,
    }
    if not full:
        return simple
    counts = ("additions", "changed_files", "comments", "commits", "deletions", "review_comments")
    return {
        **simple,
        **dict.fromkeys(counts, 0),
        "mergeable": mergeable,
        "mergeable_state": {None: "unknown", True: "clean", False: "dirty"}[mergeable],
        "merged": pull.merged_at is not None,
        "merged_by": None,
        "rebaseable": None,
        "maintainer_can_modify": False,
    }


def _side(shapes: Shapes, branch: str) -> dict[str, Any]:
    return {
        "label": f"{shapes.hosted.owner}:{branch}",
        "ref": branch,
        "sha": shapes.hosted.git.commit_at(branch) or "",
        "user": shapes.user(shapes.hosted.owner, 2),
        "repo": shapes.repository(),
    }
