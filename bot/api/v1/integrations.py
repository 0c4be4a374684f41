"""Connections over REST: tried before they are stored; secrets go in and never come out."""

from dataclasses import asdict
from urllib.parse import quote

from bot.api.v1.call import Answer, Call, tagged
from bot.api.v1.problems import missing
from bot.api.v1.reading import opened_cursor, sealed_cursor
from bot.api.v1.shapes import ChoicesShape, IntegrationShape, OptionShape
from bot.api.v1.trial import ordered, patched, shape
from bot.connections import Listed, Taken
from bot.connections.storing import listed
from integrations.choices import Asked, Kind
from integrations.registry import Connection
from orchestration.domain.errors import NotNow
from orchestration.domain.people import Permission
from orchestration.store.integrations import NoSuchIntegration
from orchestration.store.unit_of_work import SqlUnitOfWork


async def list_integrations(call: Call) -> Answer:
    """All connections, by id."""
    await call.backend.book.may(call.tenant_id, call.actor, Permission.READ)
    opened = {c.id: c for c in await call.backend.book.of_tenant(call.tenant_id)}
    rows = await call.backend.book.listed(call.tenant_id)
    return call.page({row.id: _opened(row, opened.get(row.id)) for row in rows})


async def read_integration(call: Call) -> Answer:
    """A connection as it is now."""
    await call.backend.book.may(call.tenant_id, call.actor, Permission.READ)
    return await _shown(call, await _row(call))


async def create_integration(call: Call) -> Answer:
    """A new connection: tried, and stored where everything holds."""
    book = call.backend.book
    await book.may(call.tenant_id, call.actor)
    order, trial = await ordered(call)
    if any(row.id == order.id for row in await book.listed(call.tenant_id)):
        raise Taken(order.id)
    checks = await trial.judged(call)

    def created(row: Listed) -> Answer:
        place = f"/api/v1/tenants/{quote(row.tenant_id)}/integrations/{quote(row.id)}"
        return tagged(shape(row, trial.settings, trial.secrets), row.revision, status=201, Location=place)

    async def keep(work: SqlUnitOfWork) -> None:
        await call.keep(work, created(listed(await work.integrations.get(call.tenant_id, order.id))))

    saved = await book.connect(
        tenant_id=call.tenant_id,
        integration_id=order.id,
        provider=trial.provider,
        settings=trial.settings,
        secrets=trial.secrets,
        name=order.name,
        checks=checks,
        now=call.engine.clock.now(),
        actor=call.actor,
        fresh=True,
        along=keep,
    )
    return created(saved)


async def update_integration(call: Call) -> Answer:
    """Change the name, settings or secrets of a connection; tried again where settings or secrets are sent."""
    book = call.backend.book
    await book.may(call.tenant_id, call.actor)
    row = await _row(call)
    revision = call.seen(row.revision)
    name, trial = await patched(call, row)
    now = call.engine.clock.now()
    if trial is not None:
        saved = await book.connect(
            tenant_id=call.tenant_id,
            integration_id=row.id,
            provider=trial.provider,
            settings=trial.settings,
            secrets=trial.secrets,
            name=name,
            checks=await trial.judged(call),
            now=now,
            actor=call.actor,
            revision=revision,
        )
        return tagged(shape(saved, trial.settings, trial.secrets), saved.revision)
    if name in {None, row.name}:
        return await _shown(call, row)
    saved = await book.rename(
        call.tenant_id, row.id, name or row.name, now=now, actor=call.actor, revision=revision
    )
    return await _shown(call, saved)


async def delete_integration(call: Call) -> Answer:
    """Forget a connection with its secrets; 409 with the releases while running ones need it."""
    await call.backend.book.may(call.tenant_id, call.actor)
    revision = call.pinned((await _row(call)).revision)
    await call.backend.book.remove(
        call.tenant_id,
        call.names["id"],
        now=call.engine.clock.now(),
        actor=call.actor,
        revision=revision,
    )
    return Answer(status=204)


async def verify_integration(call: Call) -> Answer:
    """Try a connection again; the answer is the connection with what the provider said."""
    await call.backend.book.may(call.tenant_id, call.actor)
    call.seen((await _row(call)).revision)
    await call.backend.book.verify(
        call.tenant_id,
        call.names["id"],
        call.backend.edge(call.tenant_id),
        now=call.engine.clock.now(),
        actor=call.actor,
    )
    return await _shown(call, await _row(call))


async def read_choices(call: Call) -> Answer:
    """A page of what there is to choose, read live from the provider."""
    await call.backend.book.may(call.tenant_id, call.actor)
    row = await _row(call)
    kind, provider = call.names["kind"], call.backend.providers.get(row.provider)
    if provider is None or kind not in {known.value for known in provider.choices}:
        raise missing()
    about = f"{row.id}/{kind}"
    given = call.query.get("cursor")
    asked = Asked(
        words=call.query.get("words", ""),
        within=call.query.get("within", ""),
        cursor=opened_cursor(given, about, key=call.token.digest) if given is not None else None,
    )
    try:
        page = await call.backend.chooser.choose(call.tenant_id, row.id, Kind(kind), asked)
    except NoSuchIntegration:
        raise NotNow(f"The connection {row.id} can't be opened: connect it again.") from None
    items = tuple(OptionShape(**asdict(option)) for option in page.options)
    after = sealed_cursor(page.next, about, key=call.token.digest) if page.next is not None else None
    return Answer(body=ChoicesShape(items=items, next=after))


async def _row(call: Call) -> Listed:
    return await call.backend.book.get(call.tenant_id, call.names["id"])


async def _shown(call: Call, row: Listed) -> Answer:
    found = await call.backend.book.find(row.tenant_id, row.id)
    return tagged(_opened(row, found), row.revision)


def _opened(row: Listed, connection: Connection | None) -> IntegrationShape:
    settings, secrets = (connection.settings, connection.secrets) if connection else (None, None)
    return shape(row, settings, secrets)
