"""A stored connection as people see it, and what is left of its models when they are put into texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, SecretStr, ValidationError

from integrations.registry import Check
from orchestration.store.integrations import IntegrationState

NAME_LENGTH = 60
"""Characters of a connection's name for people."""


class Unreadable(Exception):
    """A stored connection can't be opened. The text holds nothing of its settings and secrets."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A connection as people see it, without its settings and secrets."""

    id: str
    tenant_id: str
    provider: str
    name: str
    state: IntegrationState
    verified_at: datetime | None
    tried_at: datetime | None
    expires_at: datetime | None
    checks: tuple[Check, ...]
    revision: int


def without_values(error: ValidationError) -> Sequence[str]:
    """The problems without the input, which may be a secret."""
    return tuple(
        f"{'.'.join(str(part) for part in each['loc']) or 'the whole'}: {each['msg']}"
        for each in error.errors(include_input=False, include_url=False)
    )


def plain(secrets: BaseModel) -> dict[str, str]:
    """The secrets as texts, for sealing and nothing else."""
    return {
        name: value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        for name in type(secrets).model_fields
        if (value := getattr(secrets, name)) is not None
    }
