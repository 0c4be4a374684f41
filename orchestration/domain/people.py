"""Who acts, which roles exist and what each may do."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class ActorKind(StrEnum):
    """A person, the system itself, or a REST or CI token."""

    USER = "USER"
    SYSTEM = "SYSTEM"
    TOKEN = "TOKEN"  # noqa: S105 - the name of a kind, not a secret


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Who did something. `id` is the chat system's user id, a token's id, or `system`.

    It always comes from the verified request, never from its body. `groups` are the user groups in which the chat
    finds them at this moment, and `unread` says why a group that holds a role could not be looked into. `outside`:
    they are of another company and share a channel with us, so that a role of everybody's is not theirs. `token` is
    the token of their own by which a person acts from outside the chat.
    """

    id: str
    kind: ActorKind = ActorKind.USER
    token: str | None = None
    groups: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    unread: tuple[str, ...] = field(default=(), compare=False, repr=False)
    outside: bool = field(default=False, compare=False, repr=False)

    @property
    def is_person(self) -> bool:
        """Whether a mention of this actor reaches somebody."""
        return self.kind is ActorKind.USER


SYSTEM = Actor(id="system", kind=ActorKind.SYSTEM)


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """A role that is held by a person, a user group or everybody (`*`)."""

    holder: str
    role: str


class Permission(StrEnum):
    """What can be allowed separately."""

    READ = "READ"
    EDIT = "EDIT"
    SAFETY = "SAFETY"
    APPROVE = "APPROVE"
    FORCE = "FORCE"
    CONFIGURE = "CONFIGURE"
    CONNECT = "CONNECT"
    GRANT = "GRANT"
    ARCHIVE = "ARCHIVE"
    REPORT = "REPORT"


OWNER = "owner"
EDITOR = "editor"
VIEWER = "viewer"
CAPTAIN = "captain"
APPROVER_PREFIX = "approver:"
SCOPE_PREFIX = "scope:"
UNREAD_PREFIX = "unread:"
"""What a group would give could not be read: it allows nothing, and the reason follows."""
OWNERLESS_PREFIX = "ownerless:"
"""Nobody is an owner yet: it allows nothing, and how to become the first one follows."""
EVERYBODY = "*"
"""Who holds a role in the place of a person: everybody in the workspace."""

_EDITOR = frozenset(Permission) - {Permission.FORCE, Permission.CONNECT, Permission.GRANT}
_ROLE_PERMISSIONS = {
    OWNER: frozenset(Permission),
    EDITOR: _EDITOR,
    CAPTAIN: _EDITOR | {Permission.FORCE},
    VIEWER: frozenset({Permission.READ}),
}
# What the scopes of tokens allow. A program's token approves, forces and archives nothing: people decide that, also
# with a token of their own, which allows what their roles allow.
_SCOPE_PERMISSIONS = {
    "read": frozenset({Permission.READ}),
    "release:write": frozenset({Permission.EDIT, Permission.SAFETY, Permission.REPORT}),
    "build:report": frozenset({Permission.REPORT}),
    "admin": frozenset({Permission.READ, Permission.CONFIGURE, Permission.CONNECT, Permission.GRANT}),
}
_APPROVER = frozenset({Permission.READ, Permission.APPROVE})


def permissions(roles: Iterable[str]) -> frozenset[Permission]:
    """What a person with these roles, or a token with these scopes, may do; an unknown role allows nothing."""
    allowed: frozenset[Permission] = frozenset()
    for role in roles:
        if role.startswith(APPROVER_PREFIX):
            allowed |= _APPROVER
        elif role.startswith(SCOPE_PREFIX):
            allowed |= _SCOPE_PERMISSIONS.get(role.removeprefix(SCOPE_PREFIX), frozenset())
        else:
            allowed |= _ROLE_PERMISSIONS.get(role, frozenset())
    return allowed


def areas(roles: Iterable[str]) -> frozenset[str]:
    """The areas that a person approves for: `approver:qa` gives `qa`."""
    return frozenset(role.removeprefix(APPROVER_PREFIX) for role in roles if role.startswith(APPROVER_PREFIX))


def valid_role(role: str) -> bool:
    """Whether a role can be granted: owner, editor, viewer or approver:<area>."""
    if role.startswith(APPROVER_PREFIX):
        return role.removeprefix(APPROVER_PREFIX).replace("-", "").replace("_", "").isalnum()
    return role in {OWNER, EDITOR, VIEWER}


def unread(roles: Iterable[str]) -> tuple[str, ...]:
    """Why groups that hold a role could not be looked into."""
    found = (role.removeprefix(UNREAD_PREFIX) for role in roles if role.startswith(UNREAD_PREFIX))
    return tuple(sorted(found))


def ownerless(roles: Iterable[str]) -> str:
    """How to become the first owner; empty where there is one, who can be asked."""
    return next(
        (role.removeprefix(OWNERLESS_PREFIX) for role in roles if role.startswith(OWNERLESS_PREFIX)), ""
    )


def is_group(holder: str) -> bool:
    """Whether a role is held by a user group and not by a person."""
    return holder.startswith("S")
