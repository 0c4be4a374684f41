"""The parts of a release that have a message of their own in its thread: gates, stores, chapters."""

from datetime import datetime

from bot.views.blocks import context
from bot.views.chapter_card import chapter_card
from bot.views.gate_card import gate_card
from bot.views.rendered import Rendered
from bot.views.store_card import store_card
from bot.views.text import link
from orchestration.domain.chapters import chapter
from orchestration.domain.gates import Gate
from orchestration.domain.release import Release
from orchestration.ports.errors import Refused
from orchestration.ports.runtime import Outgoing, OutgoingKind


def named_gate(release: Release, outgoing: Outgoing) -> Gate:
    """The gate that a message shows; Refused where there is none."""
    gate = next((g for g in release.gates if g.id == outgoing.payload["gate"]), None)
    if gate is None:
        raise Refused("The gate of this card does not exist")
    return gate


def draw_piece(release: Release, outgoing: Outgoing, *, now: datetime) -> Rendered:
    """The message of a gate, a store or a chapter as it is now; Refused where there is no such thing."""
    if outgoing.kind is OutgoingKind.GATE:
        return gate_card(release, named_gate(release, outgoing), now=now)
    if outgoing.kind is OutgoingKind.CHAPTER:
        shown = chapter(release, outgoing.payload["chapter"])
        if shown is None:
            raise Refused("The chapter of this message does not exist")
        return chapter_card(release, shown)
    submission = release.submission(outgoing.payload["submission"])
    if submission is None:
        raise Refused("The submission of this card does not exist")
    return store_card(release, submission, now=now)


def with_place(rendered: Rendered, url: str | None) -> Rendered:
    """A copy for one person, with the way to where others talk about it."""
    if url is None:
        return rendered
    return Rendered(
        text=rendered.text, blocks=(*rendered.blocks, context(link(url, "Open it in its thread")))
    )
