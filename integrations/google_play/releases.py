"""How a version gets to everybody in Google Play: on the production track, in steps.

Source: https://developers.google.com/android-publisher/tracks. How far a review is, is told without an edit
(tracks/{track}/releases); what share of the users a release has, within one only. So an edit is opened for what is
published, and for what is changed, and each is deleted or committed at once.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from integrations.afterwards import afterwards
from integrations.google_play.answers import Lifecycle, Release, Summary
from integrations.google_play.builds import version_code
from integrations.google_play.client import PlayClient
from integrations.google_play.edits import AS_GOOGLE_ASKS, URGENT, Change, Done, Edits, Way, for_reading
from integrations.google_play.settings import PRODUCTION
from integrations.google_play.staging import (
    BY_LIFECYCLE,
    BY_STATUS,
    DETAILS,
    EVERYBODY,
    PERSONS,
    TODO,
    check_same,
    completing,
    halting,
    own_of,
    percent_of,
    raising,
    resuming,
    submitting,
)
from orchestration.ports.app_store import (
    GoLive,
    Rollout,
    StoreBuildState,
    StoreOrder,
    StoreState,
    StoreStatus,
)
from orchestration.ports.errors import Refused, TryLater

LONGEST: Final = 500
SOON: Final = timedelta(minutes=1)
UNKNOWN_AFTER: Final = timedelta(minutes=15)
ANEW: Final = frozenset({Lifecycle.DRAFT, Lifecycle.NOT_APPROVED})
"""What is brought to the order and sent: nobody has it, and nobody looks at it."""
PULLED_BACK: Final = (
    "other changes of the app were in review: they were pulled back for this, and sent again with it"
)


class PlayReleases:
    """The half of AppStore that begins where testers are content."""

    def __init__(self, client: PlayClient, edits: Edits, *, console: str) -> None:
        self._client = client
        self._edits = edits
        self._console = console

    @property
    def rollout(self) -> Rollout:
        """Percentages."""
        return Rollout.STAGED

    @property
    def longest_note(self) -> int:
        """Google's limit."""
        return LONGEST

    async def status(self, *, version: str, number: str) -> StoreStatus | None:
        """GET tracks/production/releases; of what is published, also its share, in an edit that is deleted again."""
        code = version_code(number)
        found = await self._look(code)
        return None if found is None else await self._told(version, code, found)

    async def submit(self, order: StoreOrder) -> StoreStatus:
        """One edit: the production track with our release, the others as they were; and commit.

        Sent for review or not, and with other changes in review pulled back or not, as the order says; Refused where
        Google wants it sent the other way. What was not sent is PENDING, with what a person does.
        """
        to = f"submit {order.build.version} ({order.build.number})"
        self._check(order, to=to)
        code = version_code(order.build.number)
        notes = await self._notes(order)
        found = await self._look(code)
        if found is None or found.lifecycle in ANEW:
            way = Way(not_sent=not order.send_for_review, pull_back=order.pull_back)
            done = await self._edits.change_track(PRODUCTION, submitting(code, order, notes), way=way)
            return await self._after(order.build.version, code, done)
        own = await self._within(code)
        check_same(order, own, notes)
        return await self._told(order.build.version, code, found, own=own)

    async def withdraw(self, *, version: str, number: str) -> StoreStatus:
        """Left as it is where it is not sent; else Refused: the API can't take a review back."""
        status = await self._known(version, number, to="be withdrawn")
        if status.state is StoreState.PENDING:
            return status
        raise self._refused(status, "be withdrawn", PERSONS)

    async def release(self, *, version: str, number: str) -> StoreStatus:
        """Left as it is where it is out; else Refused: what managed publishing holds, people let out."""
        status = await self._known(version, number, to="be released")
        if status.state in BY_STATUS.values() and status.state is not StoreState.PENDING:
            return status
        raise self._refused(status, "be released", PERSONS if status.todo else None)

    async def set_rollout(self, *, version: str, number: str, percent: float) -> StoreStatus:
        """One edit: userFraction."""
        to = f"be given to {percent:g} %"
        if not 0 < percent < EVERYBODY:
            raise Refused(
                f"{version} ({number}) can't {to}: a step is more than 0 and less than 100 %; completing it is a step"
                " of its own, because there is no way back"
            )
        return await self._change(version, number, raising(version_code(number), percent), to=to)

    async def pause(self, *, version: str, number: str) -> StoreStatus:
        """As `halt`: Google Play has nothing softer."""
        return await self.halt(version=version, number=number)

    async def halt(self, *, version: str, number: str) -> StoreStatus:
        """One edit: status halted, whatever else of the app is in review."""
        code = version_code(number)
        found = await self._look(code)
        if found is None:
            raise self._unknown(version, number, "be halted")
        # A release that is live may also be told as in review, for a change to it: Google knows, and says.
        live = found.lifecycle in (Lifecycle.PUBLISHED, Lifecycle.UNKNOWN)
        way = URGENT if live else AS_GOOGLE_ASKS
        done = await self._edits.change_track(PRODUCTION, halting(code), way=way)
        return await self._after(version, code, done)

    async def resume(self, *, version: str, number: str) -> StoreStatus:
        """One edit: status inProgress, with the share that it had."""
        return await self._change(version, number, resuming(version_code(number)), to="be resumed")

    async def complete(self, *, version: str, number: str) -> StoreStatus:
        """One edit: status completed, in the place of what was."""
        to = "be given to everybody"
        return await self._change(version, number, completing(version_code(number)), to=to)

    async def _change(self, version: str, number: str, change: Change, *, to: str) -> StoreStatus:
        code = version_code(number)
        found = await self._look(code)
        if found is None:
            raise self._unknown(version, number, to)
        if found.lifecycle in BY_LIFECYCLE:
            status = self._status(version, code, found, None)
            raise self._refused(status, to, status.todo or "nobody has it yet")
        return await self._after(version, code, await self._edits.change_track(PRODUCTION, change))

    async def _after(self, version: str, code: int, done: Done) -> StoreStatus:
        """The status after a change, with what the commit did besides."""
        with afterwards():
            found = await self._look(code)
            if found is None:
                raise TryLater("Google Play does not show the release yet", after=SOON)
            status = await self._told(version, code, found)
        if done.pulled_back:
            status = replace(status, detail=PULLED_BACK)
        if done.not_sent and status.todo is None:
            status = replace(status, todo=TODO[Lifecycle.NOT_SENT_FOR_REVIEW])
        return status

    async def _look(self, code: int) -> Summary | None:
        summaries = await self._client.releases(PRODUCTION)
        return next((release for release in summaries.releases if code in release.codes), None)

    async def _told(
        self, version: str, code: int, found: Summary, *, own: Release | None = None
    ) -> StoreStatus:
        if found.lifecycle in BY_LIFECYCLE:
            return self._status(version, code, found, None)
        if found.lifecycle is not Lifecycle.PUBLISHED:
            raise TryLater(
                f"Google Play tells a state of {version} ({code}) that Stationmaster does not know: look in Play"
                " Console",
                after=UNKNOWN_AFTER,
                link=self._console,
            )
        return self._status(version, code, found, own or await self._within(code))

    async def _within(self, code: int) -> Release:
        """The release as an edit shows it."""
        async with for_reading(self._client) as edit:
            own = own_of(await self._client.track(edit, PRODUCTION), code)
        if own is None:
            raise TryLater(f"Google Play is changing the release of {code}", after=SOON)
        return own

    def _status(self, version: str, code: int, found: Summary, own: Release | None) -> StoreStatus:
        state = BY_LIFECYCLE.get(found.lifecycle) or BY_STATUS.get(own.status if own is not None else "")
        if state is None:
            raise TryLater(
                f"Google Play tells a status of {version} ({code}) that is not known", after=UNKNOWN_AFTER
            )
        return StoreStatus(
            version=version,
            number=str(code),
            state=state,
            url=self._console,
            percent=0.0 if own is None else percent_of(own),
            detail=DETAILS.get(found.lifecycle),
            todo=TODO.get(found.lifecycle),
        )

    async def _known(self, version: str, number: str, *, to: str) -> StoreStatus:
        status = await self.status(version=version, number=number)
        if status is None:
            raise self._unknown(version, number, to)
        return status

    async def _notes(self, order: StoreOrder) -> Mapping[str, str]:
        """The texts by language; `fallback` is for the language that others fall back to."""
        if not order.fallback:
            return order.notes
        async with for_reading(self._client) as edit:
            language = await self._client.default_language(edit)
        return {language: order.fallback, **order.notes}

    def _check(self, order: StoreOrder, *, to: str) -> None:
        if order.build.state is not StoreBuildState.READY:
            raise Refused(f"We can't {to}: the build is {order.build.state.lower()}, not ready")
        if order.phased or order.go_live is not GoLive.AUTOMATIC:
            raise Refused(
                f"We can't {to}: Google Play lets an approved release out at once, to a percentage. To hold it back,"
                " turn on managed publishing in Play Console"
            )
        long = [tag for tag, text in order.notes.items() if len(text) > LONGEST]
        if long or len(order.fallback) > LONGEST:
            where = ", ".join(sorted(long)) or "the text for other languages"
            raise Refused(f"We can't {to}: what is new may have {LONGEST} characters; shorten {where}")

    def _unknown(self, version: str, number: str, to: str) -> Refused:
        return Refused(
            f"{version} ({number}) can't {to}: Google Play has no such release on {PRODUCTION}",
            link=self._console,
        )

    def _refused(self, status: StoreStatus, to: str, why: str | None) -> Refused:
        said = status.state.lower().replace("_", " ")
        return Refused(
            f"{status.version} ({status.number}) can't {to}: it is {said}{f'; {why}' if why else ''}",
            link=self._console,
        )
