"""A database that goes away in the midst of work, or keeps a row from us, costs no try of what was under way."""

from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from orchestration.domain.due import WorkKind
from orchestration.ports.runtime import Claim, DatabaseAway, ReleaseHeld
from orchestration.services.work_due import work_claim
from tests.unit.bot.test_desk import Book, desk, request
from tests.unit.bot.test_outbox import TAKEN, Post, answer, at, sender

EITHER = pytest.mark.parametrize(
    "trouble", [DatabaseAway("gone"), ReleaseHeld("locked")], ids=["away", "locked"]
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
    assert logged == []
