"""Cherry-picks: look up what is asked for, ask, accept, decline. Carrying one out is its task's matter."""

from orchestration.catalogue.specs import connected
from orchestration.domain import picking
from orchestration.domain.change import Change
from orchestration.domain.errors import NotNow
from orchestration.domain.people import Actor, Permission
from orchestration.domain.picks import Wanted
from orchestration.domain.release import Release
from orchestration.ports.errors import PortError, TryLater
from orchestration.ports.scm import Commit, SourceControl
from orchestration.services.engine import Engine
from orchestration.services.pick_reference import Reference, same_place
from orchestration.services.saving import Along, change_release, require, roles_of


async def ask(
    engine: Engine,
    tenant_id: str,
    release_id: str,
    wanted: Reference,
    *,
    actor: Actor,
    along: Along | None = None,
) -> Change:
    """Ask for a change. Whoever may see the release may ask; what its captain asks for is accepted with it."""
    need = Permission.READ if actor.is_person else Permission.EDIT
    async with engine.look() as work:
        release = await work.releases.get(tenant_id, release_id)
        require(await roles_of(work, release, actor), need)
    picking.require_open(release)
    found = await _found(engine, release, wanted)

    def act(change: Change) -> None:
        picking.ask(change, found, accepted=actor.id == change.release.captain)

    return await change_release(engine, tenant_id, release_id, act, actor=actor, need=need, along=along)


async def accept(
    engine: Engine, tenant_id: str, release_id: str, pick_id: str, *, actor: Actor, along: Along | None = None
) -> Change:
    """Take a change in: the captain's decision, and that of who may change the release."""

    def act(change: Change) -> None:
        picking.accept(change, pick_id)

    return await change_release(
        engine, tenant_id, release_id, act, actor=actor, need=Permission.EDIT, along=along
    )


async def decline(
    engine: Engine,
    tenant_id: str,
    release_id: str,
    pick_id: str,
    reason: str,
    *,
    actor: Actor,
    along: Along | None = None,
) -> Change:
    """Leave a change out, with a reason."""

    def act(change: Change) -> None:
        picking.decline(change, pick_id, reason)

    return await change_release(
        engine, tenant_id, release_id, act, actor=actor, need=Permission.EDIT, along=along
    )


async def _found(engine: Engine, release: Release, wanted: Reference) -> Wanted:
    """The change as the release's repository knows it. NotNow, saying what to do, where it can't be picked."""
    ports = await engine.integrations(release.tenant_id)
    try:
        scm = connected(ports.scm, release.snapshot.scm)
        if wanted.number is not None:
            return await _merged(scm, release, wanted.number, wanted.link)
        commit = await scm.head_of(wanted.commit or "")
    except TryLater as error:
        raise NotNow(
            f"The repository could not be asked just now ({error.reason}). Ask again soon."
        ) from error
    except PortError as error:
        raise NotNow(f"The repository refused to tell: {error.reason}") from error
    if wanted.link is not None and not same_place(commit.url, wanted.link):
        raise NotNow(_elsewhere(release))
    return _wanted(commit)


async def _merged(scm: SourceControl, release: Release, number: int, link: str | None) -> Wanted:
    pull = await scm.find_pull_request(number)
    if pull is None:
        raise NotNow(f"The repository of {release.title} has no pull request {number}.")
    if link is not None and not same_place(pull.url, link):
        raise NotNow(_elsewhere(release))
    if pull.merge_commit is None:
        raise NotNow(
            f"#{number} is not merged. Merge it into {pull.base} first, so that the next release has it too; "
            "then ask again."
        )
    commit = await scm.head_of(pull.merge_commit)
    return Wanted(
        commit=commit.sha,
        title=pull.title or commit.title,
        author=commit.author,
        url=pull.url,
        source=f"#{number}",
    )


def _wanted(commit: Commit) -> Wanted:
    return Wanted(commit=commit.sha, title=commit.title, author=commit.author, url=commit.url)


def _elsewhere(release: Release) -> str:
    return f"This link leads to another repository than that of {release.title}. Nothing was asked for."
