"""What people choose from at Sentry: projects, by number.

Source: docs.sentry.io/api/organizations/list-an-organizations-projects.
"""

from collections.abc import Mapping

from integrations.choices import Asked, Kind, Option, Page, Reader, matching
from integrations.edge import Edge
from integrations.sentry.answers import Projects
from integrations.sentry.client import SentryClient, next_cursor
from integrations.sentry.errors import parsed
from integrations.sentry.settings import SentrySecrets, SentrySettings


async def projects(settings: SentrySettings, secrets: SentrySecrets, edge: Edge, asked: Asked) -> Page:
    """Projects that the token may see, a page of Sentry's at a time."""
    client = SentryClient(settings=settings, secrets=secrets, http=edge.http, tenant=edge.tenant)
    answer = await client.get("projects/", [("cursor", asked.cursor)] if asked.cursor else [])
    options = tuple(
        Option(value=each.id, label=each.slug, detail=each.platform or f"no. {each.id}")
        for each in parsed(Projects, answer).root
    )
    return Page(options=matching(options, asked.words), next=next_cursor(answer))


CHOICES: Mapping[Kind, Reader] = {Kind.PROJECTS: projects}
