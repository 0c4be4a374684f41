"""The shapes of people: who may what, who somebody is, when they are left alone, and what waits for them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from bot.api.v1.release_bodies import Moment, Name, Person
from bot.api.v1.shapes import Sent, Shape
from bot.api.v1.train_shapes import Time
from orchestration.domain.matters import Need
from orchestration.domain.people import ActorKind
from orchestration.domain.tokens import Scope

_HOUR = "([01][0-9]|2[0-3]):[0-5][0-9]"
Holder = Literal["person", "group", "everybody", "workflow"]
Hours = Annotated[
    str, Field(pattern=f"^{_HOUR}-{_HOUR}$", description="19:00-08:00, over midnight where it ends earlier")
]


class RoleShape(Shape):
    """A role that is held; the holder is the id of a user or user group, `*` or `workflow`."""

    holder: str
    kind: Holder
    role: str


class DeputyShape(Shape):
    """`deputy` may sign in the place of `person` until then."""

    person: str
    deputy: str
    until: datetime


class DeputyOrder(Sent):
    """Who signs in one's place, for a year at most."""

    deputy: Person
    until: Moment


class LoginShape(Shape):
    """A login in source control, and whose it is."""

    login: str
    person: str


class LoginOrder(Sent):
    """Whose the login is."""

    person: Person | None = Field(
        default=None, description="null: one's own; another's says who grants roles"
    )


class MeShape(Shape):
    """Who acts by this token, and how a person wants to be reached. Times are meant in `zone`."""

    id: str = Field(description="The person's id in Slack; a program is the id of its token")
    kind: ActorKind
    token: str
    scopes: tuple[Scope, ...]
    roles: tuple[str, ...] = Field(description="As they are now; a program has none beside its scopes")
    unread: tuple[str, ...] = Field(description="Why a group that holds a role could not be looked into")
    logins: tuple[str, ...] = Field(description="In source control, in small letters")
    deputy: DeputyShape | None
    stands_for: tuple[DeputyShape, ...]
    quiet: str | None = Field(description="When nothing comes that can wait: 19:00-08:00")
    weekends: bool = Field(description="Whether Saturday and Sunday are quiet as well")
    digest: str | None = Field(description="When everything that can wait comes, once a day: 09:00")
    zone: str | None = Field(description="null where it was never needed")
    own_zone: bool = Field(description="Whether they said the zone themselves; otherwise it is Slack's")


class MePatch(Sent):
    """A merge patch: what is absent stays, null puts a field back to its default."""

    quiet: Hours | None = None
    weekends: bool | None = None
    digest: Time | None = None
    zone: Name | None = Field(default=None, description="An IANA zone; null: the one that Slack tells")


class MatterShape(Shape):
    """Something that waits; exactly one of the last four says what it is about, and is its name in paths."""

    release: str
    title: str
    need: Need
    says: str
    ready: bool = Field(
        description="Whether it can be answered now: no decision is while a condition is not met"
    )
    task: str | None
    pick: str | None
    gate: str | None
    condition: str | None
