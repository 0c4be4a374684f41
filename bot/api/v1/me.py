"""Who one is over REST, when one is left alone, what waits for one, and who stands in."""

from dataclasses import replace
from typing import Any

from bot.api.v1.call import Answer, Call, revision_of, tagged
from bot.api.v1.people_shapes import (
    DeputyOrder,
    DeputyShape,
    LoginOrder,
    LoginShape,
    MatterShape,
    MePatch,
    MeShape,
)
from bot.api.v1.problems import Wrong, changed, unprocessable
from bot.api.v1.release_bodies import sent
from bot.api.v1.release_views import short
from bot.api.v1.roles import settle
from orchestration.domain.calendar import zone_names
from orchestration.domain.people import SCOPE_PREFIX, UNREAD_PREFIX, unread
from orchestration.domain.quiet import Attention, read_quiet, read_wall
from orchestration.domain.standing import Deputy
from orchestration.services import attention, people, roles
from orchestration.services.homes import Matter, waiting_for

_NO_ROLES = (SCOPE_PREFIX, UNREAD_PREFIX)


async def read_me(call: Call) -> Answer:
    """Who acts by this token, with which roles, who stands in for them, and when they are left alone."""
    return _shown(await _me(call))


async def update_me(call: Call) -> Answer:
    """Change when one is left alone, by a merge patch: what is absent stays, null puts a field back to its default."""
    patch = sent(call, MePatch)
    wanted = _wanted(patch)
    seen = await _me(call)
    call.seen(revision_of(seen))

    def wish(asked: Attention) -> Attention:
        if call.expected is not None and _wishes(asked) != _wishes_of(seen):
            raise changed()
        return replace(asked, **wanted)

    await attention.ask_for(call.engine, call.tenant_id, wish, actor=call.actor, zone=patch.zone)
    return _shown(await _me(call))


def _wanted(patch: MePatch) -> dict[str, Any]:
    """The fields that are to be others. Trouble: 422."""
    named, found = patch.model_fields_set, dict[str, Any]()
    if "quiet" in named:
        try:
            found["quiet"] = read_quiet(patch.quiet) if patch.quiet is not None else None
        except ValueError as error:
            raise unprocessable((Wrong(pointer="/quiet", message=str(error)),)) from None
    if "weekends" in named:
        found["weekends"] = bool(patch.weekends)
    if "digest" in named:
        found["digest"] = read_wall(patch.digest) if patch.digest is not None else None
    if patch.zone is not None and patch.zone not in zone_names():
        raise unprocessable((Wrong(pointer="/zone", message="is no time zone: write it like Europe/Berlin"),))
    return {**found, **({"fixed": False} if "zone" in named else {})}


def _wishes(asked: Attention | None) -> dict[str, Any]:
    """What somebody asked for, as it is shown; the zone that the chat tells is not asked for."""
    if asked is None:
        return {"quiet": None, "weekends": False, "digest": None, "own_zone": False}
    return {
        "quiet": str(asked.quiet) if asked.quiet is not None else None,
        "weekends": asked.weekends,
        "digest": f"{asked.digest:%H:%M}" if asked.digest is not None else None,
        "own_zone": asked.fixed,
    }


def _wishes_of(seen: MeShape) -> dict[str, Any]:
    return {name: getattr(seen, name) for name in _wishes(None)}


def _shown(shape: MeShape) -> Answer:
    return tagged(shape, revision_of(shape))


async def _me(call: Call) -> MeShape:
    held = await roles.held(call.engine, call.tenant_id, actor=call.actor)
    me = await people.about_me(call.engine, call.tenant_id, actor=call.actor)
    asked = await attention.wishes(call.engine, call.tenant_id, actor=call.actor)
    return MeShape(
        id=call.actor.id,
        kind=call.actor.kind,
        token=call.token.id,
        scopes=call.token.scopes,
        roles=tuple(sorted(role for role in held if not role.startswith(_NO_ROLES))),
        unread=unread(held),
        logins=me.logins,
        deputy=_deputy(me.deputy) if me.deputy is not None else None,
        stands_for=tuple(_deputy(each) for each in me.stands_for),
        zone=(asked.zone or None) if asked is not None else None,
        **_wishes(asked),
    )


async def list_matters(call: Call) -> Answer:
    """What waits for the person whose token this is, most urgent first in each release; nothing for a program."""
    found = await waiting_for(call.engine, call.tenant_id, actor=call.actor)
    return call.page({f"{n:06d}": _matter(each) for n, each in enumerate(found)})


def _matter(found: Matter) -> MatterShape:
    release, waits = found.release, found.waiting
    return MatterShape(
        release=release.id,
        title=release.title,
        need=waits.need,
        says=waits.says,
        ready=waits.ready,
        task=short(release, waits.task.id) if waits.task is not None else None,
        pick=short(release, waits.pick.id) if waits.pick is not None else None,
        gate=short(release, waits.gate.id) if waits.gate is not None else None,
        condition=waits.unmet.matter if waits.unmet is not None else None,
    )


async def list_deputies(call: Call) -> Answer:
    """Who signs in whose place now, by person."""
    found = await people.deputies(call.engine, call.tenant_id, actor=call.actor)
    return call.page({each.person: _deputy(each) for each in found})


async def name_deputy(call: Call) -> Answer:
    """Let somebody sign in one's own place until a moment; who did so before no longer does."""
    order = sent(call, DeputyOrder)
    before = (await people.about_me(call.engine, call.tenant_id, actor=call.actor)).deputy
    named = Deputy(person=call.actor.id, deputy=order.deputy, until=order.until)
    if named != before:
        await people.name_deputy(call.engine, call.tenant_id, order.deputy, order.until, actor=call.actor)
    return Answer(status=200 if before is not None else 201, body=_deputy(named))


async def end_deputy(call: Call) -> Answer:
    """Sign alone again."""
    await settle(people.end_deputy(call.engine, call.tenant_id, actor=call.actor))
    return Answer(status=204)


def _deputy(found: Deputy) -> DeputyShape:
    return DeputyShape(person=found.person, deputy=found.deputy, until=found.until)


async def claim_login(call: Call) -> Answer:
    """Say that a login in source control is one's own, or, as who grants roles, whose it is."""
    person, login = sent(call, LoginOrder).person or call.actor.id, call.names["login"]
    claim = people.claim_login(call.engine, call.tenant_id, login, person=person, actor=call.actor)
    new = await settle(claim)
    return Answer(status=201 if new else 200, body=LoginShape(login=login, person=person))


async def drop_login(call: Call) -> Answer:
    """Forget a login of one's own, or, as who grants roles, anybody's."""
    await settle(people.drop_login(call.engine, call.tenant_id, call.names["login"], actor=call.actor))
    return Answer(status=204)
