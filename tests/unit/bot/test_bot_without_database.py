"""A database that goes away in the midst of work, keeps a row from us or undoes what we did, costs no try of it."""

from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.slack.desk import Call
from orchestration.domain.due import WorkKind
from orchestration.ports.runtime import Claim, DatabaseAway, GaveWay, ReleaseHeld
from orchestration.services.work_due import work_claim
from tests.unit.bot.test_desk import Book, desk, request
from tests.unit.bot.test_outbox import TAKEN, Post, answer, at, sender

EITHER = pytest.mark.parametrize(
    "trouble",
    [DatabaseAway("gone"), ReleaseHeld("locked"), GaveWay("deadlock")],
    ids=["away", "locked", "undone"],
)


@EITHER
async def test_a_message_outlives_the_database(trouble: DatabaseAway) -> None:
    """However often it was tried before: it is neither given up nor told apart, and its lease brings it back."""
    post = Post(error=trouble)
    with pytest.raises(DatabaseAway):
        await sender(post).handle(answer(attempts=50))
    assert post.ends == []


@EITHER
async def test_a_request_outlives_the_database(trouble: DatabaseAway) -> None:
    """Nobody is told that it was not done: it will be."""
    book = Book()
    with pytest.raises(DatabaseAway):
        await desk(book, trouble).handle(request(attempts=3))
    assert book.did == []


@EITHER
async def test_a_task_outlives_the_database(trouble: DatabaseAway) -> None:
    """It is no fault of the task's, and none of its tries is used up."""
    claim = Claim(id="w1", tenant_id="T1", release_id="REL-1", kind=WorkKind.TASK, subject="t1", fence=1)

    def away() -> Any:
        raise trouble

    with capture_logs() as logged, pytest.raises(DatabaseAway):
        await work_claim(replace(at(TAKEN), look=away), claim)
    assert [entry for entry in logged if entry["log_level"] == "error"] == []


async def test_what_the_database_undid_is_begun_anew_at_once() -> None:
    """Whoever we gave way to gets on meanwhile, so it is soon our turn: one answer, and nothing for the operator."""
    book, undone = Book(), [GaveWay("deadlock"), GaveWay("deadlock")]

    async def work(call: Call) -> None:
        if undone:
            raise undone.pop()
        await call.answer("Done")

    with capture_logs() as logged:
        await desk(book, work=work).handle(request(attempts=3))
    assert book.said == "Done"
    assert [entry["log_level"] for entry in logged] == ["info", "info"]
