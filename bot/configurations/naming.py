"""What ids are called: looked up for a form that is about to open, and left as ids where that takes long."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from bot.choosing import Chooser
from bot.views.configurations import Field, Form, Heading, Live
from integrations.choices import Asked, Kind
from orchestration.ports.errors import PortError
from orchestration.store.integrations import NoSuchIntegration

PATIENCE = 1.0
"""Seconds: a form must open within three of the click, and it opens without names as well."""

Names = Mapping[str, str]


async def with_names(chooser: Chooser, tenant_id: str, form: Form) -> Form:
    """The form with the words for what was chosen live, as far as the first page of each list tells them in time."""
    wanted = {
        field.live for field in form.fields if field.live is not None and field.value and not field.typed
    }
    found: dict[Live, Names] = {}

    async def look(live: Live) -> None:
        found[live] = await _names(chooser, tenant_id, live)

    try:
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(look(live) for live in sorted(wanted, key=str)))
    except TimeoutError:
        pass  # what came in time is shown, the rest by its ids
    return replace(form, parts=tuple(_named(part, found) for part in form.parts))


async def _names(chooser: Chooser, tenant_id: str, live: Live) -> Names:
    try:
        asked = Asked(within=live.within)
        page = await chooser.choose(tenant_id, live.connection, Kind(live.kinds[0]), asked)
    except (PortError, NoSuchIntegration):
        return {}  # the list itself says what is the matter when it is opened
    return {option.value: option.label for option in page.options}


def _named(part: Field | Heading, found: Mapping[Live, Names]) -> Field | Heading:
    if isinstance(part, Heading) or part.live is None or part.live not in found:
        return part
    return replace(part, names=found[part.live])
