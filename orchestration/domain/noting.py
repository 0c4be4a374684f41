"""What people do about notes: edit them, take that back, write what is new. Who may is checked before."""

from collections.abc import Mapping
from dataclasses import replace

from orchestration.domain.acts import require_alive
from orchestration.domain.change import Change
from orchestration.domain.edited_notes import EditedNotes
from orchestration.domain.errors import Invalid, NotNow, Problem
from orchestration.domain.events import EventKind
from orchestration.domain.pairs import TARGET_TITLES, Pair
from orchestration.domain.release import Release
from orchestration.domain.release_notes import being_published, published_at
from orchestration.domain.whats_new import LIMITS, WhatsNew, valid_language

LONGEST = 50_000
"""Characters of edited notes: less than every provider takes."""


def edit_notes(change: Change, text: str, *, head: str | None) -> None:
    """Put `text` in the place of the notes from commits; they are published with it. NotNow once they are."""
    require_alive(change)
    _require_unpublished(change.release)
    wanted = text.strip()
    if not wanted:
        raise Invalid([Problem(field="text", message="Write something, or take the edit back")])
    if len(wanted) > LONGEST:
        message = f"Notes have at most {LONGEST:,} characters, these have {len(wanted):,}"
        raise Invalid([Problem(field="text", message=message)])
    edited = EditedNotes(text=wanted, by=change.actor.id, at=change.now, head=head)
    change.release = replace(change.release, notes=edited)
    change.tell(EventKind.NOTES_EDITED, characters=str(len(wanted)), head=head)


def restore_notes(change: Change) -> None:
    """Take the edit back: the notes are made from commits again. NotNow where nothing was edited, or too late."""
    require_alive(change)
    _require_unpublished(change.release)
    if change.release.notes is None:
        raise NotNow("Nobody has edited these notes.", settled=True)
    change.release = replace(change.release, notes=None)
    change.tell(EventKind.NOTES_RESTORED)


def write_whats_new(change: Change, texts: Mapping[tuple[Pair, str], str]) -> None:
    """Keep what is new, by pair and language; an empty text takes that language away. Invalid names every fault.

    A text that is the same as before keeps who wrote it and when.
    """
    require_alive(change)
    problems = whats_new_problems(change.release, texts)
    if problems:
        raise Invalid(problems)
    kept = {(each.pair, each.language): each for each in change.release.whats_new}
    changed = []
    for (pair, language), text in texts.items():
        wanted, before = text.strip(), kept.get((pair, language))
        if wanted == (before.text if before is not None else ""):
            continue
        changed.append(f"{pair.title} {language}")
        if wanted:
            made = WhatsNew(pair=pair, language=language, text=wanted, by=change.actor.id, at=change.now)
            kept[pair, language] = made
        else:
            del kept[pair, language]
    if changed:
        change.release = replace(change.release, whats_new=tuple(kept.values()))
        change.tell(EventKind.WHATS_NEW_WRITTEN, what=", ".join(changed))


def whats_new_problems(release: Release, texts: Mapping[tuple[Pair, str], str]) -> tuple[Problem, ...]:
    """All that a store would refuse; the field is `pair.key:language`."""
    ours = {plan.pair for plan in release.plans}
    found = []
    for (pair, language), text in texts.items():
        limit, length = LIMITS.get(pair.target), len(text.strip())
        field = f"{pair.key}:{language}"
        if pair not in ours:
            found.append(Problem(field=field, message=f"{pair.title} is not in {release.title}"))
        elif limit is None:
            found.append(Problem(field=field, message=f"{pair.title} goes to no store"))
        elif not valid_language(language):
            message = f"“{language}” is no language as stores write them, such as en-US or de-DE"
            found.append(Problem(field=field, message=message))
        elif length > limit:
            store = TARGET_TITLES[pair.target]
            message = f"The {store} takes {limit:,} characters, this has {length:,}: shorten it by {length - limit:,}"
            found.append(Problem(field=field, message=message))
    return tuple(found)


def _require_unpublished(release: Release) -> None:
    if published_at(release) is not None:
        raise NotNow(
            "The release notes are published. Edit them on the release's page at the provider.", settled=True
        )
    if being_published(release):
        raise NotNow("The release notes are being published at this moment, so they can't be edited.")
