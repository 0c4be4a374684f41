"""monday.com as a member of a world."""

from collections.abc import Sequence

from sandbox.monday.simulator import TOKEN, MondaySimulator
from sandbox.monday.world import Column, Item, Label, labels
from sandbox.roles import Tracker
from sandbox.values import Connection, Given, Ticket

STATUS, MARK = "status", "text_mkr1"
PRIORITIES = (("Low", False), ("Medium", False), ("High", False))


class MondayMember(Tracker):
    """An account with the board Releases; its group Release takes the tickets."""

    key, title = "monday", "monday.com"
    simulator: MondaySimulator

    def __init__(self, given: Given) -> None:
        self.simulator = MondaySimulator(sdl=given.schema, lag=given.pace.index_lag)
        self.simulator.board.columns += [
            Column(id="color_mk4", title="Priority", type="status", labels=labels(*PRIORITIES)),
            Column(id="person", title="Owner", type="people"),
            Column(id="date4", title="Due date", type="date"),
        ]

    @property
    def project(self) -> str:
        """A board's id."""
        return self.simulator.board.id

    def connection(self) -> Connection:
        """The captain's personal token."""
        settings = {"base_url": self.simulator.url, "board": self.project}
        return Connection(settings=settings, secrets={"token": TOKEN})

    def tickets(self) -> Sequence[Ticket]:
        """All items; the text of the column Stationmaster is the mark."""
        return [_told(item) for item in self.simulator.world.items]

    def finish(self, key: str) -> None:
        """To the label Done."""
        self.simulator.move(key, "Done")

    def statuses(self) -> Sequence[str]:
        """The labels of the status."""
        column = next(column for column in self.simulator.board.columns if column.id == STATUS)
        return [label.label for label in column.labels]

    def move(self, key: str, status: str) -> None:
        """As a person does on the board."""
        if status not in self.statuses():
            raise ValueError(f"There is no label {status}")
        self.simulator.move(key, status)


def _told(item: Item) -> Ticket:
    label = _label(item)
    return Ticket(
        key=item.id,
        title=item.name,
        kind=item.group.title,
        marks=tuple(str(item.values[name]) for name in (MARK,) if name in item.values),
        status=label.label if label else "",
        done=label is not None and label.is_done,
    )


def _label(item: Item) -> Label | None:
    column = next(column for column in item.board.columns if column.id == STATUS)
    return next((label for label in column.labels if label.id == item.values.get(STATUS)), None)
