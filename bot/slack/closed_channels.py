"""Channels that Slack does not let us post in: noted in the release, waited for, and noted again when they are open."""

from orchestration.domain.change import Change
from orchestration.domain.closing import close_channel, closed_channel, open_channel
from orchestration.domain.release import Release
from orchestration.ports.errors import ChannelClosed
from orchestration.ports.runtime import Letter, Mailbox, OutgoingKind
from orchestration.services.engine import Engine
from orchestration.services.saving import change_release

_IN_CHANNELS = frozenset(
    {
        OutgoingKind.CARD,
        OutgoingKind.GATE,
        OutgoingKind.STORE,
        OutgoingKind.CHAPTER,
        OutgoingKind.NOTICE,
        OutgoingKind.FILE,
    }
)
_LONGEST_PAUSE = 60.0


def place_of(letter: Letter, release: Release) -> str | None:
    """The channel of a message about a release; None where it goes to a person, or nowhere in particular."""
    payload = letter.outgoing.payload
    if letter.outgoing.kind not in _IN_CHANNELS or {"person", "user"} & payload.keys():
        return None
    return payload.get("to") or release.home


def closed_pause(attempts: int) -> float:
    """People mend a channel soon after they hear of it, or much later; then it must not take long either."""
    return min(_LONGEST_PAUSE, float(2 ** min(attempts, 6)))


class ClosedChannels:
    """Keeps in each release what Slack says of its channels. Who leads the release hears of it once."""

    def __init__(self, engine: Engine, mailbox: Mailbox) -> None:
        self._engine = engine
        self._mailbox = mailbox
        self._watched: dict[str, Release] = {}

    async def waits(self, letter: Letter, error: ChannelClosed) -> bool:
        """Note it; whether the message waits: one for where the release lives, as long as the release does."""
        release = await self._release(letter)
        place = place_of(letter, release) if release is not None else None
        if release is None or place is None or release.ended:
            return False
        # An edit may be refused where posting is not, and the other way round.
        posting = await self._mailbox.ref(letter.tenant_id, letter.outgoing.key) is None
        known = closed_channel(release, place)
        if known is None or known.reason != error.reason or posting > known.posting:

            def act(change: Change) -> None:
                close_channel(change, place, error.reason, posting=posting)

            await change_release(self._engine, letter.tenant_id, release.id, act)
        return place == release.home

    def watch(self, release: Release) -> None:
        """Called with each release as it is read for a message: only of those with a closed channel more is asked."""
        if release.closed_channels:
            self._watched[release.id] = release
        else:
            self._watched.pop(release.id, None)

    async def shown_open(self, letter: Letter) -> str | None:
        """The channel that was closed and is not, as this message shows that was just taken; before it is noted."""
        release = self._watched.get(letter.outgoing.release_id or "")
        place = place_of(letter, release) if release is not None else None
        known = closed_channel(release, place) if release is not None and place is not None else None
        if known is None:
            return None
        posted = await self._mailbox.ref(letter.tenant_id, letter.outgoing.key) is None
        return place if posted or not known.posting else None

    async def open(self, letter: Letter, channel: str) -> None:
        """Note that it takes messages."""

        def act(change: Change) -> None:
            open_channel(change, channel)

        await change_release(self._engine, letter.tenant_id, letter.outgoing.release_id or "", act)

    async def _release(self, letter: Letter) -> Release | None:
        if letter.outgoing.release_id is None:
            return None
        async with self._engine.look() as work:
            return await work.releases.get(letter.tenant_id, letter.outgoing.release_id)
