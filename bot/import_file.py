"""The file of `stationmaster import`: release configurations, and releases that already run elsewhere, as JSON."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from bot.api.v1.problems import Wrong, pointer, wrongs
from bot.api.v1.release_bodies import Moment, Name, Person, SlotOrder, Versions
from bot.api.v1.schemas import configuration_model
from bot.api.v1.shapes import Sent
from bot.configure import parse_configuration
from orchestration.domain.creation import Order, WantedSlot
from orchestration.domain.errors import Invalid, Problem
from orchestration.domain.stages import CycleFlags
from orchestration.domain.version import ReleaseType
from orchestration.ports.runtime import Configuration
from orchestration.services.adopt import Running

_MOST = 500
_MOST_CANDIDATES = 200


class _RunningRelease(Sent):
    """A release that another system runs."""

    configuration: Name = Field(description="The id of its configuration: in this file, or stored already")
    type: ReleaseType = ReleaseType.MINOR
    versions: Versions
    branch: Name = Field(description="Its release branch, which must exist: the natural key")
    base_branch: Name | None = Field(default=None, description="null: the configuration's")
    previous_tag: Name | None = Field(
        default=None, description="Where its notes begin; null: the newest one of the app"
    )
    parent: Name | None = Field(
        default=None, description="What a hotfix mends: a tag, branch or version; null: by its versions"
    )
    candidates: int = Field(
        default=0,
        ge=0,
        le=_MOST_CANDIDATES,
        description="How many candidates are tagged v<version>-rc.1 and on; the next cycle counts on from them",
    )
    tickets: dict[Name, Name] = Field(
        default_factory=dict, description="By pair: the key or address of its release ticket"
    )
    captain: Person = Field(description="Who leads it from now on")
    target_at: Moment = Field(description="When it should be out")
    slots: list[SlotOrder] = Field(min_length=1, max_length=50, description="Regression slots that are ahead")

    def running(self) -> Running:
        """What is to be taken over."""
        return Running(
            order=Order(
                type=self.type,
                versions=self.versions,
                target_at=self.target_at,
                slots=tuple(
                    WantedSlot(
                        at=slot.at,
                        flags=CycleFlags(
                            regression_builds=slot.regression_builds, automation=slot.automation
                        ),
                    )
                    for slot in self.slots
                ),
                base_branch=self.base_branch,
                branch=self.branch,
                captain=self.captain,
                previous_tag=self.previous_tag,
                parent=self.parent,
            ),
            tickets=self.tickets,
            candidates=self.candidates,
        )


class _File(Sent):
    """What comes from another system."""

    configurations: list[dict[str, Any]] = Field(
        default_factory=list, max_length=_MOST, description="As in the configuration file, and over REST"
    )
    releases: list[_RunningRelease] = Field(
        default_factory=list, max_length=_MOST, description="Oldest first"
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Import:
    """What a file asks for, in its order. `releases` are (the configuration's id, the release)."""

    configurations: Sequence[Configuration]
    releases: Sequence[tuple[str, Running]]


class Unreadable(Exception):
    """The file can't be taken: everything that is wrong, each at its place."""

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        super().__init__(f"{len(wrong)} problems")
        self.wrong = tuple(wrong)


def read_import(path: Path, tenant_id: str) -> Import:
    """What a file asks for. Unreadable with every problem of its form."""
    text = _text(path)
    try:
        found = _File.model_validate_json(text)
    except ValidationError as error:
        raise Unreadable(wrongs(error)) from None
    wrong: list[Wrong] = []
    configurations: list[Configuration] = []
    for number, given in enumerate(found.configurations):
        try:
            configurations.append(parse_configuration(given, tenant_id))
        except Invalid as error:
            wrong += placed(error.problems, "configurations", number)
    wrong += _twice([c.id for c in configurations], "configurations", "id")
    wrong += _twice([f"{r.configuration} {r.branch}" for r in found.releases], "releases", "branch")
    if wrong:
        raise Unreadable(wrong)
    releases = tuple((each.configuration, each.running()) for each in found.releases)
    return Import(configurations=tuple(configurations), releases=releases)


def placed(problems: Sequence[Problem], *below: object) -> list[Wrong]:
    """Problems of a part of the file, each at its JSON pointer."""
    wrong = []
    for each in problems:
        name, found, key = each.field.partition(":")
        place: Sequence[str] = each.place or each.field.split(".")
        if found and not each.place:
            place = ({"version": "versions"}.get(name, name), key)
        wrong.append(Wrong(pointer=pointer(*below, *place), message=each.message))
    return wrong


def import_schema() -> dict[str, Any]:
    """The JSON Schema of the file."""
    schema = _File.model_json_schema()
    configuration = configuration_model().model_json_schema(ref_template="#/$defs/{model}")
    schema["$defs"] = {**configuration.pop("$defs", {}), **schema["$defs"], "Configuration": configuration}
    schema["properties"]["configurations"]["items"] = {"$ref": "#/$defs/Configuration"}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _text(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")
        json.loads(text, object_pairs_hook=_once)
    except OSError as error:
        raise Unreadable([Wrong(pointer="", message=f"{path} can't be read: {error.strerror}")]) from None
    except _TwiceNamed as error:
        raise Unreadable(
            [Wrong(pointer="", message=f"The name {error} stands twice in one object")]
        ) from None
    except (ValueError, RecursionError):
        raise Unreadable([Wrong(pointer="", message=f"{path} is no JSON in UTF-8")]) from None
    return text


class _TwiceNamed(ValueError):
    """A name that stands twice in one object."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _TwiceNamed(next(name for name in names if names.count(name) > 1))
    return found


def _twice(keys: Sequence[str], part: str, field: str) -> list[Wrong]:
    return [
        Wrong(pointer=pointer(part, number, field), message="Another one in this file is the same")
        for number, key in enumerate(keys)
        if key in keys[:number]
    ]
