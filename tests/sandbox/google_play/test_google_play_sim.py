"""The simulated Google Play refuses what Google refuses, and its answers fit Google's description."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox.google_play import PACKAGE
from tests.integrations.google_play.google_play_rig import judge
from tests.sandbox.google_play.google_play_caller import EDITS, TRACKS, Caller, google_play_caller


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    """A build in the library and one with testers. What was answered is held against Google's description."""
    async with google_play_caller() as made:
        made.simulator.pixel.upload(41, "1.1.0", track="internal")
        made.simulator.pixel.upload(42, "1.2.0")
        yield made
        known = [e for e in made.simulator.record if "/edits" in e.path and e.status < 400]
        if known:
            judge(known)


def release(*codes: str, status: str = "completed", **more: Any) -> dict[str, Any]:
    """A release to write."""
    return {"versionCodes": list(codes), "status": status, **more}


async def put(caller: Caller, edit: str, *releases: Any, track: str = "internal", **more: Any) -> int:
    """Write a track; the status."""
    body = {"track": track, "releases": list(releases), **more}
    return (await caller.ask("PUT", f"{edit}/tracks/{track}", json=body)).status


async def test_a_signed_assertion_gives_a_token(caller: Caller) -> None:
    """For an hour, and for the account whose key signed."""
    granted = (await caller.grant(caller.assertion())).json
    assert (granted["expires_in"], granted["token_type"]) == (3599, "Bearer")
    caller.tokens[caller.simulator.captain.email] = granted["access_token"]
    assert (await caller.ask("GET", f"{TRACKS}/internal/releases")).status == 200
    caller.now += 3600
    late = await caller.ask("GET", f"{TRACKS}/internal/releases")
    assert (late.status, late.error["status"]) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize(
    ("claims", "header", "code"),
    [
        ({"iss": "nobody@example.com"}, {}, "invalid_grant"),
        ({"aud": "https://oauth2.googleapis.com/token"}, {}, "invalid_grant"),
        ({"scope": "https://www.googleapis.com/auth/drive"}, {}, "invalid_scope"),
        ({"iat": 1_790_009_999, "exp": 1_790_013_599}, {}, "invalid_grant"),
        ({"exp": 1_790_003_601}, {}, "invalid_grant"),
        ({"iat": "soon"}, {}, "invalid_grant"),
        ({}, {"alg": "none"}, "invalid_grant"),
        ({}, {"kid": "gone"}, "invalid_grant"),
    ],
)
async def test_a_wrong_assertion_gives_none(
    caller: Caller, claims: dict[str, Any], header: dict[str, Any], code: str
) -> None:
    """Issuer, audience, scope, times, algorithm and key are all looked at."""
    answer = await caller.grant(caller.assertion(header=header, **claims))
    assert (answer.status, answer.json["error"]) == (400, code)


async def test_an_assertion_that_was_changed_gives_none(caller: Caller) -> None:
    """The signature is verified; what is no assertion at all is told too, and so is another grant."""
    head, claims, signature = caller.assertion().split(".")
    other = caller.assertion(iss=caller.simulator.ci.email).split(".")[1]
    assert (await caller.grant(f"{head}.{other}.{signature}")).json["error"] == "invalid_grant"
    assert (await caller.grant(f"{head}.{claims}")).json["error"] == "invalid_request"
    assert (await caller.grant(caller.assertion(), "password")).json["error"] == "unsupported_grant_type"


async def test_an_edit_is_a_copy_until_it_is_committed(caller: Caller) -> None:
    """What is written in it shows in it, and elsewhere after the commit only; it expires in an hour."""
    edit = await caller.open()
    assert (await caller.ask("GET", edit)).json["expiryTimeSeconds"] == str(int(caller.now) + 3600)
    assert await put(caller, edit, release("42")) == 200
    inside = (await caller.ask("GET", f"{edit}/tracks/internal")).json
    assert inside["releases"] == [{"name": "1.2.0", **release("42")}]
    outside = (await caller.ask("GET", f"{TRACKS}/internal/releases")).json["releases"]
    assert [row["activeArtifacts"] for row in outside] == [[{"versionCode": 41}]]
    assert (await caller.ask("POST", f"{edit}:validate")).status == 200
    assert (await caller.ask("POST", f"{edit}:commit")).status == 200
    (row,) = (await caller.ask("GET", f"{TRACKS}/internal/releases")).json["releases"]
    assert row == {
        "releaseName": "1.2.0",
        "activeArtifacts": [{"versionCode": 42}],
        "releaseLifecycleState": "RELEASE_LIFECYCLE_STATE_PUBLISHED",
        "track": "internal",
    }
    assert caller.simulator.pixel.rollouts == [("internal", 42)]


async def test_a_second_edit_ends_the_first_of_the_same_account(caller: Caller) -> None:
    """Another account's stays open; a commit ends all of them."""
    first, theirs = await caller.open(), await caller.open(caller.simulator.ci)
    second = await caller.open()
    ended = await caller.ask("GET", first)
    assert (ended.status, ended.error["message"]) == (400, "This Edit has been deleted.")
    assert (await caller.ask("GET", theirs, account=caller.simulator.ci)).status == 200
    assert (await caller.ask("POST", f"{second}:commit")).status == 200
    outside = await caller.ask("GET", theirs, account=caller.simulator.ci)
    assert (outside.status, outside.error["status"]) == (400, "FAILED_PRECONDITION")
    assert "outside of this Edit" in outside.error["message"]
    assert "already been successfully committed" in (await caller.ask("GET", second)).error["message"]


async def test_an_edit_expires_and_is_deleted(caller: Caller) -> None:
    """After an hour it is no more, nor after its deletion; another's edit is not found."""
    edit = await caller.open()
    assert (await caller.ask("GET", edit, account=caller.simulator.ci)).status == 404
    caller.now += 3600
    assert "has expired" in (await caller.ask("GET", edit)).error["message"]
    other = await caller.open()
    assert (await caller.ask("DELETE", other)).status == 200
    assert (await caller.ask("POST", f"{other}:commit")).error["message"] == "This Edit has been deleted."
    assert (await caller.ask("GET", f"{EDITS}/4711")).status == 404


@pytest.mark.parametrize(
    "rows",
    [
        [release("42", "41", status="finished")],
        [{"versionCodes": ["42"]}],
        [{"versionCodes": [42], "status": "completed"}],
        [release("4711")],
        [release()],
        [release("42"), release("41")],
        [release("42", userFraction=0.5)],
        [release("42", status="inProgress")],
        [release("42", status="inProgress", userFraction=1.5)],
        [release("42", colour="red")],
        [release("42", releaseNotes=[{"language": "en-US", "text": "x" * 501}])],
        ["42"],
    ],
)
async def test_a_release_that_is_none_is_refused(caller: Caller, rows: list[Any]) -> None:
    """Statuses, texts for codes, uploaded codes, one completed release, fractions, known fields, short notes."""
    edit = await caller.open()
    assert await put(caller, edit, *rows) == 400
    assert await put(caller, edit, release("42"), colour="red") == 400
    assert await put(caller, edit, release("42")) == 200


async def test_a_track_must_be_there(caller: Caller) -> None:
    """With an edit and without one; the body may not name another."""
    edit = await caller.open()
    assert await put(caller, edit, release("42"), track="nowhere") == 404
    assert (await caller.ask("GET", f"{TRACKS}/nowhere/releases")).status == 404
    body = {"track": "alpha", "releases": []}
    assert (await caller.ask("PUT", f"{edit}/tracks/internal", json=body)).status == 400
    assert (await caller.ask("PUT", f"{edit}/tracks/internal", data=b"{")).status == 400
    names = [row["track"] for row in (await caller.ask("GET", f"{edit}/tracks")).json["tracks"]]
    assert names == ["production", "beta", "alpha", "internal", "wear:production"]


async def test_the_library_tells_codes_and_no_versions(caller: Caller) -> None:
    """Of every bundle that was uploaded, also of those on no track."""
    edit = await caller.open()
    rows = (await caller.ask("GET", f"{edit}/bundles")).json["bundles"]
    assert [row["versionCode"] for row in rows] == [41, 42]
    assert "1.2.0" not in str(rows)


async def test_reviews_decide_over_a_commit(caller: Caller) -> None:
    """The two opposite 400s; and a commit cancels what is in review unless it says that it must not."""
    app = caller.simulator.pixel
    edit = await caller.open()
    assert await put(caller, edit, release("42")) == 200
    flag = f"{edit}:commit?changesNotSentForReview=true"
    assert "must not be set" in (await caller.ask("POST", flag)).error["message"]
    app.rejected = True
    assert "changesNotSentForReview to true" in (await caller.ask("POST", f"{edit}:commit")).error["message"]
    app.rejected, app.in_review = False, True
    careful = await caller.ask("POST", f"{edit}:commit?changesInReviewBehavior=ERROR_IF_IN_REVIEW")
    assert careful.error["details"][0]["reason"] == "CHANGES_ALREADY_IN_REVIEW"
    assert app.pulled_back == 0
    assert (await caller.ask("POST", f"{edit}:commit")).status == 200
    assert app.pulled_back == 1


async def test_releases_that_can_go_nowhere_are_refused_at_the_commit(caller: Caller) -> None:
    """No device goes back, and an app that was never published has drafts only."""
    app = caller.simulator.pixel
    app.upload(43, "1.3.0", track="internal")
    edit = await caller.open()
    assert await put(caller, edit, release("42")) == 200
    back = await caller.ask("POST", f"{edit}:commit")
    assert (back.status, back.error["errors"][0]["reason"]) == (
        403,
        "ReleaseValidationErrorKeyApkNoUpgradePaths",
    )
    app.draft = True
    assert "draft app" in (await caller.ask("POST", f"{edit}:commit")).error["message"]


async def test_who_may_do_what(caller: Caller) -> None:
    """403 until the account is invited, 404 for a package that there is none of, 401 without a token."""
    caller.simulator.captain.invited[PACKAGE] = frozenset({"view"})
    edit = await caller.open()
    assert await put(caller, edit, release("42")) == 200
    assert (await caller.ask("POST", f"{edit}:commit")).error[
        "message"
    ] == "The caller does not have permission"
    caller.simulator.captain.invited[PACKAGE] = frozenset({"view", "release to testing tracks"})
    assert await put(caller, edit, release("42"), track="production") == 200
    assert (await caller.ask("POST", f"{edit}:commit")).status == 403
    caller.simulator.captain.invited.clear()
    assert (await caller.ask("POST", EDITS)).error["status"] == "PERMISSION_DENIED"
    other = await caller.ask("POST", EDITS.replace(PACKAGE, "com.acme.none"))
    assert (other.status, other.error["message"]) == (404, "Package not found: com.acme.none.")


async def test_the_quota_is_per_minute(caller: Caller) -> None:
    """Of all accounts together."""
    caller.simulator.per_minute = 1
    assert (await caller.ask("GET", f"{TRACKS}/internal/releases")).status == 200
    spent = await caller.ask("GET", f"{TRACKS}/internal/releases", account=caller.simulator.ci)
    assert (spent.status, spent.error["status"]) == (429, "RESOURCE_EXHAUSTED")
    caller.now += 60
    assert (await caller.ask("GET", f"{TRACKS}/internal/releases")).status == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"{TRACKS}/internal/releases?pageSize=5", 400),
        ("POST", f"{EDITS}?colour=red", 400),
        ("GET", f"{TRACKS}/internal", 404),
        ("GET", EDITS, 405),
        ("GET", "/androidpublisher/v2/applications", 404),
    ],
)
async def test_what_is_not_simulated_is_refused(caller: Caller, method: str, path: str, status: int) -> None:
    """Neither an address nor a parameter is taken without a word."""
    assert (await caller.ask(method, path)).status == status


async def test_orders_are_given_over_http(caller: Caller) -> None:
    """By a person at a rehearsal: uploads, reviews, the console, the quota; a wrong order is 400."""

    async def order(what: str, **body: Any) -> int:
        return (await caller.ask("POST", f"/_sandbox/{what}", json=body)).status

    assert await order("uploads", code=43, version="1.3.0", track="beta", status="draft") == 204
    assert await order("uploads", code=44, version="1.3.0", track="none") == 400
    assert await order("uploads", code=44, colour="red") == 400
    edit = await caller.open()
    assert await order("console") == 204
    assert (await caller.ask("GET", edit)).status == 400
    assert (
        await order("app", rejected=True),
        await order("app", rejected=1),
        await order("app", x=True),
    ) == (
        204,
        400,
        400,
    )
    assert await order("server", per_minute=1000, api_enabled=False) == 204
    assert (await caller.ask("POST", EDITS)).error["errors"][0]["reason"] == "accessNotConfigured"
    assert await order("server", revoke=True) == 204
    assert (await caller.ask("POST", EDITS)).status == 401
    state = (await caller.ask("GET", "/_sandbox/state")).json
    assert state["bundles"] == {"41": "1.1.0", "42": "1.2.0", "43": "1.3.0"}
    assert state["tracks"]["beta"][0]["lifecycle"] == "DRAFT"
    assert (state["open_edits"], state["commits"]) == ([], 0)
