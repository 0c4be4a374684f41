"""Which platforms go where, and which roles allow what."""

import pytest

from orchestration.domain.pairs import Pair, Platform, Target
from orchestration.domain.people import (
    SYSTEM,
    Actor,
    ActorKind,
    Permission,
    areas,
    permissions,
    valid_role,
)

LEGAL = {"ANDROID-PLAY_STORE", "ANDROID-WEB", "IOS-APP_STORE", "IOS-WEB", "WEB-WEB"}
EDITOR = {
    Permission.READ,
    Permission.EDIT,
    Permission.SAFETY,
    Permission.APPROVE,
    Permission.ARCHIVE,
    Permission.CONFIGURE,
    Permission.REPORT,
}
ROLES: dict[str, set[Permission]] = {
    "owner": set(Permission),
    "editor": EDITOR,
    "captain": EDITOR | {Permission.FORCE},
    "approver:qa": {Permission.READ, Permission.APPROVE},
    "approver:product": {Permission.READ, Permission.APPROVE},
    "viewer": {Permission.READ},
    "": set(),
    "admin": set(),
    "OWNER": set(),
    "approver": set(),
}


@pytest.mark.parametrize("target", Target)
@pytest.mark.parametrize("platform", Platform)
def test_a_pair_is_legal_as_the_stores_allow(platform: Platform, target: Target) -> None:
    """B-61 had pairs that messages could not name: every pair has a spelling, a title and a way back."""
    pair = Pair(platform=platform, target=target)
    assert pair.legal is (pair.key in LEGAL)
    assert Pair.parse(pair.key) == pair
    assert pair.title


def test_titles_name_the_target_only_where_it_is_not_the_platforms_own() -> None:
    """People read `Android`, and `Android (Web)` where that is meant; no two pairs share a title."""
    pairs = [Pair.parse(key) for key in sorted(LEGAL)]
    titles = [pair.title for pair in pairs]
    assert titles == ["Android", "Android (Web)", "iOS", "iOS (Web)", "Web"]


@pytest.mark.parametrize("key", ["", "ANDROID", "ANDROID-", "-WEB", "android-play_store", "IOS-APP-STORE"])
def test_what_is_no_pair_is_refused(key: str) -> None:
    """A word from outside becomes a pair or an error, never half a pair."""
    with pytest.raises(ValueError, match="is not a valid"):
        Pair.parse(key)


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", ROLES)
def test_every_role_allows_what_it_says_and_nothing_else(role: str, permission: Permission) -> None:
    """The whole matrix: an unknown role, or a known one spelled otherwise, allows nothing."""
    assert (permission in permissions([role])) is (permission in ROLES[role])


def test_safety_needs_an_editor_and_forcing_more() -> None:
    """Safety actions need `editor` only; connecting, granting and forcing are not an editor's."""
    editor = permissions(["editor"])
    assert Permission.SAFETY in editor
    assert editor.isdisjoint({Permission.CONNECT, Permission.GRANT, Permission.FORCE})


def test_roles_add_up() -> None:
    """Several roles give what each gives; none takes anything away."""
    both = permissions(["viewer", "approver:qa"])
    assert both == {Permission.READ, Permission.APPROVE}
    assert permissions([]) == frozenset()


def test_areas_are_read_from_the_roles_of_approvers_alone() -> None:
    """`approver:qa` signs for qa; being an owner makes nobody a tester."""
    assert areas(["approver:qa", "approver:legal", "owner", "captain"]) == {"qa", "legal"}


@pytest.mark.parametrize(
    ("role", "valid"),
    [
        ("owner", True),
        ("editor", True),
        ("viewer", True),
        ("approver:qa", True),
        ("approver:data-privacy", True),
        ("approver:", False),
        ("approver:-", False),
        ("approver:q a", False),
        ("captain", False),
        ("Owner", False),
        ("", False),
    ],
)
def test_only_known_roles_can_be_granted(role: str, valid: bool) -> None:
    """A captain is named per release, not granted; an approver needs an area."""
    assert valid_role(role) is valid


def test_only_people_can_be_mentioned() -> None:
    """The system and tokens act too (B-38), and nobody can be called by their ids."""
    assert Actor(id="U1").is_person
    assert not SYSTEM.is_person
    assert not Actor(id="tok_1", kind=ActorKind.TOKEN).is_person
