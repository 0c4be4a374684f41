"""The simulated GitLab refuses, pages, limits, judges and runs as GitLab does."""

from pathlib import Path
from typing import Any

import pytest

from sandbox.gitlab.hosting import Account
from tests.integrations.gitlab.gitlab_judge import judge
from tests.sandbox.gitlab.gitlab_caller import Caller, caller


async def _merge_request(gitlab: Caller, source: str = "side") -> Any:
    body = {"source_branch": source, "target_branch": "main", "title": "Back"}
    return (await gitlab.ask("POST", "/merge_requests", body))[1]


async def test_a_name_that_is_taken_is_a_400_like_any_other(tmp_path: Path) -> None:
    """Branches and tags: taken, badly named, on nothing, and with nothing said."""
    async with caller(tmp_path) as (gitlab, _):
        answers = [
            (await gitlab.ask("POST", path, body))[:2]
            for path, body in [
                ("/repository/branches", {"branch": "main", "ref": "main"}),
                ("/repository/branches", {"branch": "a..b", "ref": "main"}),
                ("/repository/branches", {"branch": "new", "ref": "nowhere"}),
                ("/repository/branches", {"ref": ""}),
                ("/repository/tags", {"tag_name": "v1", "ref": "nowhere"}),
            ]
        ]
        assert [status for status, _ in answers] == [400] * 5
        assert answers[0][1] == {"message": "Branch already exists"}
        assert answers[3][1] == {"error": "branch is missing, ref is empty"}
        assert judge(gitlab.simulator.record[:3]) == 3


async def test_a_path_must_be_one_segment(tmp_path: Path) -> None:
    """The project by its encoded path or its number; slashes as they are lead nowhere."""
    async with caller(tmp_path) as (gitlab, _):
        assert (await gitlab.ask("GET", "", root="/api/v4/projects/1"))[0] == 200
        assert (await gitlab.ask("GET", ""))[1]["path_with_namespace"] == "acme/app"
        assert (await gitlab.ask("GET", "", root="/api/v4/projects/acme/app"))[0] == 404
        await gitlab.ask("POST", "/repository/branches", {"branch": "a/b", "ref": "main"})
        assert (await gitlab.ask("GET", "/repository/branches/a%2Fb"))[0] == 200
        assert (await gitlab.ask("GET", "/repository/branches/a/b"))[0] == 404


@pytest.mark.parametrize(
    ("account", "read", "write"),
    [
        (None, 401, 401),
        (Account(gone="revoked"), 401, 401),
        (Account(scopes=("read_user",)), 403, 403),
        (Account(scopes=("read_api",)), 200, 403),
        (Account(level=20), 200, 403),
        (Account(level=None), 404, 404),
        (Account(), 200, 201),
    ],
)
async def test_who_may_what(tmp_path: Path, account: Account | None, read: int, write: int) -> None:
    """401 for nobody, 403 for too little, and 404 for what is out of sight."""
    async with caller(tmp_path) as (gitlab, _):
        if account is not None:
            gitlab.simulator.accounts["canary"] = account
        body = {"branch": "new", "ref": "main"}
        assert (await gitlab.ask("GET", "/repository/branches/main", token="canary"))[0] == read
        assert (await gitlab.ask("POST", "/repository/branches", body, token="canary"))[0] == write
        assert gitlab.hosted.made["branch", "new"] == (write == 201)


async def test_pages_hold_twenty_rows_unless_asked_for_more(tmp_path: Path) -> None:
    """Totals are told of branches and not of commits; the links keep the query."""
    async with caller(tmp_path) as (gitlab, _):
        head = gitlab.hosted.commit_at("main") or ""
        for number in range(24):
            gitlab.hosted.git.set_ref(f"refs/heads/b-{number}", head, "0" * 40)
        _, rows, headers = await gitlab.ask("GET", "/repository/branches")
        assert (len(rows), headers["X-Total"], headers["X-Next-Page"]) == (20, "25", "2")
        _, rows, headers = await gitlab.ask("GET", "/repository/branches?per_page=500&search=b-")
        assert (len(rows), headers["X-Per-Page"], headers["X-Next-Page"]) == (24, "100", "")
        _, rows, headers = await gitlab.ask("GET", "/repository/commits?per_page=2&ref_name=main")
        assert len(rows) == 2
        assert "X-Total" not in headers
        assert 'ref_name=main&page=2>; rel="next"' in headers["Link"].replace("per_page=2&", "").replace(
            "&per_page=2", ""
        )
        assert (await gitlab.ask("GET", "/repository/commits?page=0"))[0] == 400


async def test_too_many_requests_are_refused_in_plain_text_until_the_minute_is_over(tmp_path: Path) -> None:
    """With Retry-After and the RateLimit headers."""
    async with caller(tmp_path) as (gitlab, clock):
        gitlab.simulator.limits.a_minute = 1
        assert (await gitlab.ask("GET", ""))[2]["RateLimit-Remaining"] == "0"
        status, text, headers = await gitlab.ask("GET", "")
        assert (status, text, headers["Retry-After"]) == (429, "Retry later\n", "40")
        assert headers["RateLimit-Reset"] == "1790000040"
        clock.now += 40
        assert (await gitlab.ask("GET", ""))[0] == 200


async def test_a_merge_is_refused_until_judged_and_on_another_head(tmp_path: Path) -> None:
    """405 while GitLab still looks, 409 for another sha, 200 with the right one, 405 for a merged one."""
    async with caller(tmp_path) as (gitlab, clock):
        await gitlab.ask("POST", "/repository/branches", {"branch": "side", "ref": "main"})
        commit = gitlab.hosted.git
        head = commit.make_commit(
            tree=commit.commit(gitlab.hosted.commit_at("main") or "").tree,
            parents=(gitlab.hosted.commit_at("main") or "",),
            message="Mend\n",
            author=gitlab.hosted.person(Account()),
            committer=gitlab.hosted.person(Account()),
        )
        commit.set_ref("refs/heads/side", head, gitlab.hosted.branch("side") or "")
        row = await _merge_request(gitlab)
        assert (row["detailed_merge_status"], row["has_conflicts"]) == ("checking", False)
        merge = f"/merge_requests/{row['iid']}/merge"
        assert (await gitlab.ask("PUT", merge, {"sha": head}))[0] == 405
        clock.now += 2
        assert (await gitlab.ask("GET", f"/merge_requests/{row['iid']}"))[1][
            "detailed_merge_status"
        ] == "mergeable"
        assert (await gitlab.ask("PUT", merge, {"sha": "0" * 40}))[0] == 409
        status, merged, _ = await gitlab.ask("PUT", merge, {"sha": head})
        assert (status, merged["state"]) == (200, "merged")
        assert gitlab.hosted.commit_at("main") == merged["merge_commit_sha"]
        assert (await gitlab.ask("PUT", merge, {}))[0] == 405
        assert judge(gitlab.simulator.record) == 7


async def test_a_second_open_merge_request_is_a_conflict(tmp_path: Path) -> None:
    """409 with a list of words; branches that are not there are 422."""
    async with caller(tmp_path) as (gitlab, _):
        await gitlab.ask("POST", "/repository/branches", {"branch": "side", "ref": "main"})
        await _merge_request(gitlab)
        body = {"source_branch": "side", "target_branch": "main", "title": "Again"}
        status, answer, _ = await gitlab.ask("POST", "/merge_requests", body)
        assert (status, answer["message"][0][-2:]) == (409, "!1")
        assert (await gitlab.ask("POST", "/merge_requests", {**body, "source_branch": "none"}))[0] == 422


@pytest.mark.parametrize(
    ("variables", "jobs"),
    [
        ({"WORKFLOW": "x"}, ["build"]),
        ({"WORKFLOW": "nightly", "VERSION": "1"}, ["build", "nightly"]),
        ({"WORKFLOW": "nightly"}, ["build"]),
        ({"WORKFLOW": "none"}, None),
        ({}, None),
    ],
)
async def test_rules_decide_which_jobs_a_pipeline_has(
    tmp_path: Path, variables: dict[str, str], jobs: list[str] | None
) -> None:
    """The first rule that holds decides; a pipeline that the rules filter out is a 400 with the reason."""
    async with caller(tmp_path) as (gitlab, _):
        rows = [{"key": key, "value": value} for key, value in variables.items()]
        status, answer, _ = await gitlab.ask("POST", "/pipeline", {"ref": "main", "variables": rows})
        if jobs is None:
            assert (status, answer) == (
                400,
                {"message": {"base": ["Pipeline filtered out by workflow rules."]}},
            )
            return
        assert status == 201
        assert answer["name"] == f"Build {variables.get('VERSION', '')}"
        _, found, _ = await gitlab.ask("GET", f"/pipelines/{answer['id']}/jobs")
        assert [job["name"] for job in found] == jobs


async def test_a_pipeline_goes_its_way_by_the_clock(tmp_path: Path) -> None:
    """Created, running, ended; stopping takes its time; lists show it after their lag."""
    async with caller(tmp_path) as (gitlab, clock):
        gitlab.hosted.book.set_plan(lag=1.0, queue=2.0, seconds=5.0, stop=3.0)
        body = {"ref": "main", "variables": [{"key": "WORKFLOW", "value": "x"}]}
        _, row, _ = await gitlab.ask("POST", "/pipeline", body)
        path = f"/pipelines/{row['id']}"
        assert (await gitlab.ask("GET", "/pipelines"))[1] == []
        seen = []
        for _second in range(9):
            seen.append((await gitlab.ask("GET", path))[1]["status"])
            clock.now += 1
        assert seen == ["pending"] * 2 + ["running"] * 5 + ["success"] * 2
        assert len((await gitlab.ask("GET", "/pipelines?ref=main&source=api"))[1]) == 1
        _, other, _ = await gitlab.ask("POST", "/pipeline", body)
        path = f"/pipelines/{other['id']}"
        assert (await gitlab.ask("POST", f"{path}/cancel"))[1]["status"] == "canceling"
        clock.now += 3
        assert (await gitlab.ask("GET", path))[1]["status"] == "canceled"
        assert (await gitlab.ask("POST", f"{path}/cancel"))[0] == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/pipelines/7", 404),
        ("/pipelines/x", 400),
        ("/releases/v9", 404),
        ("/merge_requests/9", 404),
        ("/repository/tags/v9", 404),
        ("/repository/commits/nowhere", 404),
        ("/pipelines?updated_after=soon", 400),
        ("/merge_requests?state=odd", 400),
        ("/nothing", 404),
    ],
)
async def test_what_is_not_there_is_a_404(tmp_path: Path, path: str, status: int) -> None:
    """And what makes no sense is a 400."""
    async with caller(tmp_path) as (gitlab, _):
        assert (await gitlab.ask("GET", path))[0] == status
