"""How a cherry-pick is named, where it stands and which candidate it enters: for notices, the card and `why`."""

from bot.views.release_lines import Room
from bot.views.text import Mrkdwn, and_more, bold, code, escape, say
from bot.views.words import brief, dotted, linked, person, when
from orchestration.domain.candidates import candidate
from orchestration.domain.picks import Pick, PickState
from orchestration.domain.release import Release
from orchestration.domain.tasks import TaskState

_ROOM = Room()


def change(pick: Pick, room: Room = _ROOM) -> Mrkdwn:
    """`#12 fix: the crash`, linked."""
    wanted = pick.wanted
    return linked(wanted.url, brief(f"{wanted.name} {wanted.title}", room.words), room.link)


def enters(release: Release, pick: Pick) -> Mrkdwn:
    """The candidate that it enters, and when that is."""
    found = candidate(release, pick)
    tag = code(brief(found.tag, _ROOM.words))
    if found.started:
        return say("It enters {tag}, whose cycle has begun.", tag=tag)
    if found.at is not None:
        return say("It enters {tag}, with the slot of {at}.", tag=tag, at=when(found.at))
    return say(
        "No slot is planned: it enters {tag} once you run {cycle}.", tag=tag, cycle=code("/release cycle")
    )


def picks(release: Release, room: Room) -> list[Mrkdwn]:
    """Those that wait for an answer, then the accepted ones, newest first. Declined ones are history."""
    waiting = [p for p in release.picks if p.state is PickState.ASKED]
    taken = [p for p in reversed(release.picks) if p.state is PickState.ACCEPTED]
    shown = [*waiting, *taken]
    if not shown:
        return []
    lines = [bold("Cherry-picks"), *(_line(release, pick, room) for pick in shown[: room.slots])]
    rest = len(shown) - room.slots
    return [*lines, escape(and_more(rest))] if rest > 0 else lines


def _line(release: Release, pick: Pick, room: Room) -> Mrkdwn:
    if pick.state is PickState.ASKED:
        waits = say(
            "asked for by {who}, waits for {captain}",
            who=person(pick.asked_by),
            captain=person(release.captain),
        )
        return dotted([say("{n}. {change}", n=pick.number, change=change(pick, room)), waits])
    return dotted([change(pick, room), _progress(release, pick, room)])


def _progress(release: Release, pick: Pick, room: Room) -> Mrkdwn:
    task = release.task(pick.id)
    if task is None or task.state in {TaskState.SKIPPED, TaskState.CANCELLED}:
        return escape("left out")
    if task.state is TaskState.FAILED:
        return escape("could not be picked")
    if release.ended:
        return escape("accepted")
    wait = task.wait
    if wait is not None:
        tag = code(brief(candidate(release, pick).tag, _ROOM.words))
        what = linked(wait.link, brief(wait.what, room.words), room.link)
        return say("waits for {what}, enters {tag}", what=what, tag=tag)
    tag = code(brief(candidate(release, pick).tag, _ROOM.words))
    where = "on the branch, enters" if task.finished else "being picked, enters"
    return say("{where} {tag}", where=where, tag=tag)
