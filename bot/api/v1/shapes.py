"""The shapes of bodies and answers. What is read is strict and takes no unknown field.

Each is made whole when it is first used: all of them together take longer than a start may.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from orchestration.domain.tokens import LONGEST_LIFE, LONGEST_NAME, Scope

_CONNECTION_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class Shape(BaseModel):
    """An answer or a part of one."""

    model_config = ConfigDict(defer_build=True, frozen=True)


class Sent(BaseModel):
    """A body that was sent."""

    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid", strict=True)


def _never_null(schema: dict[str, Any]) -> None:
    """What is absent stays as it is, which is no null."""
    for name, each in schema["properties"].items():
        kinds = [kind for kind in each.pop("anyOf", []) if kind != {"type": "null"}]
        more = {key: value for key, value in each.items() if key != "default"}
        schema["properties"][name] = {**(kinds[0] if kinds else {}), **more}


class Patch(Sent):
    """A merge patch of which every field may be absent (None here), and none null: its reader refuses that."""

    model_config = ConfigDict(
        defer_build=True, frozen=True, extra="forbid", strict=True, json_schema_extra=_never_null
    )


class WrongShape(Shape):
    """One thing that is wrong with a request."""

    pointer: str | None = Field(default=None, description="JSON pointer (RFC 6901) into the body")
    name: str | None = Field(default=None, description="The parameter or header, where it is not the body")
    message: str


class CheckShape(Shape):
    """One thing that was looked at."""

    what: str
    ok: bool
    says: str
    later: bool = Field(description="It could not be asked just now, which says nothing of the matter itself")


class ReleaseNameShape(Shape):
    """A release, in a few words."""

    id: str
    title: str


class ProblemShape(Shape):
    """A request that gets no yes (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str = Field(
        description="To be named when something is asked of the operator; it is in the log"
    )
    errors: tuple[WrongShape, ...]
    checks: tuple[CheckShape, ...] | None = Field(default=None, description="What a provider said")
    releases: tuple[ReleaseNameShape, ...] | None = Field(default=None, description="The releases in the way")


class LiveField(Shape):
    """A field whose value is chosen from what the account sees."""

    field: str
    kind: str = Field(description="What to ask for at /integrations/{id}/choices/{kind}")
    within: str | None = Field(description="The field whose value narrows the choice")


class ProviderShape(Shape):
    """A provider that can be connected."""

    key: str
    title: str
    ports: tuple[str, ...] = Field(description="What it can be in a release configuration")
    settings: Mapping[str, JsonValue] = Field(description="JSON schema of the settings")
    secrets: Mapping[str, JsonValue] = Field(description="JSON schema of the secrets")
    live: tuple[LiveField, ...]
    choices: tuple[str, ...] = Field(description="The kinds of choices that it can list")
    callbacks: bool = Field(description="Whether it may send news to /hooks/{tenant}/{integration}")


class IntegrationShape(Shape):
    """A connected account. Its secrets are never shown, only which of them are set."""

    id: str
    provider: str
    name: str
    state: Literal["verified", "failing", "revoked"]
    settings: Mapping[str, JsonValue] | None = Field(description="null where the connection can't be opened")
    secrets: Mapping[str, bool] | None = Field(description="Which are set")
    verified_at: datetime | None
    tried_at: datetime | None
    expires_at: datetime | None = Field(description="Until when the credentials are good, if that is known")
    checks: tuple[CheckShape, ...] = Field(description="What the provider said last")


def _connection_id(text: str) -> str:
    if _CONNECTION_ID.fullmatch(text) is None:
        raise PydanticCustomError("connection_id", "must be up to 40 of a-z, 0-9 and -, no - in front")
    return text


ConnectionId = Annotated[
    str,
    AfterValidator(_connection_id),
    WithJsonSchema({"type": "string", "pattern": f"^{_CONNECTION_ID.pattern}$"}),
]


class IntegrationCreate(Sent):
    """A new connection. It is tried before it is stored."""

    id: ConnectionId = Field(description="The name by which configurations call it")
    provider: str
    name: str | None = Field(default=None, min_length=1, max_length=60, description="Its name for people")
    settings: dict[str, Any] = Field(default_factory=dict)
    secrets: dict[str, Any] | None = None
    secrets_of: str | None = Field(
        default=None,
        description="Instead of secrets: those of this connection to the same provider and address",
    )


class IntegrationPatch(Sent):
    """A change: what is absent stays, null puts a field back to its default or takes a secret away."""

    name: str | None = Field(default=None, min_length=1, max_length=60)
    settings: dict[str, Any] | None = None
    secrets: dict[str, Any] | None = None


class OptionShape(Shape):
    """One of the things to choose from. `value` is what is stored."""

    value: str
    label: str
    detail: str


class ChoicesShape(Shape):
    """A page of options, in the provider's order."""

    items: tuple[OptionShape, ...]
    next: str | None


class PlaceCheckShape(CheckShape):
    """Whether something that a configuration names is there."""

    pointer: str = Field(description="JSON pointer into the configuration")


class VerificationShape(Shape):
    """What became of looking for everything that a configuration names."""

    ok: bool
    checks: tuple[PlaceCheckShape, ...]


class CopyOrder(Sent):
    """What a copy is called."""

    id: str
    name: str


class TokenShape(Shape):
    """A token, without its secret."""

    id: str
    name: str
    scopes: tuple[Scope, ...]
    person: str | None = Field(description="Whose own it is; null: a program's")
    created_by: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_on: date | None


class NewTokenShape(TokenShape):
    """A new token. `text` is shown this once; a repeated answer has null there."""

    text: str | None


class TokenCreate(Sent):
    """An order for a token."""

    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    scopes: list[str] = Field(
        min_length=1,
        json_schema_extra={"items": {"type": "string", "enum": [scope.value for scope in Scope]}},
    )
    days: int = Field(default=90, ge=1, le=LONGEST_LIFE.days)
