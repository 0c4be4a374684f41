"""Where a run is: waiting in the queue, or a build of its job.

A queue item is dropped about five minutes after it was started or cancelled, and only while it is there it names its
build. So the build's number is kept as soon as it is known; and where it is not (a restart of ours), the build is
searched among the job's by our id and the queue item that it came from. Source: hudson.model.Queue, hudson.model.Run.
"""

from collections import OrderedDict
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import unquote

from integrations.jenkins.client import Client
from integrations.jenkins.errors import parsed
from integrations.jenkins.paths import REF, RunId, job_path
from integrations.jenkins.wire import (
    BUILD,
    BUILDS,
    DEFINITIONS,
    ITEM,
    QUEUE,
    BuildRow,
    HomeRow,
    ItemRow,
    JobRow,
    QueuePage,
)
from orchestration.ports.errors import Refused, TryLater

PAGE = 100
LOOK_BACK = 500
"""How many builds are looked through, newest first."""

MOST_KEPT = 1000

SCAN = timedelta(minutes=1)
"""How long to wait before one looks again for what a scan of a multibranch project makes."""


class Lookup:
    """Finds the runs of a connection. `parameter` is the one that carries our id."""

    def __init__(self, client: Client, *, parameter: str) -> None:
        self._client = client
        self._parameter = parameter
        self._numbers: OrderedDict[tuple[str, int], int] = OrderedDict()

    async def waiting(self, job: str, correlation: str) -> ItemRow | None:
        """The queue item that carries our id; the oldest, because a person may have asked for the same again."""
        page = await self._client.read(QueuePage, "/queue", tree=QUEUE)
        ours = [item for item in page.items if self._carries(item, correlation) and _is_of(item, job)]
        return min(ours, key=lambda item: item.id, default=None)

    async def job(self, job: str, *, of_branch: bool) -> JobRow:
        """The job: whether and with what it can be built, and its newest builds.

        Refused where it is not there, or is a folder. TryLater where it is that of a branch which Jenkins may only not
        have seen yet.
        """
        tree = f"buildable,{DEFINITIONS},{BUILDS}{{0,{PAGE}}}"
        link = self._client.url(job_path(job))
        answer = await self._client.ask(f"{job_path(job)}/api/json", tree=tree)
        if of_branch and answer.status == HTTPStatus.NOT_FOUND:
            await self._check_scanned(job)
        row = parsed(JobRow, answer, link=link)
        if row.builds is None:
            reason = f"{job} is no job but a folder; a branch's job is written folder/project/{REF}"
            raise Refused(reason, link=link)
        return row

    async def _check_scanned(self, job: str) -> None:
        """TryLater where the project of a branch's job is there: it learns of branches when it looks for them."""
        project, _, branch = job.rpartition("/")
        if await self._client.find(JobRow, job_path(project), tree="buildable") is not None:
            words = (
                f"Jenkins has not found {unquote(branch)} in {project} yet: it scans the project now and then"
            )
            raise TryLater(words, after=SCAN)

    async def built(self, job: str, first: JobRow, *, correlation: str, since: float) -> BuildRow | None:
        """The oldest build that carries our id: a later one is a person's repeat of it.

        `first` is the job with its newest builds, `since` the unix time before which nothing is looked for.
        """
        found: BuildRow | None = None
        rows = first.builds or ()
        for start in range(PAGE, LOOK_BACK + 1, PAGE):
            ours = [row for row in rows if row.timestamp >= since * 1000 and self._carries(row, correlation)]
            found = ours[-1] if ours else found
            if len(rows) < PAGE or rows[-1].timestamp < since * 1000 or start == LOOK_BACK:
                break
            rows = await self._page(job, start)
        if found is not None:
            self._keep(job, found)
        return found

    async def where(self, run: RunId) -> ItemRow | BuildRow | None:
        """The queue item or the build; None where Jenkins itself says that it knows neither any more."""
        seen = await self._seen(run)
        if seen is None:
            # A proxy that has lost its Jenkins answers 404 as well: then this raises.
            await self._client.read(HomeRow, "", tree="mode")
        return seen

    async def _seen(self, run: RunId) -> ItemRow | BuildRow | None:
        number = run.number
        if run.item is not None:
            number = self._numbers.get((run.job, run.item))
            if number is None:
                item = await self._item(run)
                if item is not None and item.executable is None:
                    return item
                number = None if item is None or item.executable is None else item.executable.number
            if number is None:
                return await self._search(run)
            self._numbers[run.job, run.item] = number
        return await self.build(run.job, number or 0)

    async def build(self, job: str, number: int) -> BuildRow | None:
        """One build; None where it was deleted."""
        return await self._client.find(BuildRow, f"{job_path(job)}/{number}", tree=BUILD)

    async def _item(self, run: RunId) -> ItemRow | None:
        """The queue item, if it is still there and ours: a Jenkins that lost its queue counts from 1 again."""
        item = await self._client.find(ItemRow, f"/queue/item/{run.item}", tree=ITEM)
        return item if item is not None and self._carries(item, run.correlation or "") else None

    async def _search(self, run: RunId) -> BuildRow | None:
        for start in range(0, LOOK_BACK, PAGE):
            rows = await self._page(run.job, start)
            for row in rows:
                if row.queue_id in {run.item, -1} and self._carries(row, run.correlation or ""):
                    self._keep(run.job, row)
                    return row
            if len(rows) < PAGE:
                break
        return None

    async def _page(self, job: str, start: int) -> tuple[BuildRow, ...]:
        tree = f"{BUILDS}{{{start},{start + PAGE}}}"
        page = await self._client.find(JobRow, job_path(job), tree=tree)
        return () if page is None else page.builds or ()

    def _carries(self, row: ItemRow | BuildRow, correlation: str) -> bool:
        return row.parameters().get(self._parameter) == correlation

    def _keep(self, job: str, row: BuildRow) -> None:
        if row.queue_id > 0:
            self._numbers[job, row.queue_id] = row.number
        while len(self._numbers) > MOST_KEPT:
            self._numbers.popitem(last=False)


def _is_of(item: ItemRow, job: str) -> bool:
    """Whether an item waits for this job, whatever Jenkins takes its own address for, and however it escapes."""
    return unquote(item.task.url).rstrip("/").endswith(unquote(job_path(job)))
