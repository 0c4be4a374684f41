"""Releases of another system are taken over once, with what exists, and run to their end."""

import asyncio
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema.validators import validator_for

from bot.administration import CLI
from bot.import_file import Unreadable, import_schema, read_import
from bot.importing import take_over
from orchestration.domain.errors import Invalid
from orchestration.domain.events import EventKind
from orchestration.domain.phase import Phase, phase
from orchestration.domain.release import Release
from orchestration.domain.stages import CycleState
from orchestration.domain.tasks import TaskType
from orchestration.ports.pm import TicketRequest
from orchestration.services.adopt import adopt_release
from orchestration.services.report import read_report
from tests.support.engine import TENANT, Bench, bench
from tests.support.rehearsed import ANDROID, ANN, IOS, Company, approve, finish_by_hand, found, snapshot

BRANCH = "release/2.14.0"
GUIDE = Path(__file__).parents[2] / "docs" / "migration.md"


async def elsewhere(company: Company, *, candidates: int = 2) -> None:
    """A branch with a commit of its own, its candidates and a ticket, made by another system."""
    base = await company.scm.head_of("main")
    await company.scm.fork_out_branch(BRANCH, base.sha)
    for number in range(1, candidates + 1):
        company.scm.grow(BRANCH, [f"fix: late change {number}"])
        await company.scm.create_release_tag(
            ref=BRANCH, tag=f"v2.14.0-rc.{number}", targets=(), version="2.14.0"
        )
    request = TicketRequest(
        project="MOB", issue_type="Task", summary="Release by hand", description="", label="old"
    )
    await company.pm.create_release_ticket(request)


def document(b: Bench, **changes: Any) -> dict[str, Any]:
    """A file of one release of the stored configuration."""
    now = b.clock.now()
    release = {
        "configuration": "pixel",
        "versions": {ANDROID.key: "2.14.0", IOS.key: "2.14.0"},
        "branch": BRANCH,
        "candidates": 2,
        "tickets": {ANDROID.key: "MOB-1"},
        "captain": ANN.id,
        "target_at": (now + timedelta(days=7)).isoformat(),
        "slots": [{"at": (now + timedelta(minutes=20)).isoformat()}],
    }
    return {"releases": [{**release, **changes}]}


async def imported(b: Bench, folder: Path, given: dict[str, Any], *, dry: bool = False) -> int:
    """The exit status of a file."""
    path = folder / "import.json"
    path.write_text(json.dumps(given))
    return await take_over(b.engine, read_import(path, TENANT), TENANT, dry=dry)


async def running(b: Bench) -> list[Release]:
    """What runs."""
    async with b.store.look() as work:
        return list(await work.releases.active(TENANT))


async def wrong(b: Bench, folder: Path, given: dict[str, Any]) -> dict[str, str]:
    """What a file is refused for, by pointer."""
    with pytest.raises(Unreadable) as refused:
        await imported(b, folder, given)
    return {each.pointer or "": each.message for each in refused.value.wrong}


async def test_what_exists_is_taken_over_and_the_release_ends(tmp_path: Path) -> None:
    """Branch, ticket and candidates are adopted; the next candidate counts on and is the one that is released."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        await elsewhere(company)
        assert await imported(b, tmp_path, document(b)) == 0
        [release] = await running(b)
        assert [c.state for c in release.cycles] == [CycleState.ABANDONED] * 2
        assert release.tested_commit is None
        assert release.find_task(TaskType.TRIGGER_PRE_REGRESSION_BUILDS, pair=ANDROID) is None
        await b.live(steps=12, minutes=3)
        now = await b.release(release.id)
        key = TaskType.CREATE_PROJECT_MANAGEMENT_TICKET
        assert [now.output(key, "key", pair=pair) for pair in (ANDROID, IOS)] == ["MOB-1", "MOB-2"]
        assert now.cycles[-1].tag == "v2.14.0-rc.3"
        assert (
            now.output(TaskType.CREATE_RELEASE_NOTES, "since", cycle_id=now.cycles[-1].id) == "v2.14.0-rc.2"
        )
        finish_by_hand(company, now)
        await b.live(steps=2, minutes=1)
        await approve(b, release.id)
        await b.live(steps=6, minutes=1)
        assert phase(await b.release(release.id)) is Phase.AWAITING_SUBMISSION
        tags = company.scm.kept.tags
        assert (await read_report(b.engine, TENANT, release.id)).release_id == release.id
        assert tags["v2.14.0"] == tags["v2.14.0-rc.3"] == company.scm.kept.branches[BRANCH]


async def test_nothing_is_approved_that_was_tested_elsewhere(tmp_path: Path) -> None:
    """However many candidates were taken over, no gate is asked before a cycle of ours is done."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        await elsewhere(company)
        await imported(b, tmp_path, document(b))
        await b.live(steps=3, minutes=3)
        [release] = await running(b)
        assert release.gates == ()
        assert release.tested_cycle is None


async def test_a_file_may_be_imported_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What runs on its branch is left alone, also when its slots have passed."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        await elsewhere(company)
        given = document(b)
        await imported(b, tmp_path, given)
        before = await running(b)
        b.clock.forward(hours=2)
        assert await imported(b, tmp_path, given) == 0
        assert await running(b) == before
        assert capsys.readouterr().out.splitlines() == [
            f"release {BRANCH}: imported, {before[0].id}",
            f"release {BRANCH}: is there already, {before[0].id}",
        ]


async def test_a_dry_run_stores_and_makes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It looks at the providers, says what would be imported, and leaves no row and no effect."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        await elsewhere(company)
        tickets = set(company.pm.kept)
        assert await imported(b, tmp_path, document(b), dry=True) == 0
        assert "would be imported" in capsys.readouterr().out
        assert await running(b) == []
        assert set(company.pm.kept) == tickets


async def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    """Each at its pointer, of what the file says and of what the providers have; nothing is stored."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        await elsewhere(company, candidates=3)
        given = document(b, tickets={ANDROID.key: "MOB-9", "WEB-WEB": "MOB-1"})
        given["releases"] += document(b, branch="release/2.15.0", candidates=1)["releases"]
        given["releases"] += document(b, branch="other", versions={ANDROID.key: "two"})["releases"]
        given["releases"] += document(b, branch="fourth", configuration="nowhere")["releases"]
        assert await wrong(b, tmp_path, given) == {
            "/releases/0/candidates": "There is a tag v2.14.0-rc.3 too: count it",
            f"/releases/0/tickets/{ANDROID.key}": "There is no ticket MOB-9",
            "/releases/0/tickets/WEB-WEB": "Pixel opens no ticket for WEB-WEB in this release",
            "/releases/1/branch": "There is no branch release/2.15.0",
            "/releases/1/candidates": "There is a tag v2.14.0-rc.2 too: count it",
            f"/releases/2/versions/{ANDROID.key}": "Write a version as three numbers, for example 2.14.0",
            "/releases/3/configuration": "There is no configuration nowhere",
        }
        assert await running(b) == []


async def test_another_release_on_the_branch_is_not_taken_for_it(tmp_path: Path) -> None:
    """The branch is the key; other versions on it are a mistake of the file, and change nothing."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        await elsewhere(company)
        await imported(b, tmp_path, document(b))
        before = await running(b)
        told = await wrong(b, tmp_path, document(b, versions={ANDROID.key: "2.15.0"}))
        assert list(told) == ["/releases/0/branch"]
        assert "runs on this branch" in told["/releases/0/branch"]
        assert await running(b) == before


async def test_two_imports_at_once_take_over_one_release(tmp_path: Path) -> None:
    """The second finds the branch in use, in the transaction that would have taken it."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        await elsewhere(company)
        path = tmp_path / "import.json"
        path.write_text(json.dumps(document(b)))
        [(name, wanted)] = read_import(path, TENANT).releases
        async with b.store.look() as work:
            [configuration] = [c for c in await work.directory.configurations(TENANT) if c.id == name]
        took = [adopt_release(b.engine, configuration, wanted, actor=ANN) for _ in range(2)]
        answers = await asyncio.gather(*took, return_exceptions=True)
        [release] = await running(b)
        taken = [each for each in answers if isinstance(each, tuple)]
        refused = [each for each in answers if isinstance(each, Invalid)]
        assert len(taken) + len(refused) == 2
        assert [each[0].id for each in taken if each[1]] == [release.id]


async def test_what_was_taken_over_is_told(tmp_path: Path) -> None:
    """The log names each thing that was there, as made by hand, by the operator."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        await elsewhere(company)
        await imported(b, tmp_path, document(b))
        [release] = await running(b)
        async with b.store.look() as work:
            events = await work.releases.events(TENANT, release.id)
        by_hand = [each for each in events if each.kind is EventKind.TASK_DONE_BY_HAND]
        assert sorted(each.data["type"] for each in by_hand) == [
            TaskType.CREATE_PROJECT_MANAGEMENT_TICKET,
            TaskType.CREATE_RC_TAG,
            TaskType.CREATE_RC_TAG,
            TaskType.FORK_BRANCH,
        ]
        assert {(each.actor, each.data["evidence"]) for each in by_hand} == {
            (CLI, "It was there when the release was imported")
        }
        assert await b.store.broken_at(TENANT) is None


async def test_the_example_of_the_guide_is_imported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A new configuration and a release of it, in one file; again, nothing changes; changed, it is stored anew."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b, snapshot(config_id="other", name="Other"))
        await elsewhere(company)
        [text] = re.findall(r"^```json\n(.*?)^```$", GUIDE.read_text(), re.DOTALL | re.MULTILINE)
        given = json.loads(text)
        validator_for(import_schema())(import_schema()).validate(given)
        for _again in range(2):
            assert await imported(b, tmp_path, given) == 0
        given["configurations"][0]["name"] = "Pixel Phone"
        assert await imported(b, tmp_path, given) == 0
        [release] = await running(b)
        assert release.snapshot.name == "Pixel"
        assert capsys.readouterr().out.splitlines() == [
            "configuration pixel: imported",
            f"release {BRANCH}: imported, {release.id}",
            "configuration pixel: is there already",
            f"release {BRANCH}: is there already, {release.id}",
            "configuration pixel: imported",
            f"release {BRANCH}: is there already, {release.id}",
        ]


async def test_a_release_of_a_wrong_configuration_waits_for_it(tmp_path: Path) -> None:
    """What is wrong with a configuration and with its releases is told together; neither is stored."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        [text] = re.findall(r"^```json\n(.*?)^```$", GUIDE.read_text(), re.DOTALL | re.MULTILINE)
        given = json.loads(text)
        given["configurations"][0] |= {"id": "new", "scm": "github", "pm": "nothing"}
        told = await wrong(b, tmp_path, given)
        assert "There is no connection nothing" in told["/configurations/0/pm"]
        assert told["/releases/0/branch"] == f"There is no branch {BRANCH}"
        async with b.store.look() as work:
            assert [c.id for c in await work.directory.configurations(TENANT)] == ["pixel"]
