"""What channels are told of connected accounts."""

from collections.abc import Sequence
from datetime import datetime

from bot.views.blocks import section
from bot.views.rendered import Rendered
from bot.views.text import bold, code, say, until
from bot.views.words import brief, listed, when


def expiring(
    name: str, connection: str, configurations: Sequence[str], *, ends: datetime, now: datetime
) -> Rendered:
    """Credentials that end soon, and what to do before."""
    sentence = say(
        "The credentials of {name} end {span}, at {at}. Make new ones at the provider, then enter them: "
        "{command}, Edit, *Enter new ones*. Used by {used}.",
        name=bold(brief(name, 60)),
        span=until(ends, now),
        at=when(ends),
        command=code("/release connect"),
        used=listed([brief(c, 60) for c in configurations], most=5) if configurations else code(connection),
    )
    return Rendered(text=sentence, blocks=(section(sentence),))
