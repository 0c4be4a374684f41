"""The simulated Bitbucket refuses, pages, limits and answers as Bitbucket does."""

from pathlib import Path
from typing import Any

import pytest

from sandbox.bitbucket.account_routes import REMOVED
from sandbox.bitbucket.hosting import Account, Kind
from sandbox.bitbucket.server import API_TOKEN, EMAIL, TOKEN
from tests.integrations.bitbucket.bitbucket_judge import judge
from tests.sandbox.bitbucket.bitbucket_caller import REPOSITORY, basic, caller


def _branch(name: str, at: str = "main") -> dict[str, Any]:
    return {"name": name, "target": {"hash": at}}


@pytest.mark.parametrize(
    ("auth", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (basic(EMAIL, API_TOKEN), 200),
        (basic("other@example.com", API_TOKEN), 401),
        (basic(EMAIL, TOKEN), 401),
        (f"Bearer {API_TOKEN}", 401),
        (basic(EMAIL, "app-password"), 401),
        ("Bearer ended", 401),
        ("Basic ???", 401),
        ("Bearer unknown", 401),
        (None, 401),
    ],
)
async def test_each_kind_of_token_has_its_way(tmp_path: Path, auth: str | None, status: int) -> None:
    """API tokens with their e-mail, access tokens as Bearer; app passwords no more."""
    async with caller(tmp_path) as bitbucket:
        accounts = bitbucket.simulator.accounts
        accounts["app-password"] = Account(kind=Kind.APP_PASSWORD, email=EMAIL)
        accounts["ended"] = Account(gone=True)
        assert (await bitbucket.ask("GET", "", auth=auth))[0] == status
        assert judge(bitbucket.simulator.record) == 1


@pytest.mark.parametrize(
    ("scopes", "expected"),
    [
        (("repository",), [200, 403, 403, 403]),
        (("repository:write",), [200, 201, 403, 403]),
        (("pullrequest",), [200, 403, 200, 403]),
        (("pullrequest:write",), [200, 201, 200, 403]),
        (("pipeline",), [403, 403, 403, 200]),
        ((), [403, 403, 403, 403]),
    ],
)
async def test_scopes_hold_what_they_hold(
    tmp_path: Path, scopes: tuple[str, ...], expected: list[int]
) -> None:
    """Writing implies reading, a pull request's scopes those of the repository; pipelines are apart."""
    async with caller(tmp_path) as bitbucket:
        bitbucket.simulator.accounts["canary"] = Account(scopes=scopes)
        answers = [
            await bitbucket.ask(method, path, body, auth="Bearer canary")
            for method, path, body in (
                ("GET", "/refs/branches/main", None),
                ("POST", "/refs/branches", _branch("new")),
                ("GET", "/pullrequests", None),
                ("GET", "/pipelines", None),
            )
        ]
        assert [status for status, _, _ in answers] == expected
        assert answers[0][2]["X-OAuth-Scopes"] == ", ".join(scopes)
        if expected[-1] == 403:
            assert answers[-1][1]["error"]["detail"]["required"] == ["pipeline"]


async def test_a_repository_out_of_sight_is_not_there(tmp_path: Path) -> None:
    """404 in words of its own, as for one that never was; by its UUID it is found like by its name."""
    async with caller(tmp_path) as bitbucket:
        bitbucket.simulator.accounts["canary"] = Account(sees=frozenset())
        hidden = (await bitbucket.ask("GET", "", auth="Bearer canary"))[:2]
        never = (await bitbucket.ask("GET", "", root="/2.0/repositories/acme/none"))[:2]
        assert hidden == never
        assert hidden[0] == 404
        uuid = bitbucket.hosted.uuid.replace("{", "%7B").replace("}", "%7D")
        status, body, _ = await bitbucket.ask("GET", "", root=f"/2.0/repositories/acme/{uuid}")
        assert (status, body["full_name"]) == (200, "acme/app")


async def test_what_was_removed_in_2026_answers_410(tmp_path: Path) -> None:
    """All that reached over workspaces; one workspace's repositories are still listed."""
    async with caller(tmp_path) as bitbucket:
        for path in REMOVED:
            assert (await bitbucket.ask("GET", path, root="/2.0"))[0] == 410
        assert (await bitbucket.ask("GET", "/repositories/acme", root="/2.0"))[0] == 200
        assert (await bitbucket.ask("GET", "/repositories/none", root="/2.0"))[0] == 404
        assert (await bitbucket.ask("GET", "/user", root="/2.0"))[0] == 403
        assert (await bitbucket.ask("GET", "/user", root="/2.0", auth=basic(EMAIL, API_TOKEN)))[0] == 200


async def test_a_name_that_is_taken_is_a_400_with_a_key(tmp_path: Path) -> None:
    """Branches and tags: taken, badly named, on nothing, with nothing said, and with what nobody knows."""
    async with caller(tmp_path) as bitbucket:
        answers = [
            (await bitbucket.ask("POST", path, body))[:2]
            for path, body in [
                ("/refs/branches", _branch("main")),
                ("/refs/branches", _branch("a..b")),
                ("/refs/branches", _branch("new", "nowhere")),
                ("/refs/branches", {"name": ""}),
                ("/refs/branches", {**_branch("new"), "force": True}),
                ("/refs/tags", _branch("v1", "nowhere")),
            ]
        ]
        assert [status for status, _ in answers] == [400] * 6
        assert answers[0][1]["error"]["data"]["key"] == "BRANCH_ALREADY_EXISTS"
        assert "force" in answers[4][1]["error"]["message"]
        assert not bitbucket.hosted.made


async def test_names_with_slashes_are_found_as_they_are_and_encoded(tmp_path: Path) -> None:
    """Bitbucket writes them unencoded into its own links; a commit is not found by such a name."""
    async with caller(tmp_path) as bitbucket:
        await bitbucket.ask("POST", "/refs/branches", _branch("a/b"))
        assert (await bitbucket.ask("GET", "/refs/branches/a/b"))[0] == 200
        assert (await bitbucket.ask("GET", "/refs/branches/a%2Fb"))[0] == 200
        assert (await bitbucket.ask("GET", "/refs/branches/a"))[0] == 404
        assert (await bitbucket.ask("GET", "/commit/main"))[0] == 200
        assert (await bitbucket.ask("GET", "/commit/a/b"))[0] == 404


async def test_pages_are_ten_rows_and_their_addresses_cannot_be_made_up(tmp_path: Path) -> None:
    """The next link leads on; a number alone does not, and neither does another list's link."""
    async with caller(tmp_path) as bitbucket:
        bitbucket.grow("main", [f"Change {number}" for number in range(20)])
        _, first, _ = await bitbucket.ask("GET", "/commits?include=main")
        assert (len(first["values"]), "size" in first) == (10, False)
        _, second, _ = await bitbucket.ask(
            "GET", first["next"].removeprefix(f"{bitbucket.simulator.url}{REPOSITORY}")
        )
        assert second["page"] == 2
        assert (await bitbucket.ask("GET", "/commits?include=main&page=2"))[0] == 400
        other = first["next"].partition("?")[2].replace("include=main", "include=HEAD")
        assert (await bitbucket.ask("GET", f"/commits?{other}"))[0] == 400
        assert (await bitbucket.ask("GET", "/commits?pagelen=101"))[0] == 400
        assert (await bitbucket.ask("GET", "/pullrequests?pagelen=51"))[0] == 400


@pytest.mark.parametrize(
    "path",
    [
        "/refs/branches?filter=x",
        "/refs/branches?q=size > 3",
        "/refs/branches?sort=size",
        "/pullrequests?q=title = 3",
        "/pipelines?sort=-completed_on",
        "/commits?since=x",
    ],
)
async def test_what_the_simulator_does_not_know_is_an_error(tmp_path: Path, path: str) -> None:
    """Nothing is passed over in silence."""
    async with caller(tmp_path) as bitbucket:
        assert (await bitbucket.ask("GET", path.replace(" ", "%20")))[0] == 400
        assert (await bitbucket.ask("GET", "/issues"))[0] == 404
        assert (await bitbucket.ask("GET", "/issues", auth=None))[0] == 401


async def test_the_limit_is_a_rolling_hour_for_each_kind_of_resource(tmp_path: Path) -> None:
    """Near its end the headers say so; over it the answer is plain text without a time."""
    async with caller(tmp_path) as bitbucket:
        bitbucket.simulator.limits.an_hour = 5
        near = []
        for _ in range(5):
            _, _, headers = await bitbucket.ask("GET", "")
            near.append(headers["X-RateLimit-NearLimit"])
            bitbucket.clock.now += 600
        assert near == ["false"] * 4 + ["true"]
        status, body, headers = await bitbucket.ask("GET", "")
        assert (status, body) == (429, b"Rate limit for this resource has been exceeded")
        assert "Retry-After" not in headers
        head = bitbucket.hosted.branch("main")
        assert (await bitbucket.ask("GET", f"/src/{head}/history.txt"))[0] == 200
        bitbucket.clock.now += 601
        assert (await bitbucket.ask("GET", ""))[0] == 200
        assert judge(bitbucket.simulator.record) == 7


async def test_a_difference_names_files_renames_and_conflicts(tmp_path: Path) -> None:
    """One commit against its parent; two by the point where they parted, or as they are, or too big."""
    async with caller(tmp_path) as bitbucket:
        await bitbucket.ask("POST", "/refs/branches", _branch("side"))
        bitbucket.grow("side", ["Ours"], file="shared.txt")
        bitbucket.grow("main", ["Theirs"], file="shared.txt")
        bitbucket.grow("main", ["More"], file="more.txt")

        async def seen(spec: str) -> list[tuple[str, Any]]:
            _, body, _ = await bitbucket.ask("GET", f"/diffstat/{spec}")
            return [(row["status"], (row["new"] or row["old"])["path"]) for row in body["values"]]

        main, side = bitbucket.hosted.branch("main"), bitbucket.hosted.branch("side")
        assert await seen(f"{main}") == [("added", "more.txt")]
        assert await seen(f"{side}..{main}") == [("merge conflict", "shared.txt")]
        assert await seen(f"{side}..{main}?topic=false") == [
            ("removed", "more.txt"),
            ("modified", "shared.txt"),
        ]
        bitbucket.hosted.too_big = True
        assert (await bitbucket.ask("GET", f"/diffstat/{main}"))[0] == 555
        assert judge(bitbucket.simulator.record) > 4
