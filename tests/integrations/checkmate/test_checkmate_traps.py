"""Checkmate's own traps: what its HTTP status doesn't say."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from pydantic import ValidationError

from integrations.answers import Answer
from integrations.checkmate import PROVIDER
from integrations.checkmate.answers import RunState
from integrations.checkmate.errors import data_of
from integrations.checkmate.naming import run_name
from integrations.checkmate.settings import CheckmateSecrets, CheckmateSettings
from orchestration.ports.errors import NeedsCredentials, Refused, TryLater
from orchestration.ports.test_platform import Selection, Suite
from sandbox.checkmate import READER_TOKEN, TOKEN, CaseStatus, RunStatus
from sandbox.checkmate.world import Filter
from sandbox.kit import Moment
from tests.integrations.checkmate.checkmate_rig import CheckmateRig, checkmate_rig, judge

NAME = "1.2.0 iOS r7f3k2q9"
FIGURES = {
    "total": 9,
    "passed": 1,
    "failed": 1,
    "untested": 1,
    "blocked": 1,
    "retest": 1,
    "archived": 1,
    "skipped": 1,
    "inprogress": 1,
}


@pytest.fixture
async def rig() -> AsyncIterator[CheckmateRig]:
    """A server and an adapter."""
    async with checkmate_rig() as made:
        yield made


async def create(rig: CheckmateRig, name: str = NAME) -> Suite:
    """A run of all cases."""
    return await rig.platform.create_test_suite(
        project="1", name=name, release_version="1.2.0", selection=Selection()
    )


def elsewhere(rig: CheckmateRig, name: str, count: int = 1) -> None:
    """Runs that somebody else makes in Checkmate's own page."""
    world = rig.simulator.world
    for _ in range(count):
        user = world.users[TOKEN]
        world.create_run(project=1, name=name, description=None, chosen=Filter(), user=user)


async def test_a_run_is_found_behind_many_pages(rig: CheckmateRig) -> None:
    """All pages of a search are read: the run may stand behind hundreds that contain its name."""
    created = await create(rig)
    rig.clock.now += 60
    elsewhere(rig, f"{NAME} copy", 250)
    assert await rig.platform.find_suite(project="1", name=NAME) == created
    pages = [e.query for e in rig.simulator.record if e.path.endswith("/runs")]
    assert len(pages) == 1 + 3
    judge(rig.simulator.record)


async def test_the_newest_of_equal_names_counts(rig: CheckmateRig) -> None:
    """Names need not be unique in Checkmate: the run with the highest id is the newest."""
    elsewhere(rig, NAME, 3)
    found = await rig.platform.find_suite(project="1", name=NAME)
    assert found is not None
    assert found.id == "3"


async def test_deleted_runs_are_gone(rig: CheckmateRig) -> None:
    """A deleted run is still listed and still has figures; for us it isn't there, and a new one is made."""
    first = await create(rig)
    rig.simulator.world.runs[int(first.id)].status = RunStatus.DELETED
    assert await rig.platform.find_suite(project="1", name=NAME) is None
    for verb in ("get_test_suite_status", "reset_test_suite", "lock"):
        with pytest.raises(Refused, match="deleted"):
            await getattr(rig.platform, verb)(project="1", suite=first.id)
    second = await create(rig)
    assert second.id != first.id
    rig.fill(second.id, "passed")
    assert rig.simulator.world.runs[int(first.id)].status is RunStatus.DELETED


async def test_names_are_cut_to_what_checkmate_holds(rig: CheckmateRig) -> None:
    """A long name is cut to 50 UTF-16 units with a mark of the whole, and the server takes it."""
    for long in (f"{NAME} " + "x" * 60, "\N{ROCKET}" * 40, "  spaces   between  " + "words " * 20):
        suite = await create(rig, long)
        assert len(suite.name.encode("utf-16-le")) // 2 <= 50
        assert suite.name == run_name(long)
        assert await create(rig, long) == suite
    assert rig.writes() == 3


def test_names_that_fit_are_left_alone() -> None:
    """50 characters fit exactly; one more is cut, and two that differ at the end stay different."""
    assert run_name("x" * 50) == "x" * 50
    assert len(run_name("x" * 51)) == 50
    assert run_name("x" * 51) != run_name("x" * 52)
    assert run_name(" a \n b  cd ") == "a b cd"


@pytest.mark.parametrize(
    ("part", "selection"),
    [
        ("sections", Selection(sections=("Smoke",))),
        ("labels", Selection(labels=("-1",))),
        ("squads", Selection(squads=("1", "0"))),
        ("platforms", Selection(platforms=("\u0662",))),
    ],
)
async def test_ids_that_are_no_numbers_are_refused(
    rig: CheckmateRig, part: str, selection: Selection
) -> None:
    """Checkmate's ids are numbers; a name in their place is told before anything is sent."""
    with pytest.raises(Refused, match=part):
        await rig.platform.create_test_suite(project="1", name=NAME, release_version="1", selection=selection)
    assert rig.simulator.record == []


@pytest.mark.parametrize(("project", "suite"), [("Wallet", "1"), ("1", "1,2"), ("", "1"), ("1", "")])
async def test_ids_in_settings_are_numbers_too(rig: CheckmateRig, project: str, suite: str) -> None:
    """A list of ids or a name in place of an id is refused, not read up to the comma."""
    with pytest.raises(Refused, match="ids are numbers"):
        await rig.platform.get_test_suite_status(project=project, suite=suite)


@pytest.mark.parametrize("token", ["", "nobody", READER_TOKEN])
async def test_tokens_that_may_not(rig: CheckmateRig, token: str) -> None:
    """No token and an unknown one are 403, a role that may not write 401: a person must connect again."""
    platform = rig.another(token=token or "x")
    with pytest.raises(NeedsCredentials):
        await platform.create_test_suite(project="1", name=NAME, release_version="1", selection=Selection())
    assert rig.made(NAME) == 0


async def test_a_reader_may_look(rig: CheckmateRig) -> None:
    """A token of a reader is enough for figures."""
    suite = await create(rig)
    status = await rig.another(token=READER_TOKEN).get_test_suite_status(project="1", suite=suite.id)
    assert status.tally.total == 14


def test_nothing_open_reads_as_done() -> None:
    """Retests and states of a newer server count as untested, in-progress under either spelling."""
    tally = RunState.model_validate({**FIGURES, "onhold": 1}).tally()
    assert (tally.untested, tally.in_progress, tally.skipped) == (3, 1, 2)
    closed = tally.passed + tally.failed + tally.blocked + tally.skipped
    assert closed + tally.untested + tally.in_progress == tally.total == 9
    camel = {key: value for key, value in FIGURES.items() if key != "inprogress"} | {"inProgress": 5}
    assert RunState.model_validate(camel).tally().in_progress == 5
    short = RunState.model_validate({**FIGURES, "total": 6}).tally()
    assert short.untested == 2
    more = RunState.model_validate({**FIGURES, "total": 12, "untested": 0, "retest": 0}).tally()
    assert more.untested == 12 - 6


@pytest.mark.parametrize("missing", sorted(set(FIGURES) - {"archived"}))
def test_figures_that_are_missing_are_no_zeroes(missing: str) -> None:
    """A figure that isn't there is no zero: a gate must not pass on it."""
    with pytest.raises(ValidationError):
        RunState.model_validate({key: value for key, value in FIGURES.items() if key != missing})


def test_squads_of_one_name_stay_apart() -> None:
    """Two squads of one name are numbered, so that no figures are lost."""
    squad = {"squadName": "Core", "squadId": 1, "runData": FIGURES}
    state = RunState.model_validate({**FIGURES, "squadData": [squad, {**squad, "squadId": 2}]})
    assert list(state.by_squad()) == ["Core", "Core (2)"]


def answer(body: str, status: int = 200) -> Answer:
    """An answer with JSON."""
    return Answer(
        status=status,
        headers={"Content-Type": "application/json"},
        body=body.encode(),
        provider="Checkmate",
        making=True,
    )


@pytest.mark.parametrize(
    ("body", "status", "error", "words"),
    [
        ('{"data":null,"error":"No tests found for the given filter"}', 500, Refused, "No test case fits"),
        ('{"data":null,"error":"a foreign key constraint fails"}', 500, Refused, "no such project"),
        ('{"data":{"status":"Provide valid runId"},"error":null}', 200, Refused, "no such run"),
        ('{"data":null,"error":"Run not found","status":200}', 200, Refused, "no such run"),
        ('{"data":null,"error":"Invalid content type"}', 400, Refused, "Invalid content type"),
        ('{"data":null,"error":{"message":"deep"}}', 500, TryLater, "deep"),
        ('{"error":"who are you","status":403}', 403, NeedsCredentials, "403"),
    ],
)
def test_the_words_come_before_the_status(body: str, status: int, error: Any, words: str) -> None:
    """Checkmate says no in successes and server errors; each text has one meaning."""
    with pytest.raises(error, match=words):
        data_of(answer(body, status))


async def test_a_state_that_is_only_a_text_is_tried_again(rig: CheckmateRig) -> None:
    """`Error in fetching data` inside a success is trouble of the server."""
    suite = await create(rig)
    body = '{"data": {"status": "Error in fetching data"}, "error": null, "status": 200}'
    rig.simulator.fault(
        path="state-detail", status=200, headers={"Content-Type": "application/json"}, body=body
    )
    with pytest.raises(TryLater, match="not known"):
        await rig.platform.get_test_suite_status(project="1", suite=suite.id)


async def test_a_state_of_a_run_that_is_not_known_hides_no_other_run(rig: CheckmateRig) -> None:
    """A newer server may have more states: such a run is there, and not open for changes."""
    suite = await create(rig)
    for path in ("/runs", "/run/detail"):
        await rig.platform.find_suite(project="1", name=NAME)
        await rig.platform.get_test_suite_status(project="1", suite=suite.id)
        told = next(e for e in reversed(rig.simulator.record) if e.path.endswith(path)).response_body
        body = told.decode().replace('"Active"', '"Paused"')
        assert body != told.decode()
        rig.simulator.fault(path=path, status=200, headers={"Content-Type": "application/json"}, body=body)
    assert await rig.platform.find_suite(project="1", name=NAME) == suite
    assert (await rig.platform.get_test_suite_status(project="1", suite=suite.id)).locked


async def test_nothing_is_sent_where_nothing_is_to_do(rig: CheckmateRig) -> None:
    """A reset without anything that passed, and a second lock, are answered by looking alone."""
    suite = await create(rig)
    await rig.platform.reset_test_suite(project="1", suite=suite.id)
    assert rig.writes() == 1
    for _ in range(2):
        await rig.platform.lock(project="1", suite=suite.id)
    assert rig.writes() == 2


async def test_a_lock_by_somebody_else_in_between_is_fine(rig: CheckmateRig) -> None:
    """`Run is already locked` inside a success means that it is as we want it."""
    suite = await create(rig)

    async def lock_first(_moment: Moment, request: web.BaseRequest) -> None:
        if request.path.endswith("/run/lock"):
            rig.simulator.world.runs[int(suite.id)].status = RunStatus.LOCKED

    rig.simulator.hooks.append(lock_first)
    await rig.platform.lock(project="1", suite=suite.id)
    assert b"already locked" in rig.simulator.record[-1].response_body


async def test_a_lock_that_did_not_take_is_told(rig: CheckmateRig) -> None:
    """A success whose data says `success: false` is a refusal."""
    suite = await create(rig)
    body = '{"data": {"success": false, "message": "Untested cases found"}, "error": null, "status": 200}'
    rig.simulator.fault(path="run/lock", status=200, headers={"Content-Type": "application/json"}, body=body)
    with pytest.raises(Refused, match="Untested cases found"):
        await rig.platform.lock(project="1", suite=suite.id)


async def test_the_last_untested_case_is_what_counts(rig: CheckmateRig) -> None:
    """A run with one case waiting for its retest is not complete, whatever the rest says."""
    suite = await create(rig)
    rig.fill(suite.id, "passed")
    rig.simulator.fill(int(suite.id), CaseStatus.RETEST, limit=1)
    status = await rig.platform.get_test_suite_status(project="1", suite=suite.id)
    assert (status.tally.passed, status.tally.untested) == (13, 1)


def test_settings_say_what_they_need() -> None:
    """Addresses are trimmed and checked, tokens never shown, unknown fields refused."""
    assert (
        CheckmateSettings(base_url=" https://qa.example.com/tests/ ").base_url
        == "https://qa.example.com/tests"
    )
    for wrong in ("qa.example.com", "ftp://qa.example.com", "https://qa.example.com/?a=1", ""):
        with pytest.raises(ValidationError):
            CheckmateSettings(base_url=wrong)
    secrets = CheckmateSecrets.model_validate({"token": " canary "})
    assert secrets.token.get_secret_value() == "canary"
    assert "canary" not in repr(secrets) + secrets.model_dump_json()
    assert (PROVIDER.key, PROVIDER.pm, PROVIDER.scm) == ("checkmate", None, None)
    for model in (PROVIDER.settings, PROVIDER.secrets):
        assert all(field.title and field.description for field in model.model_fields.values())
