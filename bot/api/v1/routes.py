"""The table of routes. The server, the description, the reference and the tests of access are made from it."""

from bot.api.v1 import (
    configurations,
    integrations,
    people_routes,
    planning_routes,
    providers,
    release_routes,
    tokens,
    webhooks,
)
from bot.api.v1.route import (
    MANAGEMENT,
    PREFIX,
    Route,
    acts,
    in_management,
    lists,
    makes,
    patches,
    removes,
    shows,
)
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
from bot.api.v1.webhook_shapes import (
    DeliveryShape,
    NewWebhookShape,
    RotateOrder,
    WebhookCreate,
    WebhookPatch,
    WebhookShape,
)
from orchestration.domain.tokens import Scope

__all__ = ["MANAGEMENT", "PREFIX", "ROUTES", "Route"]

CONFIGURATION = "ReleaseConfig"
CONFIGURATION_PATCH = "ReleaseConfigPatch"
INTEGRATION_CREATE = "IntegrationCreate"
"""Schemas that are made from the domain's values and the providers' models, by name."""
_ADMIN = Scope.ADMIN
_INTEGRATION = "/integrations/{id}"
_CONFIG = "/release-configs/{id}"
_WEBHOOK = "/webhooks/{id}"

ROUTES: tuple[Route, ...] = (
    lists("/providers", providers.list_providers, ProviderShape),
    shows("/providers/{key}", providers.read_provider, ProviderShape),
    lists("/integrations", integrations.list_integrations, IntegrationShape),
    makes(
        "/integrations",
        integrations.create_integration,
        IntegrationShape,
        scope=_ADMIN,
        body=INTEGRATION_CREATE,
    ),
    shows(_INTEGRATION, integrations.read_integration, IntegrationShape, tagged=True),
    patches(
        _INTEGRATION,
        integrations.update_integration,
        IntegrationShape,
        scope=_ADMIN,
        body=IntegrationPatch,
    ),
    removes(_INTEGRATION, integrations.delete_integration, scope=_ADMIN),
    acts(f"{_INTEGRATION}/verify", integrations.verify_integration, IntegrationShape, scope=_ADMIN),
    shows(
        f"{_INTEGRATION}/choices/{{kind}}",
        integrations.read_choices,
        ChoicesShape,
        scope=_ADMIN,
        query="words within cursor",
    ),
    lists("/release-configs", configurations.list_configurations, CONFIGURATION),
    makes(
        "/release-configs",
        configurations.create_configuration,
        CONFIGURATION,
        scope=_ADMIN,
        body=CONFIGURATION,
    ),
    shows(_CONFIG, configurations.read_configuration, CONFIGURATION, tagged=True),
    patches(
        _CONFIG, configurations.update_configuration, CONFIGURATION, scope=_ADMIN, body=CONFIGURATION_PATCH
    ),
    removes(_CONFIG, configurations.delete_configuration, scope=_ADMIN),
    acts(
        f"{_CONFIG}/copy",
        configurations.copy_configuration,
        CONFIGURATION,
        scope=_ADMIN,
        body=CopyOrder,
        status=201,
    ),
    acts(f"{_CONFIG}/default", configurations.make_default, CONFIGURATION, scope=_ADMIN),
    acts(f"{_CONFIG}/activate", configurations.activate_configuration, CONFIGURATION, scope=_ADMIN),
    acts(f"{_CONFIG}/deactivate", configurations.deactivate_configuration, CONFIGURATION, scope=_ADMIN),
    acts(
        f"{_CONFIG}/verify",
        configurations.verify_configuration,
        VerificationShape,
        scope=Scope.READ,
        tagged=False,
    ),
    lists("/tokens", tokens.list_tokens, TokenShape, scope=_ADMIN),
    makes("/tokens", tokens.create_token, NewTokenShape, scope=_ADMIN, body=TokenCreate, tagged=False),
    removes("/tokens/{id}", tokens.revoke_token, scope=_ADMIN, matched=False),
    lists("/webhooks", webhooks.list_webhooks, WebhookShape, scope=_ADMIN),
    makes("/webhooks", webhooks.create_webhook, NewWebhookShape, scope=_ADMIN, body=WebhookCreate),
    shows(_WEBHOOK, webhooks.read_webhook, WebhookShape, scope=_ADMIN, tagged=True),
    patches(_WEBHOOK, webhooks.update_webhook, WebhookShape, scope=_ADMIN, body=WebhookPatch),
    acts(f"{_WEBHOOK}/rotate", webhooks.rotate_secret, NewWebhookShape, scope=_ADMIN, body=RotateOrder),
    removes(_WEBHOOK, webhooks.delete_webhook, scope=_ADMIN),
    lists(f"{_WEBHOOK}/deliveries", webhooks.list_deliveries, DeliveryShape, scope=_ADMIN),
    acts(
        f"{_WEBHOOK}/deliveries/{{delivery}}/redeliver",
        webhooks.redeliver,
        DeliveryShape,
        scope=_ADMIN,
        tagged=False,
        matched=False,
        status=202,
    ),
    *people_routes.ROWS,
    *in_management(*release_routes.ROWS, *planning_routes.ROWS),
)
