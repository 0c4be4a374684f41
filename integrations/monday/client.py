"""The requests that we send: one operation each, its data as a model, its errors as port errors."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from integrations.graphql import read as read_reply
from integrations.http import Http
from integrations.monday import answers, documents
from integrations.monday.errors import check, in_form, unreadable
from integrations.monday.settings import MondaySecrets, MondaySettings
from orchestration.ports.errors import Refused

Model = TypeVar("Model", bound=BaseModel)

PROVIDER: Final = "monday.com"
# Without it the version of the day applies, which changes every quarter and takes fields away.
API_VERSION: Final = "2026-10"
MOST_PAGES: Final = 20
PAGE: Final = 100
MOST_PAGES_OF_PEOPLE: Final = 10
PAGE_OF_PEOPLE: Final = 1000


class MondayClient:
    """One account with one token. Raises port errors only."""

    def __init__(self, *, settings: MondaySettings, secrets: MondaySecrets, http: Http, tenant: str) -> None:
        self._url = f"{settings.base_url}/v2"
        self._token = secrets.token
        self._http = http
        self._tenant = tenant

    async def read(self, model: type[Model], document: str, *, to: str, **variables: object) -> Model:
        """The data of a query."""
        return await self._ask(model, document, variables, to=to, making=False)

    async def make(self, model: type[Model], document: str, *, to: str, **variables: object) -> Model:
        """The data of a mutation, which is sent once."""
        return await self._ask(model, document, variables, to=to, making=True)

    async def board(self, board: str, *, to: str, whole: bool = False) -> answers.Board | None:
        """The board of this id, None where there is none that the token may see. `whole`: with all its columns."""
        document = documents.WHOLE_BOARD if whole else documents.BOARD
        found = await self.read(answers.OneBoard, document, to=to, board=board)
        return next(iter(found.boards), None)

    async def people(self, *, to: str) -> Sequence[answers.User]:
        """Everybody in the account who is active or invited. Refused where they are too many to be read."""
        found: list[answers.User] = []
        for page in range(1, MOST_PAGES_OF_PEOPLE + 1):
            users = (await self.read(answers.ManyPeople, documents.PEOPLE, to=to, page=page)).users
            found += users
            if len(users) < PAGE_OF_PEOPLE:
                return found
        most = MOST_PAGES_OF_PEOPLE * PAGE_OF_PEOPLE
        raise Refused(f"The account has {most} people or more: Stationmaster can't look for one among them")

    async def carrying(self, text: str, *, board: str, column: str, to: str) -> answers.FoundItem | None:
        """The oldest active item of a board whose column holds this text and nothing else.

        A copy that a person made holds it too, so all pages are read: ids grow with time.
        """
        found: list[answers.FoundItem] = []
        page = await self.read(
            answers.ItemPage, documents.ITEMS_BY_TEXT, to=to, board=board, column=column, text=text
        )
        for _ in range(MOST_PAGES):
            found += (item for item in page.page.items if any(value.text == text for value in item.values))
            if page.page.cursor is None:
                return min(found, key=lambda item: int(item.id), default=None)
            page = await self.read(
                answers.ItemPage, documents.NEXT_ITEMS, to=to, cursor=page.page.cursor, column=column
            )
        raise Refused(
            f"More than {MOST_PAGES * PAGE} items of the board {board} hold {text}: keep one of them"
        )

    async def updates(self, item: str, *, to: str) -> AsyncIterator[answers.UpdatedItem]:
        """The item with its updates, page by page, at least one page. Nothing where there is no such item."""
        for page in range(1, MOST_PAGES + 1):
            data = await self.read(answers.UpdatedItems, documents.UPDATES, to=to, item=item, page=page)
            for found in data.items:
                yield found
            if all(len(found.updates) < PAGE for found in data.items):
                return
        raise Refused(
            f"{item} has more than {MOST_PAGES * PAGE} updates: Stationmaster can't tell its own among them"
        )

    async def _ask(
        self, model: type[Model], document: str, variables: Mapping[str, Any], *, to: str, making: bool
    ) -> Model:
        answer = await self._http.request(
            "POST",
            self._url,
            provider=PROVIDER,
            tenant=self._tenant,
            headers=self._headers(),
            json={"query": document, "variables": dict(variables)},
            making=making,
        )
        reply = read_reply(in_form(answer))
        check(reply, to=to)
        try:
            return model.model_validate(reply.data)
        except ValidationError as error:
            raise unreadable(to, making=making) from error

    def _headers(self) -> Mapping[str, str]:
        """The token goes as it is, without the word Bearer."""
        return {"Authorization": self._token.get_secret_value(), "API-Version": API_VERSION}
