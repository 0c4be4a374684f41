"""An edit is opened late, committed soon, and redone from its start where it was ended under our hands.

Google keeps one edit per account and app, and every commit or change in Play Console ends all that are open. A lock
would only keep our own process in order, not CI, a second replica or a person; so the answer to "this edit has been
deleted" or "has expired" is to read the app's state of now in a new edit. That happens a few times at most: where
somebody keeps changing the app, we come back later.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from integrations.google_play.answers import Edit, Release, Track
from integrations.google_play.client import PlayClient
from integrations.google_play.errors import ChangesInReview, EditGone, WantsNotSent, WantsSent
from orchestration.ports.errors import PortError, Refused, TryLater
from orchestration.ports.making import check_before_making

ATTEMPTS: Final = 3
PAUSE: Final = 1.0
LATER: Final = timedelta(minutes=1)

BY_HAND: Final = (
    "Google does not send changes of this app for review by itself, which is so after a rejection. Submit it unsent, "
    "and send it in Play Console, under Publishing overview; or settle there what was rejected, and try this again"
)
BY_ITSELF: Final = (
    "Google sends changes of this app for review by itself and takes none unsent: submit it to be sent"
)

Sleep = Callable[[float], Awaitable[None]]
Change = Callable[[Track], list[Release] | None]
"""The track as it is → its releases as they are to be, None where nothing is to be changed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """How a change came through. `changed`: there was one; `not_sent`: it waits for a person to send it for review;
    `pulled_back`: what was in review was cancelled for it, and sent again with it."""

    changed: bool = False
    not_sent: bool = False
    pulled_back: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """How a change is committed.

    `not_sent` is changesNotSentForReview, None for whatever Google asks for. `pull_back`: what is in review and would
    be in the way is cancelled and sent again with this (changesInReviewBehavior), else the change is refused.
    """

    not_sent: bool | None = None
    pull_back: bool = False


AS_GOOGLE_ASKS: Final = Way()
URGENT: Final = Way(pull_back=True)
_log = structlog.get_logger("integrations.google_play")


@asynccontextmanager
async def for_reading(client: PlayClient) -> AsyncIterator[Edit]:
    """An edit that is deleted again: some things are shown in no other way."""
    edit = await client.open_edit()
    try:
        yield edit
    except Refused:
        await _discard(client, edit)
        raise
    await _discard(client, edit)


class Edits:
    """The changes of one app, one at a time."""

    def __init__(
        self,
        client: PlayClient,
        *,
        sleep: Sleep = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._client = client
        self._sleep = sleep
        self._chance = chance
        self._one_at_a_time = asyncio.Lock()

    async def change_track(self, track: str, change: Change, *, way: Way = AS_GOOGLE_ASKS) -> Done:
        """Change a track. Refused where Google wants it sent in another way than `way` allows.

        Nothing has an effect before the commit, so only that may be in doubt: TryLater with `maybe_done`.
        """
        last = ""
        async with self._one_at_a_time:
            for attempt in range(ATTEMPTS):
                if attempt:
                    await self._sleep(PAUSE * attempt * (0.5 + self._chance()))
                try:
                    return await self._once(track, change, way)
                except (EditGone, WantsNotSent, WantsSent) as error:
                    last = error.reason
        raise TryLater(
            f"The app keeps changing in Google Play, so the track {track} could not be changed: {last}",
            after=LATER,
        )

    async def _once(self, track: str, change: Change, way: Way) -> Done:
        # Opening an edit ends the one of whoever took this work over from us, should we have been asleep.
        check_before_making()
        edit = await self._client.open_edit()
        try:
            releases = change(await self._client.track(edit, track))
            if releases is not None:
                await self._client.put_track(edit, track, releases)
                return await self._committed(edit, way)
        except Refused:
            await _discard(self._client, edit)
            raise
        await _discard(self._client, edit)
        return Done()

    async def _committed(self, edit: Edit, way: Way) -> Done:
        """Commit; what is in review is pulled back only where it would be in the way, and only where that is wanted."""
        try:
            return await self._commit(edit, way, pull_back=False)
        except ChangesInReview:
            if not way.pull_back:
                raise
            return await self._commit(edit, way, pull_back=True)

    async def _commit(self, edit: Edit, way: Way, *, pull_back: bool) -> Done:
        """Commit as it is wanted; where nobody said, once more with changesNotSentForReview if Google asks for it.

        The edit outlives that refusal. The opposite refusal of the second commit means that the app's state changed
        in between: it is begun anew.
        """
        not_sent = way.not_sent or False
        try:
            await self._client.commit(edit, not_sent=not_sent, pull_back=pull_back)
        except WantsNotSent as error:
            if way.not_sent is not None:
                raise Refused(f"{BY_HAND} ({error.reason})") from error
            not_sent = True
            await self._client.commit(edit, not_sent=True, pull_back=pull_back)
        except WantsSent as error:
            raise Refused(f"{BY_ITSELF} ({error.reason})") from error
        return Done(changed=True, not_sent=not_sent, pulled_back=pull_back)


async def _discard(client: PlayClient, edit: Edit) -> None:
    """Delete an edit. One that can't be deleted does no harm: it expires, or the next one ends it.

    So it is not tried after a time-out or the like, when we would wait for nothing once more.
    """
    try:
        await client.delete_edit(edit)
    except PortError as error:
        _log.info("an edit is left to expire", package=client.package, reason=error.reason)
