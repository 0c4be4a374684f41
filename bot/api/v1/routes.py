"""The table of routes. The server, the description, the reference and the tests of access are made from it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pydantic import BaseModel

from bot.api.v1 import configurations, integrations, providers, tokens
from bot.api.v1.call import Answer, Call
from bot.api.v1.shapes import (
    ChoicesShape,
    CopyOrder,
    IntegrationPatch,
    IntegrationShape,
    NewTokenShape,
    ProviderShape,
    TokenCreate,
    TokenShape,
    VerificationShape,
)
from orchestration.domain.tokens import Scope

Handle = Callable[[Call], Awaitable[Answer]]
PREFIX = "/api/v1"
CONFIGURATION = "ReleaseConfig"
CONFIGURATION_PATCH = "ReleaseConfigPatch"
INTEGRATION_CREATE = "IntegrationCreate"
"""Schemas that are made from the domain's values and the providers' models, by name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """A method of a path. `path` is below the tenant; its docstring's first line says what it does.

    `body` and `answer` are shapes or the names of schemas; a list's answer is a page of `answer`. `tagged`: the
    answer has an ETag. `guarded`: `If-Match` is needed.
    """

    method: str
    path: str
    scope: Scope
    handle: Handle
    answer: type[BaseModel] | str | None
    status: int = 200
    body: type[BaseModel] | str | None = None
    query: tuple[str, ...] = ()
    listed: bool = False
    tagged: bool = False

    @property
    def guarded(self) -> bool:
        """Whether the client must say what it saw: a merge patch of something else would be anything."""
        return self.method == "PATCH"

    @property
    def template(self) -> str:
        """The whole path."""
        return f"{PREFIX}/tenants/{{tenant}}{self.path}"

    @property
    def title(self) -> str:
        """What it does, in a line."""
        return (self.handle.__doc__ or "").partition("\n")[0]

    @property
    def name(self) -> str:
        """Its name in the description."""
        return getattr(self.handle, "__name__", "")


_PAGED = ("limit", "cursor")
_ID = "/integrations/{id}"
_CONFIG = "/release-configs/{id}"

ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/providers",
        scope=Scope.READ,
        handle=providers.list_providers,
        answer=ProviderShape,
        query=_PAGED,
        listed=True,
    ),
    Route(
        method="GET",
        path="/providers/{key}",
        scope=Scope.READ,
        handle=providers.read_provider,
        answer=ProviderShape,
    ),
    Route(
        method="GET",
        path="/integrations",
        scope=Scope.READ,
        handle=integrations.list_integrations,
        answer=IntegrationShape,
        query=_PAGED,
        listed=True,
    ),
    Route(
        method="POST",
        path="/integrations",
        scope=Scope.ADMIN,
        handle=integrations.create_integration,
        answer=IntegrationShape,
        status=201,
        body=INTEGRATION_CREATE,
        tagged=True,
    ),
    Route(
        method="GET",
        path=_ID,
        scope=Scope.READ,
        handle=integrations.read_integration,
        answer=IntegrationShape,
        tagged=True,
    ),
    Route(
        method="PATCH",
        path=_ID,
        scope=Scope.ADMIN,
        handle=integrations.update_integration,
        answer=IntegrationShape,
        body=IntegrationPatch,
        tagged=True,
    ),
    Route(
        method="DELETE",
        path=_ID,
        scope=Scope.ADMIN,
        handle=integrations.delete_integration,
        answer=None,
        status=204,
    ),
    Route(
        method="POST",
        path=f"{_ID}/verify",
        scope=Scope.ADMIN,
        handle=integrations.verify_integration,
        answer=IntegrationShape,
        tagged=True,
    ),
    Route(
        method="GET",
        path=f"{_ID}/choices/{{kind}}",
        scope=Scope.ADMIN,
        handle=integrations.read_choices,
        answer=ChoicesShape,
        query=("words", "within", "cursor"),
    ),
    Route(
        method="GET",
        path="/release-configs",
        scope=Scope.READ,
        handle=configurations.list_configurations,
        answer=CONFIGURATION,
        query=_PAGED,
        listed=True,
    ),
    Route(
        method="POST",
        path="/release-configs",
        scope=Scope.ADMIN,
        handle=configurations.create_configuration,
        answer=CONFIGURATION,
        status=201,
        body=CONFIGURATION,
        tagged=True,
    ),
    Route(
        method="GET",
        path=_CONFIG,
        scope=Scope.READ,
        handle=configurations.read_configuration,
        answer=CONFIGURATION,
        tagged=True,
    ),
    Route(
        method="PATCH",
        path=_CONFIG,
        scope=Scope.ADMIN,
        handle=configurations.update_configuration,
        answer=CONFIGURATION,
        body=CONFIGURATION_PATCH,
        tagged=True,
    ),
    Route(
        method="DELETE",
        path=_CONFIG,
        scope=Scope.ADMIN,
        handle=configurations.delete_configuration,
        answer=None,
        status=204,
    ),
    Route(
        method="POST",
        path=f"{_CONFIG}/copy",
        scope=Scope.ADMIN,
        handle=configurations.copy_configuration,
        answer=CONFIGURATION,
        status=201,
        body=CopyOrder,
        tagged=True,
    ),
    *(
        Route(
            method="POST",
            path=f"{_CONFIG}/{word}",
            scope=Scope.ADMIN,
            handle=handle,
            answer=CONFIGURATION,
            tagged=True,
        )
        for word, handle in (
            ("default", configurations.make_default),
            ("activate", configurations.activate_configuration),
            ("deactivate", configurations.deactivate_configuration),
        )
    ),
    Route(
        method="POST",
        path=f"{_CONFIG}/verify",
        scope=Scope.READ,
        handle=configurations.verify_configuration,
        answer=VerificationShape,
    ),
    Route(
        method="GET",
        path="/tokens",
        scope=Scope.ADMIN,
        handle=tokens.list_tokens,
        answer=TokenShape,
        query=_PAGED,
        listed=True,
    ),
    Route(
        method="POST",
        path="/tokens",
        scope=Scope.ADMIN,
        handle=tokens.create_token,
        answer=NewTokenShape,
        status=201,
        body=TokenCreate,
    ),
    Route(
        method="DELETE",
        path="/tokens/{id}",
        scope=Scope.ADMIN,
        handle=tokens.revoke_token,
        answer=None,
        status=204,
    ),
)
