"""The requests that we send: the answer of each as a model, its errors as port errors.

https://developer.clickup.com/reference
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError

from integrations.answers import Answer
from integrations.clickup import answers
from integrations.clickup.errors import absent, check, unreadable, unseen
from integrations.clickup.settings import ClickupSecrets, ClickupSettings
from integrations.http import Http
from orchestration.ports.errors import Refused

Model = TypeVar("Model", bound=BaseModel)

PROVIDER: Final = "ClickUp"
PAGE: Final = 100
MOST_PAGES: Final = 20
COMMENTS: Final = 25  # a page of them


class ClickupClient:
    """One workspace with one token. Raises port errors only. Opening it does no I/O."""

    def __init__(
        self, *, settings: ClickupSettings, secrets: ClickupSecrets, http: Http, tenant: str
    ) -> None:
        token = secrets.token.get_secret_value()
        # A personal token goes without the word Bearer, with which ClickUp takes it for an OAuth token.
        self._headers = {"Authorization": token if secrets.is_personal else f"Bearer {token}"}
        self._base = settings.base_url
        self._http = http
        self._tenant = tenant
        self.workspace = settings.workspace

    async def read(
        self,
        model: type[Model],
        path: str,
        *,
        to: str,
        of: str | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Model:
        """GET a path. `of` says to people what is missing where the token sees nothing at this path."""
        return await self._parsed(model, await self._send("GET", path, params=params), to=to, of=of)

    async def make(
        self,
        model: type[Model],
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        to: str,
        of: str | None = None,
    ) -> Model:
        """POST to a path, once."""
        return await self._parsed(model, await self._send("POST", path, body=body), to=to, of=of)

    async def workspaces(self, *, to: str) -> Sequence[answers.Workspace]:
        """The workspaces that the token reaches."""
        return (await self.read(answers.Workspaces, "/v2/team", to=to)).teams

    async def spaces(self, *, to: str) -> Sequence[answers.Named]:
        """The spaces of the workspace that the token sees."""
        path = f"/v2/team/{self.workspace}/space"
        of = f"the workspace {self.workspace}"
        return (await self.read(answers.Spaces, path, to=to, of=of, params={"archived": "false"})).spaces

    async def task_types(self, *, to: str) -> Sequence[answers.TaskType]:
        """The task types that the workspace has besides Task and Milestone."""
        path = f"/v2/team/{self.workspace}/custom_item"
        return (await self.read(answers.TaskTypes, path, to=to, of=f"the workspace {self.workspace}")).types

    async def tasks(
        self, where: str, *, after: int, archived: bool, to: str, of: str
    ) -> AsyncIterator[answers.Listed]:
        """Tasks of a list made after a time (unix milliseconds), page by page.

        Closed ones, subtasks and those that live in another list too are left out unless asked for. With
        `archived` there are the archived ones and no others. Refused where there are more than can be read.
        """
        asked = {
            "archived": str(archived).lower(),
            "include_closed": "true",
            "subtasks": "true",
            "include_timl": "true",
            "date_created_gt": str(after),
        }
        for number in range(MOST_PAGES):
            params = {**asked, "page": str(number)}
            page = await self.read(answers.TaskPage, f"/v2/list/{where}/task", to=to, of=of, params=params)
            for task in page.tasks:
                yield task
            if page.last or not page.tasks or (page.last is None and len(page.tasks) < PAGE):
                return
        raise Refused(
            f"{of} got more than {MOST_PAGES * PAGE} tasks in the days that are looked back, too many to look through: "
            "give releases a list of their own, or look back fewer days"
        )

    async def comments(self, task: str, *, to: str) -> AsyncIterator[answers.Comment]:
        """Comments of a task, newest first; the next page starts at the last comment of the one before."""
        place: Mapping[str, str] = {}
        for _ in range(MOST_PAGES):
            path = f"/v2/task/{task}/comment"
            page = await self.read(answers.Comments, path, to=to, of=f"the task {task}", params=place)
            for comment in page.comments:
                yield comment
            if len(page.comments) < COMMENTS:
                return
            place = {"start": page.comments[-1].date, "start_id": page.comments[-1].id}
        raise Refused(
            f"{task} has more than {MOST_PAGES * COMMENTS} comments, too many to look through for ours"
        )

    async def _send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> Answer:
        return await self._http.request(
            method,
            f"{self._base}{path}",
            provider=PROVIDER,
            tenant=self._tenant,
            headers=self._headers,
            params=params or None,
            json=body,
            making=method == "POST",
        )

    async def _parsed(self, model: type[Model], answer: Answer, *, to: str, of: str | None) -> Model:
        if of is not None and unseen(answer):
            reached = {workspace.id for workspace in await self.workspaces(to=to)}
            raise absent(of, self.workspace, reached=self.workspace in reached)
        check(answer, to=to)
        raw = answer.json()
        try:
            return model.model_validate(raw)
        except ValidationError as error:
            raise unreadable(to, making=answer.making) from error
