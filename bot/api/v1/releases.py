"""Releases over REST: listed, shown, explained, ordered and edited by the use cases that Slack uses."""

from typing import Any

from bot.api.v1 import release_views as views
from bot.api.v1.call import Answer, Call, after
from bot.api.v1.problems import Wrong, unprocessable
from bot.api.v1.reading import parameter, read_page
from bot.api.v1.release_bodies import ReleaseOrder, ReleasePatch, sent
from bot.api.v1.release_shapes import ProposalShape
from orchestration.domain.change import Change
from orchestration.domain.creation import Order, WantedSlot
from orchestration.domain.orders import Edit
from orchestration.domain.release import Release
from orchestration.domain.stages import CycleFlags
from orchestration.domain.version import ReleaseType
from orchestration.ports.listing import ReleaseFilter
from orchestration.ports.runtime import UnitOfWork
from orchestration.services import edit_release, read_release
from orchestration.services import start_release as starting

_STATES = {"active": False, "ended": True, "all": None}
_NUMBER_LENGTH = 18


async def found(call: Call) -> Release:
    """The release that the path names. NoSuchRelease."""
    return await read_release.get_release(call.engine, call.tenant_id, call.names["id"], actor=call.actor)


async def expect(call: Call) -> None:
    """Trouble: 412 where the client saw another state of the release; it is compared once more when it is changed."""
    if call.expected is not None:
        async with call.engine.look() as work:
            call.seen((await work.releases.get(call.tenant_id, call.names["id"])).revision)


async def list_releases(call: Call) -> Answer:
    """Releases, newest first: those of a state, a configuration or a version."""
    limit, after = read_page(call.query)
    state = call.query.get("state", "active")
    if state not in _STATES:
        raise parameter("state", f"must be one of {', '.join(_STATES)}")
    wanted = ReleaseFilter(
        ended=_STATES[state],
        configuration=call.query.get("configuration"),
        version=call.query.get("version"),
    )
    releases = await read_release.page_of_releases(
        call.engine, call.tenant_id, wanted, after=after, limit=limit + 1, actor=call.actor
    )
    return call.part(releases, limit, lambda release: release.id, views.line)


async def read_release_(call: Call) -> Answer:
    """A release as it is now."""
    return views.shown(await found(call))


read_release_.__name__ = "read_release"


async def propose_release(call: Call) -> Answer:
    """What a new release could be: the next versions, who leads."""
    kind = call.query.get("type", ReleaseType.MINOR.value)
    if kind not in set(ReleaseType):
        raise parameter("type", f"must be one of {', '.join(ReleaseType)}")
    chosen = call.query.get("configuration")
    proposal = await starting.propose(
        call.engine, call.tenant_id, chosen=chosen, kind=ReleaseType(kind), actor=call.actor
    )
    if chosen not in {None, proposal.chosen.id}:
        raise parameter("configuration", "names none that releases can start with")
    shape = ProposalShape(
        configuration=proposal.chosen.id,
        type=ReleaseType(kind),
        versions={pair.key: version for pair, version in proposal.versions.items()},
        base_branch=proposal.chosen.snapshot.base_branch,
        captain=proposal.captain,
    )
    return Answer(body=shape)


async def preview_release(call: Call) -> Answer:
    """The whole plan of a release before anything happens; nothing is stored."""
    body = sent(call, ReleaseOrder)
    order = await _order(call, body)
    release = await starting.judge_order(
        call.engine, call.tenant_id, body.configuration, order, actor=call.actor
    )
    return Answer(body=views.plan(release))


async def start_release(call: Call) -> Answer:
    """A new release; it kicks off when its time comes."""
    body = sent(call, ReleaseOrder)
    order = await _order(call, body)

    async def keep(work: UnitOfWork, change: Change) -> None:
        await call.keep(work, views.created(change.release))

    release = await starting.start_release(
        call.engine, call.tenant_id, body.configuration, order, actor=call.actor, along=keep
    )
    return views.created(release)


async def _order(call: Call, body: ReleaseOrder) -> Order:
    return Order(
        type=body.type,
        versions=body.versions,
        target_at=body.target_at,
        slots=tuple(
            WantedSlot(
                at=slot.at,
                flags=CycleFlags(regression_builds=slot.regression_builds, automation=slot.automation),
            )
            for slot in body.slots
        ),
        kick_off_at=body.kick_off_at,
        reminder_at=body.reminder_at,
        base_branch=body.base_branch,
        base_commit=body.base_commit,
        branch=body.branch,
        captain=body.captain or await _captain(call, body),
        previous_tag=body.previous_tag,
        parent=body.parent,
        skip_regression=body.skip_regression,
    )


async def _captain(call: Call, body: ReleaseOrder) -> str:
    """Whose turn it is, or the person who asks; a program leads nothing."""
    proposal = await starting.propose(
        call.engine, call.tenant_id, chosen=body.configuration, kind=body.type, actor=call.actor
    )
    if proposal.captain == call.actor.id and not call.actor.is_person:
        raise unprocessable((Wrong(pointer="/captain", message="Name who leads it: a program can't"),))
    return proposal.captain


async def edit_release_(call: Call) -> Answer:
    """Change what was ordered, while it is ahead, by a merge patch: what is absent stays."""
    patch = sent(call, ReleasePatch)
    given: dict[str, Any] = {name: getattr(patch, name) for name in patch.model_fields_set}
    if "channels" in given:
        given["channels"] = {bucket.value: tuple(listed) for bucket, listed in given["channels"].items()}
    doing = edit_release.edit(*call.target, Edit(**given), actor=call.actor, along=call.along(views.shown))
    return await after(doing, views.shown)


edit_release_.__name__ = "edit_release"


async def plan_release(call: Call) -> Answer:
    """All tasks of a release, those of stages that are still to come among them."""
    return Answer(body=views.plan(await found(call)))


async def explain_release(call: Call) -> Answer:
    """Everything in the way of a release, with its owner and remedy; and what comes next."""
    return Answer(body=views.why(await found(call), now=call.engine.clock.now()))


async def read_timeline(call: Call) -> Answer:
    """The moments of a release, past and planned, in the order of time."""
    return Answer(body=views.timeline(await found(call), now=call.engine.clock.now()))


async def list_activity(call: Call) -> Answer:
    """What happened to a release, newest first."""
    limit, after = read_page(call.query)
    if after is not None and not (after.isascii() and after.isdigit() and len(after) <= _NUMBER_LENGTH):
        raise parameter("cursor", "must be the `next` of an earlier page")
    before = int(after) if after is not None else None
    entries = await read_release.history_of(
        call.engine, call.tenant_id, call.names["id"], before=before, limit=limit + 1, actor=call.actor
    )
    return call.part(entries, limit, lambda entry: str(entry.seq), views.event)
