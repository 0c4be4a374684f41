"""What people do to a submission before it is sent, and after it came back; and saying that a release is out."""

from collections.abc import Mapping

from orchestration.catalogue.distribution import ready_build
from orchestration.catalogue.specs import connected
from orchestration.domain import submitting
from orchestration.domain.change import Change
from orchestration.domain.errors import Invalid, NotNow, Problem
from orchestration.domain.people import Actor, Permission
from orchestration.domain.submission import Submission
from orchestration.domain.whats_new import valid_language
from orchestration.ports.app_store import AppStore
from orchestration.ports.errors import Refused
from orchestration.services.engine import Engine
from orchestration.services.saving import Along, change_release, require, roles_of


async def describe(
    engine: Engine,
    tenant_id: str,
    release_id: str,
    submission_id: str,
    notes: Mapping[str, str],
    *,
    actor: Actor,
    along: Along | None = None,
) -> Change:
    """Say what is new, by language tag. Invalid, each at its language, for what the store would not take."""
    _, store = await _seen(engine, tenant_id, release_id, submission_id, actor=actor)
    wanted = {language.strip(): text.strip() for language, text in notes.items() if text.strip()}
    _check(wanted, most=store.longest_note)

    def act(change: Change) -> None:
        submitting.describe(change, submission_id, wanted)

    return await change_release(
        engine, tenant_id, release_id, act, actor=actor, need=Permission.EDIT, along=along
    )


async def choose_build(
    engine: Engine,
    tenant_id: str,
    release_id: str,
    submission_id: str,
    number: str,
    *,
    actor: Actor,
    along: Along | None = None,
) -> Change:
    """Send another build, by the store's own number. NotNow where the store does not have it ready."""
    submission, store = await _seen(engine, tenant_id, release_id, submission_id, actor=actor)
    try:
        await ready_build(store, version=submission.version, number=number)
    except Refused as error:
        raise NotNow(error.reason) from None

    def act(change: Change) -> None:
        submitting.choose_build(change, submission_id, number)

    return await change_release(
        engine, tenant_id, release_id, act, actor=actor, need=Permission.EDIT, along=along
    )


async def choose_review(
    engine: Engine,
    tenant_id: str,
    release_id: str,
    submission_id: str,
    *,
    send_for_review: bool,
    actor: Actor,
    along: Along | None = None,
) -> Change:
    """Choose whether it is sent for review, or left for a person to send in the store's console."""

    def act(change: Change) -> None:
        submitting.choose_review(change, submission_id, send_for_review=send_for_review)

    return await change_release(
        engine, tenant_id, release_id, act, actor=actor, need=Permission.EDIT, along=along
    )


async def resubmit(
    engine: Engine,
    tenant_id: str,
    release_id: str,
    submission_id: str,
    *,
    send_for_review: bool | None = None,
    actor: Actor,
    along: Along | None = None,
) -> Change:
    """A new submission after one that came back or never got there; it is asked about like the first."""

    def act(change: Change) -> None:
        submitting.resubmit(change, submission_id, send_for_review=send_for_review)

    return await change_release(
        engine, tenant_id, release_id, act, actor=actor, need=Permission.EDIT, along=along
    )


async def finish(
    engine: Engine,
    tenant_id: str,
    release_id: str,
    note: str,
    *,
    actor: Actor,
    along: Along | None = None,
) -> Change:
    """Say that the release is out, where no store that is followed will."""

    def act(change: Change) -> None:
        submitting.finish(change, note)

    return await change_release(
        engine, tenant_id, release_id, act, actor=actor, need=Permission.EDIT, along=along
    )


async def _seen(
    engine: Engine, tenant_id: str, release_id: str, submission_id: str, *, actor: Actor
) -> tuple[Submission, AppStore]:
    async with engine.look() as work:
        release = await work.releases.get(tenant_id, release_id)
        require(await roles_of(work, release, actor), Permission.EDIT)
    submission = release.submission(submission_id)
    if submission is None:
        raise NotNow(f"{release.title} has no such submission.")
    ports = await engine.integrations(tenant_id)
    return submission, connected(ports.app_stores, submission.integration)


def _check(notes: Mapping[str, str], *, most: int) -> None:
    """Invalid, each at its language."""
    problems = [
        Problem(
            field=f"notes.{language}",
            message=f"may have {most} characters; it has {len(text)}",
            place=("notes", language),
        )
        for language, text in notes.items()
        if len(text) > most
    ]
    problems += [
        Problem(
            field=f"notes.{language}",
            message="is no language as stores write them, such as en-US or de-DE",
            place=("notes", language),
        )
        for language in notes
        if not valid_language(language)
    ]
    if problems:
        raise Invalid(problems)
