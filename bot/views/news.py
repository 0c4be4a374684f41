"""The shape of a notice: one sentence about one release, with the buttons that fit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.views.blocks import Json, section
from bot.views.rendered import TEXT, Rendered, paragraphs
from bot.views.text import Mrkdwn, bold, say, truncate
from bot.views.words import brief
from orchestration.domain.events import Event
from orchestration.domain.release import Release
from orchestration.domain.snapshot import Bucket
from orchestration.domain.tasks import Task

WORDS = 300
LINK = 1_000

View = Callable[[Event, Release, datetime], Rendered | None]
"""None where this event of its kind says nothing that the card or another notice does not say."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """How one kind of event is told. In the release's thread; also to the channels of `bucket`.

    `broadcast` says whether the reply is shown in the channel too: only what needs a person is.
    `urgent` says whether it calls people for whom it is quiet; what goes to `critical` always does.
    `gathered` says whether a message that is edited in place tells it in the thread: then only other channels hear it.
    """

    bucket: Bucket | None
    view: View
    broadcast: Callable[[Event], bool] = lambda _event: False
    urgent: Callable[[Event], bool] = lambda _event: False
    gathered: Callable[[Event], bool] = lambda _event: False


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence(Rendered):
    """A notice that names its release; `own` are its blocks without the name, for the thread that hangs under it."""

    own: tuple[Json, ...]


def tell(release: Release, sentence: Mrkdwn, *blocks: Json, lines: Sequence[Mrkdwn] = ()) -> Sentence:
    """The sentence with the release's name before it, and without it where it is read under the release's card.

    The text keeps the name: a notification shows no thread.
    """
    title = brief(release.title, 200)
    said = say("{title}: {sentence}", title=bold(title), sentence=sentence)
    return Sentence(
        text=truncate(say("{title}: {sentence}", title=title, sentence=sentence), size=TEXT),
        blocks=(*(section(text) for text in paragraphs([said, *lines])), *blocks),
        own=(*(section(text) for text in paragraphs([sentence, *lines])), *blocks),
    )


def task_of(event: Event, release: Release) -> Task | None:
    """The task that an event is about."""
    return release.task(event.data.get("task", ""))
