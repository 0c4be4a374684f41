"""Releases."""

from typing import Any

from aiohttp import web

from sandbox.github.answers import Body, failed_field, not_found, paged
from sandbox.github.calls import Call, Route
from sandbox.github.hosting import Release
from sandbox.github.release_shapes import release_json
from sandbox.gitrepo import ZERO

LONGEST_BODY = 125_000


async def list_releases(call: Call) -> web.Response:
    """GET releases: newest first."""
    rows = [release_json(call.shapes, release) for release in reversed(call.hosted.releases)]
    return paged(call.request, call.shapes.root, rows)


async def latest_release(call: Call) -> web.Response:
    """GET releases/latest: neither drafts nor prereleases."""
    found = (r for r in reversed(call.hosted.releases) if not r.draft and not r.prerelease)
    return _answer(call, next(found, None))


async def release_of_tag(call: Call) -> web.Response:
    """GET releases/tags/{tag}: drafts are not found so."""
    tag = call.word("tag")
    return _answer(call, next((r for r in call.hosted.releases if r.tag == tag and not r.draft), None))


async def get_release(call: Call) -> web.Response:
    """GET releases/{id}."""
    return _answer(call, _release(call))


async def make_release(call: Call) -> web.Response:
    """POST releases: makes the tag too where it is missing, on `target_commitish`."""
    body = await Body.of(call.request)
    tag = body.need("tag_name")
    draft, prerelease = (
        body.may("draft", default=False, kind=bool),
        body.may("prerelease", default=False, kind=bool),
    )
    text, target = body.may("body", None), body.may("target_commitish", call.hosted.default_branch)
    if body.may("make_latest", "true") not in {"true", "false", "legacy"}:
        raise failed_field("Release", "make_latest", "invalid")
    if text is not None and len(text) > LONGEST_BODY:
        words = f"body is too long (maximum is {LONGEST_BODY} characters)"
        raise failed_field("Release", "body", "custom", words)
    if any(release.tag == tag for release in call.hosted.releases):
        raise failed_field("Release", "tag_name", "already_exists")
    if not draft:
        _tag(call, tag, target)
    release = Release(
        id=len(call.hosted.releases) + 1,
        tag=tag,
        target=target,
        name=body.may("name", None),
        body=text,
        draft=draft,
        prerelease=prerelease,
        author=call.account,
        created=call.now,
        published=None if draft else call.now,
    )
    call.hosted.releases.append(release)
    call.hosted.made["release", tag] += 1
    return web.json_response(release_json(call.shapes, release), status=201)


def _tag(call: Call, tag: str, target: str) -> None:
    git = call.hosted.git
    name = f"refs/tags/{tag}"
    if git.ref(name) is not None:
        return
    sha = git.commit_at(target)
    if sha is None:
        raise failed_field("Release", "target_commitish", "invalid")
    if not git.good_ref(name):
        raise failed_field("Release", "tag_name", "custom", "tag_name is not a valid tag")
    git.set_ref(name, sha, ZERO)
    call.hosted.made["tag", tag] += 1


async def change_release(call: Call) -> web.Response:
    """PATCH releases/{id}: name, body, draft, prerelease."""
    body, release = await Body.of(call.request), _release(call)
    if release is None:
        raise not_found()
    release.name, release.body = body.may("name", release.name), body.may("body", release.body)
    release.prerelease = body.may("prerelease", release.prerelease, bool)
    release.draft = body.may("draft", release.draft, bool)
    if not release.draft and release.published is None:
        _tag(call, release.tag, release.target)
        release.published = call.now
    return _answer(call, release)


async def drop_release(call: Call) -> web.Response:
    """DELETE releases/{id}: the tag stays."""
    release = _release(call)
    if release is None:
        raise not_found()
    call.hosted.releases.remove(release)
    return web.Response(status=204)


async def generate_notes(call: Call) -> web.Response:
    """POST releases/generate-notes: saves nothing."""
    body = await Body.of(call.request)
    tag, previous = body.need("tag_name"), body.may("previous_tag_name", None)
    git = call.hosted.git
    end = git.commit_at(tag) or git.commit_at(body.may("target_commitish", call.hosted.default_branch))
    begin = git.commit_at(previous) if previous else None
    if end is None or (previous and begin is None):
        raise not_found()
    rows = git.log(end, *([f"^{begin}"] if begin else []))
    lines = [f"* {row.message.splitlines()[0]} by @{row.author.name}" for row in rows[:100]]
    words = ["## What's Changed", *lines, "", f"**Full Changelog**: {call.shapes.web}/commits/{tag}"]
    answer: dict[str, Any] = {"name": tag, "body": "\n".join(words)}
    return web.json_response(answer)


def _release(call: Call) -> Release | None:
    number = call.word("id")
    return next((r for r in call.hosted.releases if str(r.id) == number), None)


def _answer(call: Call, release: Release | None) -> web.Response:
    if release is None:
        raise not_found()
    return web.json_response(release_json(call.shapes, release))


ROUTES = (
    Route(method="GET", path="/releases", handler=list_releases),
    Route(method="GET", path="/releases/latest", handler=latest_release),
    Route(method="GET", path="/releases/tags/{tag:.+}", handler=release_of_tag),
    Route(method="GET", path=r"/releases/{id:\d+}", handler=get_release),
    Route(method="POST", path="/releases", handler=make_release, writes="contents"),
    Route(method="POST", path="/releases/generate-notes", handler=generate_notes, writes="contents"),
    Route(method="PATCH", path=r"/releases/{id:\d+}", handler=change_release, writes="contents"),
    Route(method="DELETE", path=r"/releases/{id:\d+}", handler=drop_release, writes="contents"),
)
