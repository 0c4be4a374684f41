"""Can the further fields of a ticket be filled in, and is none left out without which there is no ticket?"""

from bot.choosing import Chooser
from integrations.choices import Asked, Kind, kind_within
from integrations.registry import Check, Connection
from orchestration.domain.snapshot import TicketPlan


async def field_checks(
    chooser: Chooser, connection: Connection, plan: TicketPlan
) -> tuple[tuple[str, Check], ...]:
    """A check of each field of the plan, by its name; then one of each that is left out, by no name. Port errors."""
    title, asked = connection.provider.title, Asked(within=kind_within(plan.project, plan.issue_type))
    pages = chooser.pages(connection.tenant_id, connection.id, Kind.TICKET_FIELDS, asked)
    there = [option async for page in pages for option in page.options]
    known = {name.casefold() for option in there for name in (option.value, option.label)}
    given = {name.casefold() for name in plan.fields}
    names = ", ".join(option.label for option in there) or "nothing"
    checks = []
    for name in plan.fields:
        ok = name.casefold() in known
        says = (
            f"{title} has it"
            if ok
            else f"{title} has no {name!r} for a ticket of this kind. There is: {names}"
        )
        checks.append((name, Check(what=name, ok=ok, says=says)))
    for option in there:
        if option.needed and not given & {option.value.casefold(), option.label.casefold()}:
            says = f"{title} makes no ticket of this kind without it: fill it in among the other fields"
            checks.append(("", Check(what=option.label, ok=False, says=says)))
    return tuple(checks)
