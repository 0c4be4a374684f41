"""Bitbucket's traps, each by its number and with the request or answer that springs it."""

import base64
import json
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from integrations.bitbucket import PROVIDER, BitbucketScm, BitbucketSettings
from integrations.bitbucket.releases import file_name
from integrations.bitbucket.settings import Access
from integrations.bitbucket.verify import verify
from integrations.choices import Asked
from orchestration.ports.errors import AlreadyDifferent, NeedsCredentials, Refused, TryLater
from orchestration.ports.scm import PublishedRelease
from sandbox.bitbucket.account_routes import REMOVED
from sandbox.bitbucket.hosting import Account, Kind
from sandbox.bitbucket.server import API_TOKEN, EMAIL, TOKEN
from tests.integrations.bitbucket.bitbucket_judge import judge
from tests.integrations.bitbucket.bitbucket_rig import bitbucket_rig, secrets

TARGETS = ("IOS_APP_STORE",)
MADE_UP = "canary"


def _publish(scm: BitbucketScm, body: str = "Notes") -> Awaitable[PublishedRelease]:
    return scm.create_release(
        current_tag="v1",
        previous_tag=None,
        base_version="1.0.0",
        parent_targets=TARGETS,
        release_date=datetime(2026, 11, 23, tzinfo=UTC),
        release_id="REL-1",
        body=body,
    )


# 1


async def test_1_an_api_token_goes_with_its_email_and_an_access_token_as_bearer(tmp_path: Path) -> None:
    """Each kind is sent as Bitbucket takes it; sent as the other it is refused, and so is the other's e-mail."""
    async with bitbucket_rig(tmp_path) as rig:
        account: dict[str, Any] = {"access": Access.API_TOKEN, "email": EMAIL}
        assert await rig.open_scm(API_TOKEN, **account).find_branch("main") is not None
        assert await rig.open_scm(TOKEN).find_branch("main") is not None
        sent = [e.request_headers["Authorization"] for e in rig.simulator.record]
        basic = base64.b64encode(f"{EMAIL}:{API_TOKEN}".encode()).decode()
        assert sent == [f"Basic {basic}", f"Bearer {TOKEN}"]
        for scm in (
            rig.open_scm(API_TOKEN),
            rig.open_scm(TOKEN, **account),
            rig.open_scm(API_TOKEN, access=Access.API_TOKEN, email="other@example.com"),
        ):
            with pytest.raises(NeedsCredentials):
                await scm.find_branch("main")


async def test_1_an_app_password_is_told_to_be_no_token(tmp_path: Path) -> None:
    """They ended on 2026-07-28: the error says that the kind may be wrong, and needs a person."""
    async with bitbucket_rig(tmp_path) as rig:
        rig.simulator.accounts[MADE_UP] = Account(kind=Kind.APP_PASSWORD, email=EMAIL)
        scm = rig.open_scm(MADE_UP, access=Access.API_TOKEN, email=EMAIL)
        with pytest.raises(NeedsCredentials, match="not of the kind"):
            await scm.find_branch("main")


def test_1_an_api_token_without_an_email_is_refused_before_it_is_sent() -> None:
    """Told at the settings: Bitbucket would only say 401."""
    with pytest.raises(ValidationError, match="e-mail"):
        BitbucketSettings(workspace="acme", repository="app", access=Access.API_TOKEN)


# 2


async def test_2_nothing_that_was_removed_in_2026_is_asked(tmp_path: Path) -> None:
    """Verbs, verification and choices go by the workspace: no request reaches over workspaces."""
    async with bitbucket_rig(tmp_path) as rig:
        await rig.scm.create_release_tag(ref="main", tag="v1", targets=TARGETS, version="1")
        await rig.cicd.trigger_planned_release(rig.request())
        for access, token in ((Access.ACCESS_TOKEN, TOKEN), (Access.API_TOKEN, API_TOKEN)):
            settings = rig.settings(access=access, email=EMAIL)
            assert all(check.ok for check in await verify(settings, secrets(token), rig.edge))
            for reader in PROVIDER.choices.values():
                await reader(settings, secrets(token), rig.edge, Asked(within="acme"))
        paths = {e.path.removeprefix("/2.0") for e in rig.simulator.record}
        assert not paths & set(REMOVED)
        assert 410 not in {e.status for e in rig.simulator.record}
        assert judge(rig.simulator.record) > 10


async def test_2_what_is_removed_next_is_told_as_such(tmp_path: Path) -> None:
    """410 is for good: no waiting helps, and no new token."""
    async with bitbucket_rig(tmp_path) as rig:
        body = '{"type": "error", "error": {"message": "Gone"}}'
        rig.simulator.fault(status=410, headers={"Content-Type": "application/json"}, body=body)
        with pytest.raises(Refused, match="removed this part of its API"):
            await rig.scm.find_branch("main")


# 3


async def test_3_notes_are_our_own_and_a_release_is_a_file_beside_the_tag(tmp_path: Path) -> None:
    """No releases at Bitbucket: the notes stand in the Downloads, named by the tag, once."""
    async with bitbucket_rig(tmp_path) as rig:
        await rig.scm.create_release_tag(ref="main", tag="v1", targets=TARGETS, version="1")
        made = await _publish(rig.scm)
        assert made == await _publish(rig.scm) == await rig.scm.find_release("v1")
        assert rig.hosted.made["download", "v1.md"] == 1
        text = rig.hosted.downloads["v1.md"].content.decode()
        assert text.startswith("Notes")
        assert "REL-1 · 2026-11-23 · IOS_APP_STORE" in text
        assert made.url == f"{rig.simulator.url}/acme/app/downloads/v1.md"
        assert judge(rig.simulator.record) > 5


async def test_3_a_file_with_other_notes_is_told_and_not_replaced(tmp_path: Path) -> None:
    """An upload of the same name would replace it without a word."""
    async with bitbucket_rig(tmp_path) as rig:
        await rig.scm.create_release_tag(ref="main", tag="v1", targets=TARGETS, version="1")
        rig.hosted.put("v1.md", b"written by hand")
        with pytest.raises(AlreadyDifferent, match=r"v1\.md.*15 bytes"):
            await _publish(rig.scm)
        assert rig.hosted.downloads["v1.md"].content == b"written by hand"


async def test_3_a_file_is_read_where_it_lies_without_the_token(tmp_path: Path) -> None:
    """Bitbucket redirects to a store of its own, which takes no token: it must not get one."""
    async with bitbucket_rig(tmp_path) as rig:
        await rig.scm.create_release_tag(ref="main", tag="v1", targets=TARGETS, version="1")
        await _publish(rig.scm)
        await _publish(rig.scm)
        (asked,) = rig.asked("GET", "/media/")
        assert "Authorization" not in asked.request_headers
        assert asked.status == 200


async def test_3_a_store_that_does_not_answer_is_no_matter_of_the_token(tmp_path: Path) -> None:
    """403 there is an address that ran out."""
    async with bitbucket_rig(tmp_path) as rig:
        await rig.scm.create_release_tag(ref="main", tag="v1", targets=TARGETS, version="1")
        await _publish(rig.scm)
        rig.simulator.fault(path="/media/", status=403)
        with pytest.raises(TryLater) as caught:
            await _publish(rig.scm)
        assert not caught.value.maybe_done
        assert await _publish(rig.scm) is not None


def test_3_no_two_tags_share_a_file() -> None:
    """Signs that a file's name can't hold are replaced, and told apart by the tag's hash."""
    assert file_name("v1.2.0-rc.1") == "v1.2.0-rc.1.md"
    names = [file_name(tag) for tag in ("a/b", "a_b", "a b", "a/b/c")]
    assert len(set(names)) == 4
    assert not any("/" in name or " " in name for name in names)


# 4


async def test_4_a_comparison_is_made_of_what_to_include_and_exclude(tmp_path: Path) -> None:
    """No ahead and behind from Bitbucket: two lists, both ways, by whole shas."""
    async with bitbucket_rig(tmp_path) as rig:
        await rig.scm.fork_out_branch("release/1", "main")
        rig.grow("release/1", ["Mend"])
        rig.grow("main", ["One", "Two"])
        base, head = rig.hosted.branch("main"), rig.hosted.branch("release/1")
        found = await rig.scm.compare("main", "release/1")
        assert (found.ahead, found.behind) == (1, 2)
        assert [e.query for e in rig.asked("GET", "/commits")] == [
            f"include={head}&exclude={base}&pagelen=100",
            f"include={base}&exclude={head}&pagelen=100",
        ]


@pytest.mark.parametrize("torn", [False, True])
async def test_4_the_order_of_a_spec_is_the_other_way_round_than_gits(tmp_path: Path, *, torn: bool) -> None:
    """`head..base`: with the order of git a conflict would be looked for in what the base has alone."""
    async with bitbucket_rig(tmp_path) as rig:
        await rig.scm.fork_out_branch("release/1", "main")
        rig.grow("release/1", ["Ours"], file="shared.txt")
        rig.grow("main", ["Theirs"], file="shared.txt" if torn else "other.txt")
        made = await rig.scm.open_pull_request(head="release/1", base="main", title="Back", body="")
        assert made.conflicts is torn
        (asked,) = rig.asked("GET", "/diffstat/")
        assert asked.path.endswith(f"{rig.hosted.branch('release/1')}..{rig.hosted.branch('main')}")


async def test_4_a_difference_that_takes_too_long_is_not_judged(tmp_path: Path) -> None:
    """555: the pull request is there, and whether it conflicts is not known."""
    async with bitbucket_rig(tmp_path) as rig:
        await rig.scm.fork_out_branch("release/1", "main")
        rig.grow("release/1", ["Ours"])
        rig.hosted.too_big = True
        made = await rig.scm.open_pull_request(head="release/1", base="main", title="Back", body="")
        assert made.conflicts is None


# 5


async def test_5_a_merge_that_was_accepted_is_not_taken_for_done(tmp_path: Path) -> None:
    """202 and a task: until it is done the request is the open one; afterwards there is nothing left to pull."""
    async with bitbucket_rig(tmp_path) as rig:
        await rig.scm.fork_out_branch("release/1", "main")
        rig.grow("release/1", ["Ours"])
        first = await rig.scm.open_pull_request(head="release/1", base="main", title="Back", body="")
        pull = rig.hosted.pulls[0]
        pull.merging = rig.clock.now + 30
        again = await rig.scm.open_pull_request(head="release/1", base="main", title="Back", body="")
        assert (again.number, again.state) == (first.number, "open")
        rig.clock.now += 31
        with pytest.raises(Refused, match="No commits"):
            await rig.scm.open_pull_request(head="release/1", base="main", title="Back", body="")
        assert pull.state == "MERGED"
        assert rig.made("pull", "release/1:main") == 1


# 6


async def test_6_braces_of_uuids_are_encoded_and_pipelines_stopped_by_them(tmp_path: Path) -> None:
    """A bare brace is no sign of an address; what Bitbucket gives as UUID is used as it is."""
    async with bitbucket_rig(tmp_path) as rig:
        run = await rig.cicd.trigger_planned_release(rig.request())
        assert run.id == "{00000000-0000-4000-8000-000000000001}"
        await rig.cicd.run_status(run.id)
        await rig.cicd.cancel_run(run.id)
        (status,), (stop,) = rig.asked("GET", "/pipelines/"), rig.asked("POST", "/stopPipeline")
        uuid = "%7B00000000-0000-4000-8000-000000000001%7D"
        assert status.path.endswith(f"/pipelines/{uuid}")
        assert stop.path.endswith(f"/pipelines/{uuid}/stopPipeline")


# 7


async def test_7_lists_are_read_by_their_next_links(tmp_path: Path) -> None:
    """A further page is at the address that Bitbucket gave, which holds more than a number."""
    async with bitbucket_rig(tmp_path) as rig:
        base = (await rig.scm.head_of("main")).sha
        rig.grow("main", [f"Change {number}" for number in range(205)])
        assert (await rig.scm.compare(base, "main")).ahead == 205
        pages = [e for e in rig.asked("GET", "/commits") if f"exclude={base}" in e.query]
        assert len(pages) == 3
        given = [json.loads(e.response_body).get("next", "") for e in pages]
        assert [link.partition("?")[2] for link in given[:2]] == [e.query for e in pages[1:]]
        assert not given[2]


@pytest.mark.parametrize("address", ["{url}/other", "{url}/2.0/../other", "http://[bad", ""])
async def test_7_a_next_link_to_another_place_is_not_followed(tmp_path: Path, address: str) -> None:
    """The token goes to no other path than the one that was set."""
    async with bitbucket_rig(tmp_path) as rig:
        link = address.replace("{url}", rig.simulator.url)
        body = json.dumps({"values": [], "next": link})
        rig.simulator.fault(
            path=r"/commits\?", body=body, status=200, headers={"Content-Type": "application/json"}
        )
        asked = len(rig.simulator.record)
        with pytest.raises(Refused, match="another address"):
            await rig.scm.compare(rig.hosted.branch("main") or "", "main")
        assert len(rig.simulator.record) == asked + 3
        assert not [e for e in rig.simulator.record if not e.path.startswith("/2.0/repositories/acme/app/")]


# 8


async def test_8_the_hourly_limit_is_told_with_what_it_counts(tmp_path: Path) -> None:
    """429 in plain text and without a time: a minute gives back what was used an hour before."""
    async with bitbucket_rig(tmp_path) as rig:
        rig.simulator.limits.an_hour = 2
        await rig.scm.find_branch("main")
        await rig.scm.find_branch("main")
        with pytest.raises(TryLater, match="api-repositories") as caught:
            await rig.scm.find_branch("main")
        assert (caught.value.after, caught.value.maybe_done) == (timedelta(seconds=60), False)
        assert rig.simulator.record[-1].response_headers["X-RateLimit-NearLimit"] == "true"
        rig.clock.now += 3601
        rig.rest()
        assert await rig.scm.find_branch("main") is not None
        assert judge(rig.simulator.record) == 4
