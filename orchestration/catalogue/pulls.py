"""How a change is brought onto a branch by a pull request: opened once, then followed until people merged it."""

from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.catalogue.specs import Facts, Try
from orchestration.domain.outcomes import Conflict, Failed, Outcome, Waiting
from orchestration.domain.tasks import TroubleKind, WaitOwner
from orchestration.ports.scm import PullRequest

_AUTHORS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """A pull request that is wanted; head and base are its natural key."""

    head: str
    base: str
    title: str
    body: str


async def open_once(attempt: Try, wish: Wish) -> Facts:
    """Open it, or find that the base has everything already. A retry by a person opens another one."""

    async def plan() -> Facts:
        return {"head": wish.head, "base": wish.base}

    async def find(_planned: Facts) -> Facts | None:
        return None  # the verb looks for an open one itself, and one that was merged left nothing to merge

    async def make(planned: Facts) -> Facts:
        head, base = planned["head"], planned["base"]
        if not (await attempt.scm.compare(base, head)).commits:
            return {"base": base, "state": "merged"}
        made = await attempt.scm.open_pull_request(head=head, base=base, title=wish.title, body=wish.body)
        return {"base": base, "number": str(made.number), "url": made.url}

    return await attempt.once(f"pull:{attempt.task.generation}", plan=plan, find=find, make=make)


async def follow(attempt: Try, opened: Facts, *, head: str) -> Outcome | None:
    """None once it is merged; otherwise what is waited for, with the authors where it conflicts."""
    if "number" not in opened:
        return None
    number, base = int(opened["number"]), opened["base"]
    pull = await attempt.scm.look_at_pull_request(number)
    if pull is not None and pull.state == "merged":
        return None
    if pull is None or pull.state != "open":
        if not (await attempt.scm.compare(base, head)).commits:
            return None
        reason = f"#{number} was closed without being merged. Retry opens another one"
        return Failed(kind=TroubleKind.REFUSED, reason=reason, link=opened["url"])
    return await _waiting(attempt, pull)


async def _waiting(attempt: Try, pull: PullRequest) -> Waiting:
    conflict = None
    if pull.conflicts or (pull.conflicts is None and _told(attempt)):
        # No provider says which commits conflict: those are asked whose commits the request brings.
        commits = (await attempt.scm.compare(pull.base, pull.head)).commits
        conflict = Conflict(authors=_distinct([c.author for c in commits]))
    says = ", which conflicts" if conflict is not None else ""
    return Waiting(
        what=f"the merge of #{pull.number} into {pull.base}{says}",
        owner=WaitOwner.CAPTAIN,
        check_after=attempt.task.check_every,
        link=pull.url,
        conflict=conflict,
    )


def _told(attempt: Try) -> bool:
    """While a provider judges anew, what it said last holds, so that nobody is told of the same conflict again."""
    return attempt.task.wait is not None and attempt.task.wait.conflicted


def _distinct(authors: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(author for author in authors if author))[:_AUTHORS]
