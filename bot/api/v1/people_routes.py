"""The rows of people in the table of routes: roles, oneself, deputies and logins."""

from bot.api.v1 import me, roles
from bot.api.v1.people_shapes import (
    DeputyOrder,
    DeputyShape,
    LoginOrder,
    LoginShape,
    MatterShape,
    MePatch,
    MeShape,
    RoleShape,
)
from bot.api.v1.route import Route, lists, patches, puts, removes, shows
from orchestration.domain.tokens import Scope

_WRITE, _ADMIN = Scope.RELEASE_WRITE, Scope.ADMIN
_ROLE = "/roles/{holder}/{role}"
_LOGIN = "/logins/{login}"

ROWS: tuple[Route, ...] = (
    lists("/roles", roles.list_roles, RoleShape, scope=_ADMIN),
    puts(_ROLE, roles.grant_role, RoleShape, scope=_ADMIN),
    removes(_ROLE, roles.revoke_role, scope=_ADMIN, matched=False, people=True),
    shows("/me", me.read_me, MeShape, tagged=True),
    patches("/me", me.update_me, MeShape, scope=_WRITE, body=MePatch, people=True),
    lists("/me/waiting", me.list_matters, MatterShape),
    puts("/me/deputy", me.name_deputy, DeputyShape, scope=_WRITE, body=DeputyOrder),
    removes("/me/deputy", me.end_deputy, scope=_WRITE, matched=False, people=True),
    lists("/deputies", me.list_deputies, DeputyShape),
    puts(_LOGIN, me.claim_login, LoginShape, scope=_WRITE, body=LoginOrder),
    removes(_LOGIN, me.drop_login, scope=_WRITE, matched=False, people=True),
)
