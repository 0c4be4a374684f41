"""Release configurations over REST, as JSON in the format of the configuration file."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from pydantic import ValidationError

from bot.api.v1.call import Answer, Call, tagged
from bot.api.v1.problems import Wrong, invalid, pointer, unprocessable, wrongs
from bot.api.v1.reading import merged
from bot.api.v1.shapes import CopyOrder, PlaceCheckShape, VerificationShape
from bot.configure import parse_configuration, written
from bot.existence import look_for
from orchestration.domain.errors import Invalid
from orchestration.ports.runtime import Configuration, UnitOfWork
from orchestration.services import configurations

_Act = Callable[..., Awaitable[Configuration]]


async def list_configurations(call: Call) -> Answer:
    """All configurations, by name."""
    found = await configurations.list_all(call.engine, call.tenant_id, actor=call.actor)
    return call.page({f"{c.name.casefold()}\x1f{c.id}": written(c) for c in found})


async def create_configuration(call: Call) -> Answer:
    """A new configuration."""
    wanted = _parsed(call.body, call.tenant_id)
    saved = await configurations.save(call.engine, wanted, actor=call.actor, along=_kept(call, _created))
    return _created(saved)


async def read_configuration(call: Call) -> Answer:
    """A configuration as it is now."""
    return _shown(await _found(call))


async def update_configuration(call: Call) -> Answer:
    """Change a configuration by a merge patch: what is absent stays, null puts a field back to its default."""
    before = await _found(call)
    revision = call.seen(before.revision)
    document = merged(written(before), call.body)
    if document.get("id") != before.id:
        raise unprocessable((Wrong(pointer="/id", message="The id of a configuration can't be changed"),))
    wanted = replace(_parsed(document, call.tenant_id), revision=revision)
    return _shown(await configurations.save(call.engine, wanted, actor=call.actor))


async def delete_configuration(call: Call) -> Answer:
    """Forget a configuration that no release ever used."""
    revision = call.pinned((await _found(call)).revision)
    await configurations.delete(
        call.engine, call.tenant_id, call.names["id"], actor=call.actor, revision=revision
    )
    return Answer(status=204)


async def copy_configuration(call: Call) -> Answer:
    """A new configuration like this one, switched off."""
    try:
        order = CopyOrder.model_validate(call.body)
    except ValidationError as error:
        raise unprocessable(wrongs(error)) from None
    saved = await configurations.copy(
        call.engine,
        call.tenant_id,
        call.names["id"],
        new_id=order.id,
        name=order.name,
        actor=call.actor,
        along=_kept(call, _created),
    )
    return _created(saved)


async def make_default(call: Call) -> Answer:
    """Let the form for a new release start with this configuration."""
    return await _act(call, configurations.make_default)


async def activate_configuration(call: Call) -> Answer:
    """Let releases start with this configuration."""
    return await _act(call, configurations.activate)


async def deactivate_configuration(call: Call) -> Answer:
    """Let no more releases start with this configuration."""
    return await _act(call, configurations.deactivate)


async def verify_configuration(call: Call) -> Answer:
    """Look for everything that a configuration names at the providers."""
    found = await _found(call)
    looked = await look_for(call.backend.chooser, call.backend.book, found)
    checks = tuple(
        PlaceCheckShape(
            pointer=pointer(*each.place),
            what=each.check.what,
            ok=each.check.ok,
            says=each.check.says,
            later=each.check.later,
        )
        for each in looked
    )
    return Answer(body=VerificationShape(ok=all(check.ok for check in checks), checks=checks))


async def _act(call: Call, act: _Act) -> Answer:
    revision = call.pinned((await _found(call)).revision)
    saved = await act(
        call.engine,
        call.tenant_id,
        call.names["id"],
        actor=call.actor,
        revision=revision,
        along=_kept(call, _shown),
    )
    return _shown(saved)


async def _found(call: Call) -> Configuration:
    return await configurations.get(call.engine, call.tenant_id, call.names["id"], actor=call.actor)


def _parsed(document: dict[str, Any], tenant_id: str) -> Configuration:
    try:
        return parse_configuration(document, tenant_id)
    except Invalid as error:
        raise invalid(error.problems) from None


def _kept(call: Call, shown: Callable[[Configuration], Answer]) -> configurations.Along:
    async def keep(work: UnitOfWork, saved: Configuration) -> None:
        await call.keep(work, shown(saved))

    return keep


def _shown(configuration: Configuration) -> Answer:
    return tagged(written(configuration), configuration.revision)


def _created(configuration: Configuration) -> Answer:
    place = (
        f"/api/v1/tenants/{quote(configuration.tenant_id)}/release-configs/{quote(configuration.id, safe='')}"
    )
    return tagged(written(configuration), configuration.revision, status=201, Location=place)
