"""What a body makes of a connection: its settings and secrets, tried at the provider before anything is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.api.v1.call import Call
from bot.api.v1.problems import Trouble, Wrong, later, pointer, unprocessable, wrongs
from bot.api.v1.reading import merged
from bot.api.v1.shapes import CheckShape, IntegrationCreate, IntegrationPatch, IntegrationShape
from bot.connections import NAME_LENGTH, Listed, moved, plain, state_of, tried, unreachable
from integrations.registry import Check, Connection, Provider
from orchestration.domain.errors import NotNow
from orchestration.store.integrations import IntegrationState


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """A connection as it would be."""

    provider: Provider
    settings: BaseModel
    secrets: BaseModel

    async def judged(self, call: Call) -> Sequence[Check]:
        """What the provider says, where it says yes to all. Trouble: 422 with its no, 503 where it is away."""
        edge = call.backend.edge(call.tenant_id)
        checks = await tried(self.provider, self.settings, self.secrets, edge)
        state = state_of(checks)
        shown = [CheckShape(**_shown(check)).model_dump(mode="json") for check in checks]
        if state is None:
            raise later(f"{self.provider.title} can't be asked now, so nothing is stored.", checks=shown)
        if state is not IntegrationState.VERIFIED:
            raise Trouble(
                status=422,
                detail=f"{self.provider.title} does not take this connection, so nothing is stored.",
                errors=tuple(Wrong(pointer="", message=f"{c.what}: {c.says}") for c in checks if not c.ok),
                more={"checks": shown},
            )
        return checks


async def ordered(call: Call) -> tuple[IntegrationCreate, Trial]:
    """The order for a new connection. Trouble: 422 with all that is wrong."""
    try:
        order = IntegrationCreate.model_validate(call.body)
    except ValidationError as error:
        raise unprocessable(wrongs(error)) from None
    provider = call.backend.providers.get(order.provider)
    wrong = [*_name_problems(order.name)]
    if provider is None:
        keys = ", ".join(call.backend.providers)
        wrong.append(Wrong(pointer="/provider", message=f"is none of {keys}"))
    if order.secrets is not None and order.secrets_of is not None:
        wrong.append(Wrong(pointer="/secrets_of", message="Send secrets or secrets_of, not both"))
    if wrong or provider is None:
        raise unprocessable(tuple(wrong))
    if order.secrets_of is None:
        return order, _models(call, provider, order.settings, order.secrets or {})
    settings = _settings(call, provider, order.settings)
    try:
        secrets = await call.backend.book.lent(call.tenant_id, order.secrets_of, provider, settings)
    except NotNow as error:
        raise unprocessable((Wrong(pointer="/secrets_of", message=error.reason),)) from None
    return order, Trial(provider=provider, settings=settings, secrets=secrets)


async def patched(call: Call, row: Listed) -> tuple[str | None, Trial | None]:
    """What a change makes of a connection: its name, None as it was; what is to be tried, None nothing."""
    try:
        patch = IntegrationPatch.model_validate(call.body)
    except ValidationError as error:
        raise unprocessable(wrongs(error)) from None
    provider = call.backend.providers.get(row.provider)
    if provider is None:
        raise NotNow(f"This version does not know the provider {row.provider}.")
    wrong = tuple(_name_problems(patch.name))
    if wrong:
        raise unprocessable(wrong)
    name = provider.title if "name" in call.body and patch.name is None else patch.name
    if not {"settings", "secrets"} & set(call.body):
        return name, None
    connection = await call.backend.book.find(call.tenant_id, row.id)
    # Null for the whole of either puts every field of it back.
    settings = (
        connection.settings.model_dump(mode="json") if connection and not _nulled(call, "settings") else {}
    )
    kept = plain(connection.secrets) if connection and not _nulled(call, "secrets") else {}
    trial = _models(call, provider, merged(settings, patch.settings or {}), merged(kept, patch.secrets or {}))
    if connection is not None:
        _guard(connection, trial, sent=patch.secrets or {})
    return name, trial


def _nulled(call: Call, name: str) -> bool:
    return name in call.body and call.body[name] is None


def _guard(connection: Connection, trial: Trial, *, sent: dict[str, Any]) -> None:
    """Secrets follow no changed address: whoever may edit could send them to a server of their own."""
    changed = moved(trial.provider.settings, connection.settings, trial.settings)
    if not changed:
        return
    says = f"{', '.join(changed)} changed: send this secret anew, or null to take it away"
    errors = tuple(
        Wrong(pointer=pointer("secrets", name), message=says)
        for name in plain(trial.secrets)
        if name not in sent
    )
    if errors:
        raise unprocessable(errors)


def _name_problems(name: str | None) -> Sequence[Wrong]:
    if name is not None and (not name.strip() or not name.isprintable() or len(name) > NAME_LENGTH):
        return (Wrong(pointer="/name", message=f"must be 1 to {NAME_LENGTH} characters of text"),)
    return ()


def _settings(call: Call, provider: Provider, given: dict[str, Any]) -> BaseModel:
    try:
        settings = provider.settings.model_validate(given)
    except ValidationError as error:
        raise unprocessable(wrongs(error, "settings")) from None
    wrong = _address_problems(call, provider, settings)
    if wrong:
        raise unprocessable(tuple(wrong))
    return settings


def _address_problems(call: Call, provider: Provider, settings: BaseModel) -> Sequence[Wrong]:
    egress = call.backend.edge(call.tenant_id).threads.egress
    found = unreachable(provider.settings, settings, egress)
    return [Wrong(pointer=pointer("settings", name), message=says) for name, says in found.items()]


def _models(call: Call, provider: Provider, settings: dict[str, Any], secrets: dict[str, Any]) -> Trial:
    """Both as the provider's models. Trouble: 422 with what is wrong in either."""
    errors: list[Wrong] = []
    made: list[BaseModel] = []
    for name, model, given in (
        ("settings", provider.settings, settings),
        ("secrets", provider.secrets, secrets),
    ):
        try:
            made.append(model.model_validate(given))
        except ValidationError as error:
            errors += wrongs(error, name)
        else:
            errors += _address_problems(call, provider, made[-1]) if name == "settings" else ()
    if errors:
        raise unprocessable(tuple(errors))
    return Trial(provider=provider, settings=made[0], secrets=made[1])


def shape(row: Listed, settings: BaseModel | None, secrets: BaseModel | None) -> IntegrationShape:
    """A connection as it is shown; the models are None where it can't be opened."""
    held = set(plain(secrets)) if secrets is not None else set()
    names = type(secrets).model_fields if secrets is not None else {}
    return IntegrationShape(
        id=row.id,
        provider=row.provider,
        name=row.name,
        state=row.state.value,
        settings=settings.model_dump(mode="json") if settings is not None else None,
        secrets={name: name in held for name in names} if secrets is not None else None,
        verified_at=row.verified_at,
        tried_at=row.tried_at,
        expires_at=row.expires_at,
        checks=tuple(CheckShape(**_shown(check)) for check in row.checks),
    )


def _shown(check: Check) -> dict[str, Any]:
    return {"what": check.what, "ok": check.ok, "says": check.says, "later": check.later}
