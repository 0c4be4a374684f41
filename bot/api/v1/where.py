"""Where a change is, over REST."""

from bot.api.v1.call import Answer, Call
from bot.api.v1.planning_shapes import DepartureShape, HeldShape, LocatedShape, WhereShape
from bot.api.v1.reading import parameter
from orchestration.domain.whereabouts import Located
from orchestration.services.where import where


async def find_change(call: Call) -> Answer:
    """In which releases a commit, a pull request or a ticket is, or on the way into which one."""
    text = call.query.get("what", "").strip()
    if not text:
        raise parameter("what", "must name a commit, a pull request or a ticket")
    found = await where(call.engine, call.tenant_id, text, actor=call.actor)
    shape = WhereShape(
        ambiguous=found.ambiguous,
        located=tuple(_located(each) for each in found.located),
        troubles=found.troubles,
    )
    return Answer(body=shape)


def _located(found: Located) -> LocatedShape:
    return LocatedShape(
        name=found.name,
        title=found.title,
        author=found.author,
        url=found.url,
        apps=found.apps,
        place=found.place,
        held=tuple(
            HeldShape(
                release=held.release.id,
                title=held.release.title,
                tag=held.tag,
                picked=held.picked,
                builds=tuple(build.id for build in held.builds),
            )
            for held in found.held
        ),
        next=DepartureShape.model_validate(found.next, from_attributes=True) if found.next else None,
        note=found.note,
    )
