"""Channels that take nothing from us, as a release knows them: the chat said so when something was to be posted."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ClosedChannel:
    """`reason` is the chat's, with what to do. `posting`: a new message was refused, and not the edit of an old one."""

    channel: str
    reason: str
    since: datetime
    posting: bool
