"""What is kept of a world: values, who is the same object as whom, and nothing that belongs to a process."""

import itertools
import json
from collections import Counter, OrderedDict, deque
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from sandbox import keeping
from sandbox.github.runs import Plan, RunBook
from sandbox.keeping import NotKept, keep, restore
from sandbox.kit import Fault
from sandbox.slack.values import ChannelKind, Message
from sandbox.slack.world import World


def box(value: Any) -> Any:
    """An object of the sandbox that holds anything, and is not a value itself."""
    return Fault(body=value)


VALUES = (
    None,
    True,
    7,
    -0.5,
    "ä\n",
    b"\x00\xff",
    (1, (2, 3)),
    frozenset({"a"}),
    {("a", 1): [2]},
    {1: "whole"},
    Counter({"x": 2}),
    OrderedDict([("b", 1), ("a", 2)]),
    deque([1, 2]),
    {1, 2},
    ChannelKind.IM,
    datetime(2026, 3, 2, 12, tzinfo=UTC),
    date(2026, 3, 2),
    timedelta(seconds=1.5),
    Path("/pixel.git"),
    Fault,
    Message(channel="C1", ts="1.2", user="U1", text="hi", blocks=({"type": "divider"},)),
)


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_values_come_back_as_they_were(value: Any) -> None:
    """Equal, and of the same type."""
    here = box(None)
    restore(keep(box(value)), here)
    assert here.body == value
    assert type(here.body) is type(value)


def test_a_counter_of_ids_goes_on_where_it_was() -> None:
    """No id is given twice."""
    serials = itertools.count(1)
    next(serials)
    here = box(itertools.count(1))
    restore(keep(box(serials)), here)
    assert next(here.body) == 2
    assert next(serials) == 2


def test_a_private_key_stays_the_same_key() -> None:
    """What a bot was connected with is still good."""
    key = ec.generate_private_key(ec.SECP256R1())
    here = box(None)
    restore(keep(box(key)), here)
    assert here.body.private_numbers() == key.private_numbers()


def test_what_was_one_object_is_one_object_again() -> None:
    """A change seen in one place is seen in the other, and circles end."""
    shared = [1]
    one, other = box(shared), box(shared)
    whole = box([one, other])
    shared.append(whole)  # a circle on purpose
    made = box(None)
    restore(keep(whole), made)
    first, second = made.body
    assert first.body is second.body
    assert first.body[1] is made


def test_what_is_there_stays_the_same_object() -> None:
    """Routes and other objects hold it already."""
    inner, items = box(1), {"a": box(2)}
    here = box({"inner": inner, "items": items})
    restore(keep(box({"inner": box(10), "items": {"a": box(20), "b": box(30)}})), here)
    assert here.body["inner"] is inner
    assert inner.body == 10
    assert here.body["items"] is items
    assert items["b"].body == 30


def test_values_that_others_may_share_are_never_written_over() -> None:
    """A frozen default of a module is the same in all worlds."""
    default = Plan(lag=1)
    here = box(default)
    restore(keep(box(Plan(lag=2))), here)
    assert here.body == Plan(lag=2)
    assert default == Plan(lag=1)


def test_a_class_says_what_is_not_kept() -> None:
    """Such as the feed of changes, which pages follow while they are open."""
    world, here = (World(clock=lambda: 1.0, team=team) for team in ("Acme", "Other"))
    world.changed("secret", "secret")
    told = keep(world)
    assert "secret" not in told
    restore(told, here)
    assert (here.team, here.changes) == ("Acme", [])


def test_what_only_a_running_process_can_make_is_refused() -> None:
    """A new object whose wiring nobody has would fail later, in a worse place."""
    told = keep(box([RunBook()]))
    with pytest.raises(NotKept, match="listener"):
        restore(told, box([]))


def test_a_book_of_runs_goes_on() -> None:
    """Functions stay as the new world has them: its listener is its own, its plans are the kept ones."""
    book = RunBook()
    book.set_plan("build.yml", seconds=None)
    heard: list[str] = []
    here = RunBook()
    here.listener = lambda _run, action: heard.append(action)
    restore(keep(book), here)
    assert here.plans == {"build.yml": Plan(seconds=None)}
    assert here.new_id() == book.new_id()
    here.listener(None, "heard")  # type: ignore[arg-type]  # which run does not matter
    assert heard == ["heard"]


@pytest.mark.parametrize(
    "told",
    [
        "",
        "[]",
        "{",
        '{"is": "object", "of": "os:system", "number": 1, "lost": [], "with": {}}',
        '{"is": "object", "of": "kit:NoSuch", "number": 1, "lost": [], "with": {}}',
        '{"is": "object", "of": "kit:CONTROL", "number": 1, "lost": [], "with": {}}',
        '{"is": "spell", "with": ""}',
        '{"is": "same", "number": 9}',
    ],
)
def test_a_broken_file_is_refused_with_a_reason(told: str) -> None:
    """And it names no class outside of the sandbox."""
    with pytest.raises(NotKept):
        restore(told, box(None))


def test_the_file_is_replaced_at_once(tmp_path: Path) -> None:
    """For its owner only, and with nothing left beside it."""
    path = tmp_path / "world.json"
    keeping.save(path, "one")
    keeping.save(path, json.dumps({"two": 2}))
    assert json.loads(path.read_text()) == {"two": 2}
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["world.json"]
