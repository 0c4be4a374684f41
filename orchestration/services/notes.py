"""The notes of a release: read from the repository as it is now, edited by people, and what is new for the stores."""

from collections.abc import Mapping
from dataclasses import dataclass

from orchestration.catalogue.specs import connected
from orchestration.domain import noting
from orchestration.domain.change import Change
from orchestration.domain.errors import NotNow
from orchestration.domain.pairs import Pair
from orchestration.domain.people import Actor, Permission
from orchestration.domain.release import Release
from orchestration.domain.release_notes import NotesRange, notes_range
from orchestration.domain.submitting import renew_questions
from orchestration.ports.errors import PortError, TryLater
from orchestration.ports.scm import Commit, Notes
from orchestration.services.engine import Engine
from orchestration.services.saving import Along, change_release, require, roles_of


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadNotes:
    """A release's notes. `text` is what would be published now; `made` is what the commits alone give.

    `later` counts the commits that came after somebody edited the text, which it may not tell of; None where that
    can't be known any more.
    """

    release: Release
    range: NotesRange
    text: str
    made: str
    commits: tuple[Commit, ...]
    url: str
    later: int | None = 0

    @property
    def head(self) -> str | None:
        """The newest commit that they tell of."""
        return self.commits[-1].sha if self.commits else None

    @property
    def titles(self) -> tuple[str, ...]:
        """The titles of the commits, oldest first."""
        return tuple(commit.title for commit in self.commits)


async def read_notes(engine: Engine, release: Release, *, actor: Actor) -> ReadNotes:
    """The notes as they are now. NotNow, saying what to do, where the repository can't tell."""
    async with engine.look() as work:
        require(await roles_of(work, release, actor), Permission.READ)
    wanted = notes_range(release)
    ports = await engine.integrations(release.tenant_id)
    try:
        made = await connected(ports.scm, release.snapshot.scm).create_release_notes(
            current_tag=wanted.to,
            previous_tag=wanted.since,
            version=release.version,
            parent_targets=[plan.pair.target for plan in release.plans],
        )
    except TryLater as error:
        raise NotNow(
            f"The repository could not be asked just now ({error.reason}). Ask again soon."
        ) from error
    except PortError as error:
        raise NotNow(f"The repository refused to tell: {error.reason}") from error
    return _read(release, wanted, made)


def _read(release: Release, wanted: NotesRange, made: Notes) -> ReadNotes:
    edited = release.notes
    return ReadNotes(
        release=release,
        range=wanted,
        text=edited.text if edited is not None else made.text,
        made=made.text,
        commits=tuple(made.commits),
        url=made.url,
        later=_later(edited.head, made) if edited is not None else 0,
    )


def _later(head: str | None, made: Notes) -> int | None:
    """How many commits came after `head`; None where it is not among them any more."""
    shas = [commit.sha for commit in made.commits]
    if head is None:
        return len(shas)
    return len(shas) - shas.index(head) - 1 if head in shas else None


async def edit_notes(
    engine: Engine,
    tenant_id: str,
    release_id: str,
    text: str,
    *,
    head: str | None,
    actor: Actor,
    along: Along | None = None,
) -> Change:
    """Put a text in the place of the notes from commits, until they are published."""

    def act(change: Change) -> None:
        noting.edit_notes(change, text, head=head)

    return await change_release(
        engine, tenant_id, release_id, act, actor=actor, need=Permission.EDIT, along=along
    )


async def restore_notes(
    engine: Engine, tenant_id: str, release_id: str, *, actor: Actor, along: Along | None = None
) -> Change:
    """Take the edit back."""
    return await change_release(
        engine,
        tenant_id,
        release_id,
        noting.restore_notes,
        actor=actor,
        need=Permission.EDIT,
        along=along,
    )


async def write_whats_new(
    engine: Engine,
    tenant_id: str,
    release_id: str,
    texts: Mapping[tuple[Pair, str], str],
    *,
    actor: Actor,
    along: Along | None = None,
) -> Change:
    """Keep what is new, by pair and language of its store."""

    def act(change: Change) -> None:
        noting.write_whats_new(change, texts)
        renew_questions(change)

    return await change_release(
        engine, tenant_id, release_id, act, actor=actor, need=Permission.EDIT, along=along
    )
