"""The steps that ask the same of each pair: its ticket, its test run, its store."""

from collections.abc import Iterator

from bot.configurations.document import Document, look
from bot.configurations.facts import Facts
from bot.configurations.questions import Part, connection, flag, inputs, live
from bot.views.configurations import Heading
from orchestration.domain.pairs import Pair, Target

_NO_PAIRS = Heading(text="Choose platforms and targets in the first step; then each is asked for here.")
_CASES = {
    "sections": "Sections",
    "labels": "Labels",
    "squads": "Squads",
    "platforms": "Platforms",
}
_STORES = (Target.APP_STORE, Target.PLAY_STORE)


def pairs_of(document: Document) -> tuple[Pair, ...]:
    """Those that can be read, in their order."""
    found = []
    for key in look(document, ("pairs",), []):
        try:
            found.append(Pair.parse(str(key)))
        except ValueError:
            continue  # told at the first step
    return tuple(dict.fromkeys(found))


def submitted_pairs(document: Document) -> tuple[Pair, ...]:
    """Those whose store gives releases to users: one for testers alone has no rollout and no rule of health."""
    stores = {pair: ("stores", pair.key) for pair in pairs_of(document)}
    chosen = (pair for pair, at in stores.items() if look(document, (*at, "integration")))
    return tuple(pair for pair in chosen if look(document, (*stores[pair], "submit")) is not False)


def tickets(document: Document, facts: Facts) -> Iterator[Part]:
    """The release ticket of each pair."""
    yield connection(document, facts, ("pm",), "Connection", "pm")
    pm = str(look(document, ("pm",), ""))
    for pair in pairs_of(document):
        yield from _ticket(document, facts, pair, pm)
    if not pairs_of(document):
        yield _NO_PAIRS


def _ticket(document: Document, facts: Facts, pair: Pair, pm: str) -> Iterator[Part]:
    at = ("tickets", pair.key)
    project = str(look(document, (*at, "project"), ""))
    yield Heading(text=f"{pair.title}: leave it empty for no ticket")
    yield live(
        document,
        facts,
        (*at, "project"),
        f"{pair.title}: project",
        of=pm,
        kinds=("projects",),
        parent=True,
    )
    yield live(
        document,
        facts,
        (*at, "issue_type"),
        f"{pair.title}: kind of ticket",
        of=pm,
        kinds=("issue_types",),
        within=project,
    )
    yield live(
        document,
        facts,
        (*at, "done_statuses"),
        f"{pair.title}: statuses that count as done",
        of=pm,
        kinds=("statuses",),
        several=True,
        within=project,
        hint="None: what the provider itself calls done",
    )
    yield inputs(
        document,
        (*at, "fields"),
        f"{pair.title}: other fields",
        hint="One a line, by the provider's names: Priority=High. {version}, {platform} and {ref} are filled in",
    )


def tests(document: Document, facts: Facts) -> Iterator[Part]:
    """The test run of each pair."""
    yield connection(document, facts, ("test_platform",), "Connection", "test_platform")
    platform = str(look(document, ("test_platform",), ""))
    for pair in pairs_of(document):
        at = ("test_plans", pair.key)
        project = str(look(document, (*at, "project"), ""))
        yield Heading(text=f"{pair.title}: leave it empty for no test run. A case must fit every list")
        yield live(
            document,
            facts,
            (*at, "project"),
            f"{pair.title}: project",
            of=platform,
            kinds=("test_projects",),
            parent=True,
        )
        for kind, words in _CASES.items():
            yield live(
                document,
                facts,
                (*at, kind),
                f"{pair.title}: {words.lower()}",
                of=platform,
                kinds=(kind,),
                several=True,
                within=project,
                hint="None: all of them",
            )
    if not pairs_of(document):
        yield _NO_PAIRS


def stores(document: Document, facts: Facts) -> Iterator[Part]:
    """The app store of each pair that goes to one."""
    going = [pair for pair in pairs_of(document) if pair.target in _STORES]
    for pair in going:
        at = ("stores", pair.key)
        yield connection(document, facts, (*at, "integration"), f"{pair.title}: store", "app_store")
        store = str(look(document, (*at, "integration"), ""))
        yield live(
            document,
            facts,
            (*at, "group"),
            f"{pair.title}: testers",
            of=store,
            kinds=("groups", "tracks"),
            hint="The group (App Store) or track (Google Play) that gets a finished build",
        )
        yield flag(
            document,
            (*at, "submit"),
            f"{pair.title}: users",
            "Submit releases here and follow them, not only give builds to testers",
            otherwise=True,
        )
    if not going:
        yield Heading(text="No platform goes to an app store.") if pairs_of(document) else _NO_PAIRS
