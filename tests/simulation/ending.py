"""What must be true when all faults are gone and everything has come to rest."""

from collections import Counter
from collections.abc import Sequence

from orchestration.domain.effects import EffectState
from orchestration.domain.gates import GateKind, GateState
from orchestration.domain.phase import Phase, phase
from orchestration.domain.release import Release
from orchestration.domain.tasks import TaskState, TaskType
from orchestration.ports.app_store import StoreState
from tests.simulation.people import People
from tests.simulation.world import World


def judge_end(world: World, people: People, releases: Sequence[Release]) -> None:
    """All rules of the end."""
    _made_once(world, releases)
    _nothing_lost(world, people)
    _given_up(world)
    for tenant in world.providers:
        _counted(world, tenant, [each for each in releases if each.tenant_id == tenant])
    for release in releases:
        _said(world, release)
        if phase(release) is not Phase.ARCHIVED:
            _released(world, release)
            _offered(world, release)


def _made_once(world: World, releases: Sequence[Release]) -> None:
    """R2: by natural key there is one of everything."""
    blame = world.judge.blame
    for providers in world.providers.values():
        for key, count in providers.made_twice().items():
            blame("R2 effects are made once", f"{key} was made {count} times")
    posted = Counter(one.message.key + one.message.channel for one in world.slack.posted.values())
    for key, count in posted.items():
        if count > 1:
            blame("R2 a message is posted once", f"{key} was posted {count} times")
    for release in releases:
        sent = [effect for effect in release.effects if effect.state is EffectState.SENT]
        open_ones = [effect.id for effect in sent if not _was_skipped(release, effect.task_id)]
        if open_ones and not release.ended:
            blame("R2 every intent has an outcome", str(open_ones))


def _was_skipped(release: Release, task_id: str) -> bool:
    """Whether somebody went on without the task: a run of its is stopped, and nobody asks for the rest any more."""
    return any(task.id == task_id and task.state is TaskState.SKIPPED for task in release.tasks)


def _nothing_lost(world: World, people: People) -> None:
    """R1: what was acknowledged was worked on, and nothing waits for ever."""
    rows = {
        key: (left, error) for key, left, error in world.ask("SELECT key, not_before_ms, error FROM inbox")
    }
    for key, what in people.requests.acknowledged.items():
        if key not in rows:
            world.judge.blame("R1 nothing is lost", f"“{what}” was acknowledged and is not stored")
    for key, (left, error) in rows.items():
        if left is not None:
            world.judge.blame("R1 nothing is lost", f"{key} was never worked on")
        if error is not None:
            world.judge.blame("R1 nothing is lost", f"{key}: {error}")
    for key, text in world.ask(
        "SELECT key, payload FROM outbox WHERE CAST(payload AS TEXT) LIKE '%Something broke%'"
    ):
        world.judge.blame("no fault of ours", f"{key}: {text}")
    for left in world.unfinished():
        world.judge.blame("R5 a stuck thing says so", left)


def _given_up(world: World) -> None:
    """R6: whatever is told of was sent."""
    for key, reason in world.ask("SELECT key, reason FROM outbox WHERE state = 'DEAD' AND kind <> 'ANSWER'"):
        world.judge.blame("R6 what is told is sent", f"{key} was given up: {reason}")


def _said(world: World, release: Release) -> None:
    """R6: the card shows the newest of what is told."""
    shown = world.slack.shown.get(f"card:{release.id}", [])
    told = world.judge.told.get(release.id, 0)
    if not shown or shown[-1] < told:
        world.judge.blame("R6 the card shows what is true", f"it shows {shown[-3:]}, and {told} was told")


def _counted(world: World, tenant: str, releases: Sequence[Release]) -> None:
    """R2: a ticket and a test run for each pair, and none for nobody."""
    providers = world.providers[tenant]
    for name, count, kind in (
        ("tickets", len(providers.pm.kept), TaskType.CREATE_PROJECT_MANAGEMENT_TICKET),
        ("test runs", len(providers.tests.runs), TaskType.CREATE_TEST_SUITE),
    ):
        most = sum(len(release.plans) for release in releases)
        least = sum(
            task.state is TaskState.SUCCEEDED
            for release in releases
            for task in release.tasks
            if task.type is kind
        )
        if not least <= count <= most:
            world.judge.blame("R2 effects are made once", f"{count} {name}: {least} were made, {most} wanted")


def _released(world: World, release: Release) -> None:
    """The release is what it says: one branch, tags where they belong, a ticket and a run for each pair."""
    blame, providers = world.judge.blame, world.providers[release.tenant_id]
    skipped = {task.type for task in release.tasks if task.state is TaskState.SKIPPED}
    if release.branch not in providers.scm.kept.branches:
        blame("R2 effects are made once", "there is no branch")
    if TaskType.CREATE_RELEASE_TAG not in skipped:
        tag = providers.scm.kept.tags.get(f"v{release.version}")
        if tag is None or tag != release.tested_commit:
            blame(
                "the tag stands on what was tested", f"it stands on {tag}, tested was {release.tested_commit}"
            )
    for pick in release.picks:
        task = release.task(pick.id)
        done = task is not None and task.state is TaskState.SUCCEEDED
        if done and not providers.scm.carries(release.branch, pick.wanted.commit):
            blame("a change that was taken in is in", pick.wanted.commit)


def _offered(world: World, release: Release) -> None:
    """Each store has the version that was approved, for everybody, and was sent it as often as somebody said yes."""
    for submission in release.current_submissions:
        store = world.providers[release.tenant_id].stores[submission.integration]
        sent = [each for each in store.releases.sent.values() if each.status.version == submission.version]
        if not any(each.status.state is StoreState.COMPLETE for each in sent):
            world.judge.blame("what is completed is with everybody", f"{submission.id}: {sent}")
        yes = sum(
            gate.kind is GateKind.SUBMISSION and gate.state is GateState.APPROVED
            for gate in release.gates
            if any(each.id == gate.subject and each.pair == submission.pair for each in release.submissions)
        )
        reviews = sum(each.reviews for each in sent)
        if reviews > yes:
            world.judge.blame(
                "R2 effects are made once", f"{submission.id}: {reviews} reviews, {yes} approvals"
            )
