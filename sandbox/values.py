"""What a world's members are given and what they tell of themselves, in words that hold for every vendor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

KINDS = ("pre-regression", "regression", "automation", "test-flight", "aab")
"""The kinds of builds, as the jobs of a world are called."""

HOOK_SECRET = "sandbox-hook-secret"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """How fast the simulated providers are; seconds. `slack_rate` 1 is Slack's own pace, 0 no limit.

    `slack_patience` multiplies Slack's 3 seconds for an answer and for a form, where the machine is busy or slow.
    """

    queue: float = 0.3
    build: float = 1.5
    slack_rate: float = 1.0
    slack_patience: float = 1.0
    index_lag: float = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """What a member is made with. `schema` is the text of the vendor's own, for a simulator that stands on one."""

    pace: Pace
    schema: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Connection:
    """What is entered to connect to a member, by the names of the form's fields."""

    settings: Mapping[str, Any]
    secrets: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """A CI run. `correlation` is the id by which who asked finds it again; `passed` None while it goes on."""

    kind: str
    ref: str
    commit: str | None
    platform: str
    version: str
    correlation: str
    passed: bool | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """A version on its way to the users of a store: the store's own word for its state, whom it reaches, and what
    people can do about it now, in words by name. `number` names it in orders.
    """

    number: str
    version: str
    build: str
    state: str
    percent: float
    orders: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A release as people find it: a page, or a file of notes."""

    tag: str
    title: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """A ticket. `marks` are the words by which it is found again, from the place that this vendor has for them."""

    key: str
    title: str
    kind: str
    marks: Sequence[str]
    status: str
    done: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class TestRun:
    """A test run, with how many cases are in each state."""

    __test__ = False  # the name is the field's, and pytest must not collect it

    key: str
    title: str
    status: str
    cases: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class StoreBuild:
    """A build in a store, and the groups or tracks of testers that have it."""

    version: str
    number: str
    testers: Sequence[str]
