"""The simulated GitLab, asked by python-gitlab as anybody would."""

import asyncio
from pathlib import Path

import gitlab

from sandbox.gitlab.server import TOKEN
from tests.integrations.gitlab.gitlab_judge import judge
from tests.sandbox.gitlab.gitlab_caller import Caller, caller


def _look_around(url: str) -> tuple[str, list[str], list[str], list[str]]:
    server = gitlab.Gitlab(url, private_token=TOKEN)
    server.auth()
    project = server.projects.get("acme/app")
    for number in range(3):
        tag = f"v1.{number}"
        project.tags.create({"tag_name": tag, "ref": "main", "message": "Begin"})
        project.releases.create({"tag_name": tag, "name": tag, "description": "Notes"})
    project.tags.create({"tag_name": "nightly", "ref": "main"})
    tags = project.tags.list(order_by="name", sort="asc", per_page=2, iterator=True)
    found = project.tags.list(search="v1", get_all=True)
    releases = project.releases.list(get_all=True)
    name = "" if server.user is None else str(server.user.username)
    return name, [t.name for t in tags], [t.name for t in found], [r.name for r in releases]


async def test_a_library_logs_in_and_lists_tags_and_releases(tmp_path: Path) -> None:
    """Page by page, in the order that was asked for; releases the newest first."""
    async with caller(tmp_path) as (server, _):
        name, tags, found, releases = await asyncio.to_thread(_look_around, server.simulator.url)
        assert name == "stationmaster-bot"
        assert tags == ["nightly", "v1.0", "v1.1", "v1.2"]
        assert sorted(found) == ["v1.0", "v1.1", "v1.2"]
        assert releases == ["v1.2", "v1.1", "v1.0"]
        assert judge(server.simulator.record) == len(server.simulator.record)


async def test_what_gitlab_refuses_in_lists_is_refused(tmp_path: Path) -> None:
    """An order that there is none of, and a token that may not."""
    async with caller(tmp_path) as (server, _):
        answers = [await _said(server, path) for path in ("order_by=size", "sort=up")]
        assert answers == [
            (400, {"error": "order_by does not have a valid value"}),
            (400, {"error": "sort does not have a valid value"}),
        ]
        assert (await server.ask("GET", "/user", root="/api/v4", token="nobody"))[0] == 401


async def _said(server: Caller, query: str) -> tuple[int, object]:
    return (await server.ask("GET", f"/repository/tags?{query}"))[:2]
