"""An office whose providers can be chosen from: what they have is in memory, and each can be made to fail."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from bot.settings import Settings
from bot.surroundings import SystemClock
from integrations.choices import Asked, Kind, Option, Page, matching
from integrations.edge import Edge
from integrations.registry import Provider
from orchestration.ports.runtime import Configuration
from orchestration.store.integrations import IntegrationRow, IntegrationState
from sandbox.slack.people import Person
from sandbox.slack.screen import text_on
from sandbox.slack.values import Message, View
from tests.support.office import Office, office
from tests.support.office_bot import OfficeBot
from tests.support.prepared import TEAM
from tests.support.rehearsed import Company

_PORTS: Mapping[str, tuple[str, str]] = {
    "github": ("scm", "GitHub"),
    "actions": ("cicd", "GitHub Actions"),
    "jira": ("pm", "Jira"),
    "checkmate": ("test_platform", "Checkmate"),
    "play": ("app_store", "Google Play"),
}


class Nothing(BaseModel):
    """A connection that needs nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(kw_only=True)
class Workshop:
    """What can be chosen, by kind and what it is within; `errors` are raised by the connections' readers instead."""

    things: dict[tuple[str, str], Sequence[tuple[str, str]]] = field(
        default_factory=lambda: {
            ("branches", ""): [(f"feature/{n}", f"feature/{n}") for n in range(120)] + [("main", "main")],
            ("workflows", ""): [("build.yml", "Build"), ("tests.yml", "UI tests")],
            ("projects", ""): [("MOB", "Mobile"), ("OPS", "Operations")],
            ("issue_types", "MOB"): [("Task", "Task"), ("Release", "Release")],
            ("issue_types", "OPS"): [("Incident", "Incident")],
            ("statuses", "MOB"): [("Done", "Done"), ("Released", "Released")],
            ("test_projects", ""): [("1", "Shop")],
            ("squads", "1"): [("1", "Checkout"), ("2", "Login")],
            ("tracks", ""): [("internal", "Internal testing")],
        }
    )
    errors: dict[str, Exception] = field(default_factory=dict)

    def providers(self) -> dict[str, Provider]:
        """One for each port."""
        return {key: self._provider(key, port, title) for key, (port, title) in _PORTS.items()}

    def _provider(self, key: str, port: str, title: str) -> Provider:
        kinds = {
            "scm": (Kind.BRANCHES,),
            "cicd": (Kind.WORKFLOWS,),
            "pm": (Kind.PROJECTS, Kind.ISSUE_TYPES, Kind.STATUSES),
            "test_platform": (Kind.TEST_PROJECTS, Kind.SECTIONS, Kind.SQUADS),
            "app_store": (Kind.TRACKS,),
        }[port]
        ports: dict[str, Any] = {port: _twin}
        return Provider(
            key=key,
            title=title,
            settings=Nothing,
            secrets=Nothing,
            choices={kind: self._reader(key, kind) for kind in kinds},
            **ports,
        )

    def _reader(self, key: str, kind: Kind) -> Any:
        async def read(_settings: Nothing, _secrets: Nothing, _edge: Edge, asked: Asked) -> Page:
            if key in self.errors:
                raise self.errors[key]
            found = self.things.get((kind.value, asked.within), ())
            every = matching(tuple(Option(value=v, label=label) for v, label in found), asked.words)
            return Page(options=every[:100], next="more" if len(every) > 100 else None)

        return read


def _twin(_settings: Nothing, _secrets: Nothing, _edge: Edge) -> Any:
    raise AssertionError("the ports are twins")


@asynccontextmanager
async def workshop(
    folder: Path, stage: str = "empty", *, made: Workshop | None = None
) -> AsyncIterator[Office]:
    """An office with a connection of each kind; the configuration of the stage is there."""
    things = made or Workshop()

    def make(settings: Settings, company: Company | None) -> OfficeBot:
        return OfficeBot(settings, company, providers=things.providers())

    async with office(folder, stage, make_bot=make) as o:
        known = {row.id for row in await o.store.integrations.list(TEAM)}
        for key in _PORTS:
            if key not in known:
                row = IntegrationRow(
                    id=key, tenant_id=TEAM, provider=key, name=key, state=IntegrationState.VERIFIED
                )
                await o.store.integrations.add(row)
        yield o


async def configured_nothing(o: Office) -> None:
    """Forget every configuration."""
    async with o.store.work() as work:
        for each in await work.directory.configurations(TEAM):
            await work.directory.remove_configuration(each)
        await work.commit()


async def shown(o: Office, person: Person, *words: str) -> View:
    """The form on top, once it says all of the words."""
    return await o.until(
        lambda: person.modal if person.modal and all(w in text_on(person.modal) for w in words) else None
    )


async def opened(o: Office, person: Person, button: str, *words: str) -> View:
    """Press a button of the form on top; the form that opens, once it says the words."""
    below = person.modal
    assert below is not None
    await person.clicks(below, button)
    await o.until(lambda: person.modal if person.modal and person.modal.id != below.id else None)
    return await shown(o, person, *words)


async def command(o: Office, person: Person, words: str) -> View:
    """Type `/release config …`; the form that opens."""
    before = person.modal
    await person.types(f"/release config {words}", channel="releases")
    return await o.until(lambda: person.modal if person.modal is not before else None)


async def chosen(o: Office, person: Person, name: str, value: str, *words: str) -> View:
    """Choose something on which other lists depend; the form, once it was renewed and says the words."""
    view = person.modal
    assert view is not None
    await person.chooses(view, name, value)
    await o.until(lambda: person.modal if person.modal and person.modal.hash != view.hash else None)
    return await shown(o, person, *words)


async def stored(o: Office, config_id: str = "pixel") -> Configuration:
    """A configuration as it is now."""
    async with o.store.look() as work:
        return next(c for c in await work.directory.configurations(TEAM) if c.id == config_id)


async def drafts_of(o: Office, person: Person) -> list[str]:
    """What a person has not saved yet."""
    async with o.store.look() as work:
        found = await work.configuration_drafts.of_person(TEAM, person.id, now=SystemClock().now())
    return [draft.subject for draft in found]


async def renamed(o: Office, person: Person, name: str) -> View:
    """Change the name in the first step; the overview afterwards."""
    basics = await opened(o, person, "Open Basics", "Platforms and targets")
    assert await person.submits(basics, {"Name": name}) == {}
    return await shown(o, person, f"{name} · Pixel")


def list_of(person: Person) -> Message | None:
    """The newest list of configurations that the person sees."""
    seen = [
        m
        for m in person.sees("releases")
        if m.only_for == person.id and "Release configurations" in text_on(m)
    ]
    return seen[-1] if seen else None
