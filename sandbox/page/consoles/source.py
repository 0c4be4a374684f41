"""The git console: commits with their branches and tags, the published releases, and a push of one's own."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.gitgrowth import grow
from sandbox.gitrepo import GitCommit, GitRepo, Ref
from sandbox.page.consoles.console import Console, Json, Order
from sandbox.page.consoles.deeds_told import told
from sandbox.roles import Host

MOST = 60
OURS = ("release/", "hotfix/", "backmerge/")
LONGEST = 200


class SourceConsole(Console):
    """Source control over the world's repository."""

    name = "source"

    def __init__(self, host: Host, git: GitRepo) -> None:
        super().__init__()
        self._host = host
        self._git = git
        self._seen: tuple[Sequence[Ref], Json] = ((), {})

    def read(self) -> Json:
        """The graph is drawn anew only where a ref has moved."""
        refs = self._git.refs("refs")
        if refs != self._seen[0]:
            self._seen = (refs, self._graph(refs))
        pages = [
            {"tag": page.tag, "title": page.title, "text": page.text} for page in reversed(self._host.pages())
        ]
        did = told(self._host.simulator, self._host.key)
        return {"title": self._host.title, **self._seen[1], "pages": pages, "did": did}

    def orders(self) -> Mapping[str, Order]:
        """A developer pushes a commit."""
        return {"push": self._push}

    def _push(self, order: Json) -> None:
        title, branch = str(order["title"]).strip(), str(order["branch"])
        if not title or len(title) > LONGEST or "\n" in title:
            raise ValueError(f"A commit has a title of one line, of at most {LONGEST} characters")
        if self._git.ref(f"refs/heads/{branch}") is None:
            raise ValueError(f"There is no branch {branch}")
        grow(self._git, branch, [title])

    def _graph(self, refs: Sequence[Ref]) -> Json:
        main = self._git.head()
        branches = [
            ref.name.removeprefix("refs/heads/") for ref in refs if ref.name.startswith("refs/heads/")
        ]
        shown = [main, *(name for name in branches if name.startswith(OURS))]
        tags = [f"--tags={pattern}" for pattern in ("v*", "[0-9]*")]
        log = self._git.log("--topo-order", f"-n{MOST}", *tags, *(f"refs/heads/{name}" for name in shown))
        at: dict[str, list[Json]] = {}
        for name in shown:
            at.setdefault(str(self._git.commit_at(f"refs/heads/{name}")), []).append({"branch": name})
        for ref in refs:
            if ref.name.startswith("refs/tags/"):
                tag = ref.name.removeprefix("refs/tags/")
                at.setdefault(str(self._git.commit_at(ref.name)), []).append({"tag": tag})
        rows = [{**row, "refs": at.get(row["sha"], [])} for row in lanes(log)]
        return {"main": main, "branches": shown, "commits": rows}


def lanes(log: Sequence[GitCommit]) -> list[dict[str, Any]]:
    """Each commit with its lane, and the lines from its row to the next as pairs of lanes."""
    open_lanes: list[str | None] = []
    rows = []
    for commit in log:
        mine = _lane_of(open_lanes, commit.sha)
        before = list(open_lanes)
        before[mine] = None
        after = list(before)
        down = []
        for parent in commit.parents:
            if parent in after:
                to = after.index(parent)
            else:
                to = mine if after[mine] is None else _free(after)
                after[to] = parent
            down.append([mine, to])
        through = [[lane, lane] for lane, sha in enumerate(before) if sha is not None]
        open_lanes = after
        while open_lanes and open_lanes[-1] is None:
            open_lanes.pop()
        rows.append(
            {
                "sha": commit.sha,
                "title": commit.message.partition("\n")[0],
                "who": commit.author.name,
                "at": commit.committer.at,
                "lane": mine,
                "lines": [*through, *down],
            }
        )
    return rows


def _lane_of(open_lanes: list[str | None], sha: str) -> int:
    """The lane that leads to a commit, or a free one for a head."""
    return open_lanes.index(sha) if sha in open_lanes else _free(open_lanes)


def _free(open_lanes: list[str | None]) -> int:
    if None not in open_lanes:
        open_lanes.append(None)
    return open_lanes.index(None)
