"""What people are shown of release configurations and of the forms that edit them: plain values."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum


class Step(StrEnum):
    """The parts of a configuration, in the order in which they are asked for."""

    BASICS = "basics"
    SOURCE = "source"
    BUILDS = "builds"
    TICKETS = "tickets"
    TESTS = "tests"
    STORES = "stores"
    ROLLOUT = "rollout"
    HEALTH = "health"
    CHANNELS = "channels"
    GATE = "gate"
    STORE_GATE = "store_gate"
    TIMING = "timing"


STEP_TITLES: Mapping[Step, str] = {
    Step.BASICS: "Basics",
    Step.SOURCE: "Source",
    Step.BUILDS: "Builds",
    Step.TICKETS: "Tickets",
    Step.TESTS: "Tests",
    Step.STORES: "Stores",
    Step.ROLLOUT: "Rollout",
    Step.HEALTH: "Health",
    Step.CHANNELS: "Channels",
    Step.GATE: "Approval",
    Step.STORE_GATE: "Store approval",
    Step.TIMING: "Timing",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Linked:
    """A connection that a configuration names, with its state or `missing`."""

    id: str
    state: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A configuration as it is listed. `releases` were started with it, `running` are titles of those that run."""

    id: str
    name: str
    app: str
    pairs: tuple[str, ...]
    active: bool
    default: bool
    connections: tuple[Linked, ...]
    releases: int
    running: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Unsaved:
    """A draft of the reader; `subject` is the configuration's id, empty for a new one."""

    subject: str
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Configurations:
    """All of a workspace; `may_change` whether the reader may change anything."""

    rows: tuple[Row, ...]
    unsaved: tuple[Unsaved, ...]
    may_change: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class StepLine:
    """A step of the overview: what stands there, what must be mended, and what a release would still lack."""

    step: Step
    summary: str
    needs: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Overview:
    """A configuration that is being edited. `running` are the titles of releases that keep what they started with.

    `stale`: somebody else saved another one meanwhile; `changed` are then the fields in which the two differ.
    """

    subject: str
    name: str
    lines: tuple[StepLine, ...]
    until: datetime
    running: tuple[str, ...] = ()
    resumed: bool = False
    stale: bool = False
    changed: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether it can be saved."""
        return not self.stale and not any(line.needs for line in self.lines)


class Ask(StrEnum):
    """How a part of a configuration is asked for. LIVE is chosen from what a provider has, LIVE_MANY several of it.

    PROSE is a text of several lines, LINES are short texts, one a line. SHARE is a number with a fraction, or no limit.
    """

    TEXT = "text"
    PROSE = "prose"
    LINES = "lines"
    INPUTS = "inputs"
    NUMBER = "number"
    SHARE = "share"
    SPAN = "span"
    CHOICE = "choice"
    MANY = "many"
    FLAG = "flag"
    CHANNEL = "channel"
    CHANNELS = "channels"
    PEOPLE = "people"
    LIVE = "live"
    LIVE_MANY = "live_many"


LIVE = frozenset({Ask.LIVE, Ask.LIVE_MANY})
SEVERAL = frozenset({Ask.MANY, Ask.FLAG, Ask.CHANNELS, Ask.PEOPLE, Ask.LIVE_MANY})


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """One of what is chosen from."""

    value: str
    label: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Live:
    """What is read live: of which connection, which kind of thing, within which other one."""

    connection: str
    kinds: tuple[str, ...]
    within: str = ""


Path = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """A part of a configuration. `path` is where it stands in the document, `value` what stands there.

    `typed`: what would be chosen live is typed. `names` are the words for values that are ids. `parent`: other
    fields are chosen within this one.
    """

    path: Path
    title: str
    ask: Ask
    value: object = None
    hint: str = ""
    needed: bool = False
    options: tuple[Option, ...] = ()
    live: Live | None = None
    typed: bool = False
    parent: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    called: str = ""

    @property
    def key(self) -> str:
        """What stands in a block's id: the path, or what it is called where its place may move meanwhile."""
        return self.called or "/".join(str(part) for part in self.path)


@dataclass(frozen=True, kw_only=True, slots=True)
class Heading:
    """Words between fields."""

    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Carried:
    """What the views of a draft carry back. `over` is the overview's view, `under` the list's of which it is an item.

    `item` is the number of an item, `seen` its digest when it was opened; empty for a new one. `typed`: live lists
    are typed; `rows`: how many empty rows are shown more. `home`: where the list can be renewed; `since`: unix seconds.
    """

    subject: str = ""
    step: str = ""
    item: str = ""
    seen: str = ""
    typed: str = ""
    rows: str = ""
    over: str = ""
    under: str = ""
    home: str = ""
    since: str = ""

    def packed(self) -> str:
        """For `private_metadata`."""
        kept = {key: value for key, value in asdict(self).items() if value}
        return json.dumps(kept, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


def unpacked(metadata: str) -> Carried:
    """The inverse of `packed`; ValueError where it is none of ours."""
    try:
        return Carried(**{str(key): str(value) for key, value in json.loads(metadata).items()})
    except (AttributeError, TypeError) as error:
        raise ValueError("This is no form of ours") from error


def digest(value: object) -> str:
    """A short name for a value of a document: another one for another value."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """A step, or an item of one. `typable`: live lists can be typed; `extensible`: what one more row is called."""

    title: str
    carried: Carried
    parts: tuple[Field | Heading, ...]
    typable: bool = False
    extensible: str = ""

    @property
    def fields(self) -> tuple[Field, ...]:
        """Without the words between."""
        return tuple(part for part in self.parts if isinstance(part, Field))


class Change(StrEnum):
    """What can happen to a form while it is filled in."""

    CHOSEN = "chosen"
    TOGGLED = "toggled"
    EXTENDED = "extended"


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One of several things of a step, in a line."""

    number: int
    seen: str
    says: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Items:
    """A step that is a list."""

    title: str
    carried: Carried
    items: tuple[Item, ...]
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """What was stored: its name, the fields that are different now, and who goes on with what was there before."""

    id: str
    name: str
    changed: tuple[str, ...]
    new: bool = False
    running: tuple[str, ...] = ()
    active: bool = True
    default: bool = False
