"""The step that asks by which rule the health of what each store lets out is judged."""

from collections.abc import Iterator
from dataclasses import replace

from bot.configurations.document import Document, look
from bot.configurations.facts import Facts
from bot.configurations.plans import submitted_pairs
from bot.configurations.questions import Part, choice, connection, live, number, share, span, text
from bot.views.configurations import Heading, Option
from orchestration.domain.health_plan import HealthAction

_ACTIONS = (
    Option(value=HealthAction.WARN, label="People are told"),
    Option(value=HealthAction.PAUSE, label="The store is stopped as well"),
)
_NO_STORES = Heading(
    text="Releases are submitted to no store. Choose one in Stores, for users; then its rule is asked for here."
)


def healths(document: Document, facts: Facts) -> Iterator[Part]:
    """The rule of each store to which releases are submitted."""
    chosen = submitted_pairs(document)
    for pair in chosen:
        at, title = ("stores", pair.key, "health"), pair.title
        tool = str(look(document, (*at, "integration"), ""))
        yield Heading(text=f"{title}: leave connection, project and app empty, and nothing is judged")
        yield connection(
            document, facts, (*at, "integration"), f"{title}: what counts crashes", "release_health"
        )
        yield live(
            document,
            facts,
            (*at, "project"),
            f"{title}: project there",
            of=tool,
            kinds=("projects",),
            hint=_PROJECT,
        )
        yield text(document, (*at, "app"), f"{title}: app there", hint=_APP)
        yield share(document, (*at, "crash_free"), f"{title}: sessions without a crash, least", usual="99 %")
        yield share(document, (*at, "drop"), f"{title}: points below the version before, most", usual="0.5")
        yield number(document, (*at, "sessions"), f"{title}: sessions before it is judged", hint=_SESSIONS)
        yield span(document, (*at, "window"), f"{title}: time that counts", hint=_WINDOW)
        asked = choice(document, (*at, "action"), f"{title}: where it is poor", _ACTIONS)
        yield replace(asked, needed=False, hint=_USUAL)
    if not chosen:
        yield _NO_STORES


_PROJECT = "At Sentry its number"
_APP = "The package in the names of releases there: bundle id or package name"
_SESSIONS = "Empty means 500"
_USUAL = "Empty means that people are told"
_WINDOW = "From an hour to a week, such as 6 h, 1 d; empty means 1 d"
