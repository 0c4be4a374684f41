"""The forms and lines that people are shown, from stored connections and drafts."""

import json
import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.accounts.fields import fields_of, live_fields
from bot.connections import Listed
from bot.views.accounts import CATEGORIES, Account, Carried, CheckLine, Field, Form
from bot.views.blocks import TITLE
from integrations.registry import Check, Provider
from orchestration.store.drafts import Draft


def lines_of(checks: Iterable[Check]) -> tuple[CheckLine, ...]:
    """Checks as lines."""
    return tuple(CheckLine(what=c.what, ok=c.ok, says=c.says, later=c.later) for c in checks)


def account_of(listed: Listed, providers: Mapping[str, Provider]) -> Account:
    """A connection as it is listed; one of a provider that this version does not know stands in no category."""
    provider = providers.get(listed.provider)
    return Account(
        id=listed.id,
        name=listed.name,
        provider=listed.provider,
        title=provider.title if provider else listed.provider,
        categories=tuple(key for key in CATEGORIES if provider and getattr(provider, key) is not None),
        state=listed.state.value,
        tried_at=listed.tried_at,
        expires_at=listed.expires_at,
        checks=lines_of(listed.checks),
    )


def blank_form(provider: Provider, listed: Sequence[Listed], *, home: str) -> Form:
    """The first step of a new connection: everything but what only an account can show."""
    taken = {each.id for each in listed}
    live = set(live_fields(provider.settings))
    lenders = tuple((each.id, f"{each.name} ({each.id})") for each in listed if each.provider == provider.key)
    return Form(
        title=_title("Connect", provider),
        carried=Carried(provider=provider.key, home=home),
        fields=tuple(field for field in fields_of(provider.settings, {}) if field.name not in live),
        id=_free(provider.key.replace("_", "-"), taken),
        name=f"{provider.title} {len(lenders) + 1}" if lenders else provider.title,
        lenders=lenders,
    )


def _free(wanted: str, taken: set[str]) -> str:
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (wanted, *numbered) if name not in taken)


def edit_form(provider: Provider, listed: Listed, settings: Mapping[str, Any], *, home: str) -> Form:
    """The form of a connection as it is now."""
    carried = Carried(provider=provider.key, connection=listed.id, revision=str(listed.revision), home=home)
    return Form(
        title=_title("Edit", provider),
        carried=carried,
        fields=fields_of(provider.settings, settings),
        id=listed.id,
        name=listed.name,
    )


def draft_form(
    provider: Provider,
    draft: Draft,
    *,
    whole: bool,
    checks: Sequence[Check] = (),
    trouble: Sequence[str] = (),
) -> Form:
    """What is still to be chosen; or, `whole`, everything, after a try that did not hold."""
    fields: tuple[Field, ...] = fields_of(provider.settings, draft.settings)
    live = set(live_fields(provider.settings))
    return Form(
        title=_title("Connect" if draft.based_on is None else "Edit", provider),
        carried=Carried(provider=provider.key, draft=draft.id, home=draft.shown.get("home", "")),
        fields=fields if whole else tuple(field for field in fields if field.name in live),
        id=draft.connection,
        name=draft.name,
        checks=lines_of(checks),
        trouble=tuple(trouble),
    )


def _title(verb: str, provider: Provider) -> str:
    """The provider's name alone where both together would be cut in the middle of it."""
    whole = f"{verb} {provider.title}"
    return whole if len(whole) <= TITLE else provider.title


def command_for(provider: Provider, draft: Draft) -> str:
    """What an operator types instead of the page; what is still to be chosen stands in it as <Title>."""
    missing = {
        name: f"<{provider.settings.model_fields[name].title or name}>"
        for name in live_fields(provider.settings)
        if name not in draft.settings and provider.settings.model_fields[name].is_required()
    }
    words = ["stationmaster", "connect", provider.key, "--tenant", draft.tenant_id, "--id", draft.connection]
    words += ["--name", draft.name, "--settings", json.dumps({**draft.settings, **missing})]
    return " ".join(shlex.quote(word) for word in words)
