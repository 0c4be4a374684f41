"""Slack, which remembers from which revision each message was rendered, in the order in which it came."""

from dataclasses import dataclass, field

from integrations.rehearsal.notification import RehearsalNotification
from orchestration.ports.notification import Message, MessageRef
from tests.simulation.process import SHOWN


@dataclass
class Cards(RehearsalNotification):
    """`shown` are the revisions by the key of their message."""

    shown: dict[str, list[int]] = field(default_factory=dict)

    async def send_message(self, message: Message) -> MessageRef:
        """Post."""
        ref = await super().send_message(message)
        self.shown.setdefault(message.key, []).append(SHOWN.get())
        return ref

    async def update_message(self, ref: MessageRef, message: Message) -> None:
        """Edit."""
        await super().update_message(ref, message)
        self.shown.setdefault(message.key, []).append(SHOWN.get())
