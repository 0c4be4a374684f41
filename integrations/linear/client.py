"""The requests that we send: one operation each, its data as a model, its errors as port errors."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from integrations.graphql import ask
from integrations.http import Http
from integrations.linear import answers, documents
from integrations.linear.errors import check, unreadable
from integrations.linear.settings import Access, LinearSecrets, LinearSettings
from orchestration.ports.errors import Refused

Model = TypeVar("Model", bound=BaseModel)
Row = TypeVar("Row")
Made = TypeVar("Made", bound=answers.Created)

PROVIDER: Final = "Linear"
MOST_PAGES: Final = 20


class LinearClient:
    """One workspace with one token. Raises port errors only."""

    def __init__(self, *, settings: LinearSettings, secrets: LinearSecrets, http: Http, tenant: str) -> None:
        self._url = f"{settings.base_url}/graphql"
        self._oauth = settings.access is Access.OAUTH
        self._token = secrets.token
        self._http = http
        self._tenant = tenant

    async def read(self, model: type[Model], document: str, *, to: str, **variables: object) -> Model:
        """The data of a query."""
        return await self._ask(model, document, variables, to=to, making=False)

    async def make(self, model: type[Made], document: str, fields: Mapping[str, object], *, to: str) -> Made:
        """The data of a mutation, which is sent once. Refused also where it answers `success: false`."""
        data = await self._ask(model, document, {"input": fields}, to=to, making=True)
        if not data.outcome.success:
            raise Refused(f"Linear did not {to}: it answered success: false and no reason")
        return data

    async def team(self, key: str, *, to: str) -> str:
        """Id of the team of this key, in any case. It is asked for each time: a key may be given to another team."""
        found = await self.read(answers.Teams, documents.TEAM, to=to, key=key)
        for team in found.teams.nodes:
            if team.key.casefold() == key.casefold():
                return team.id
        raise Refused(f"project: there is no team {key} in Linear that the token may see")

    async def listed(
        self,
        model: type[answers.Listing[Row]] | type[answers.OfTeam[Row]],
        document: str,
        *,
        team: str,
        to: str,
    ) -> Sequence[Row]:
        """All of a list that is for one team (by its id), page by page."""
        rows: list[Row] = []
        after: str | None = None
        for _ in range(MOST_PAGES):
            found = (await self.read(model, document, to=to, team=team, after=after)).listed
            rows += found.nodes
            after = found.page.end
            if not found.page.more or after is None:
                break
        return rows

    async def related(self, issue: str, *, to: str) -> AsyncIterator[str]:
        """Ids of the issues that this one (an id too) has a relation to or from, of any type, page by page."""
        for document in (documents.RELATIONS, documents.INVERSE_RELATIONS):
            after: str | None = None
            for _ in range(MOST_PAGES):
                data = await self.read(answers.Relations, document, to=to, id=issue, after=after)
                for relation in data.issue.related.nodes:
                    yield relation.other.id
                after = data.issue.related.page.end
                if not data.issue.related.page.more or after is None:
                    break

    async def _ask(
        self, model: type[Model], document: str, variables: Mapping[str, Any], *, to: str, making: bool
    ) -> Model:
        reply = await ask(
            self._http,
            self._url,
            document=document,
            variables=variables,
            provider=PROVIDER,
            tenant=self._tenant,
            headers=self._headers(),
            making=making,
        )
        check(reply, to=to)
        try:
            return model.model_validate(reply.data)
        except ValidationError as error:
            raise unreadable(to, making=making) from error

    def _headers(self) -> Mapping[str, str]:
        """An API key goes without the word Bearer, which Linear refuses there."""
        token = self._token.get_secret_value()
        return {"Authorization": f"Bearer {token}" if self._oauth else token}
