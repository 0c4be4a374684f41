"""Builds that people made: what must be told of one, and a number that its store has still to confirm."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from orchestration.domain.acts import require_alive
from orchestration.domain.builds import Artifact, Build, BuildKind
from orchestration.domain.change import Change
from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.tasks import Task, TaskSignal, TaskState, TaskType, WaitOwner

BUILD_KINDS: Mapping[TaskType, BuildKind] = {
    TaskType.TRIGGER_PRE_REGRESSION_BUILDS: BuildKind.PRE_REGRESSION,
    TaskType.TRIGGER_REGRESSION_BUILDS: BuildKind.REGRESSION,
    TaskType.TRIGGER_TEST_FLIGHT_BUILD: BuildKind.TEST_FLIGHT,
    TaskType.CREATE_AAB_BUILD: BuildKind.AAB,
}
"""What each task that makes a build makes; people can make it in its place."""

# CFBundleVersion: one to three whole numbers. versionCode: one, and Google Play takes none above this.
_BUILD_NUMBER = re.compile(r"\d{1,18}(\.\d{1,18}){0,2}")
_GREATEST_CODE = 2_100_000_000
_FILES = (".apk", ".aab", ".ipa", ".app", ".dmg", ".zip", ".tar.gz", ".xcarchive")


def problem_of(kind: BuildKind, number: str | None, links: Sequence[str]) -> str | None:
    """What is missing or wrong in what was told of a build made by hand; None where it is enough.

    What goes to a store needs the number that the store knows it by, and never a file's name in its place.
    Anything else can be told by a number, a link, or the link of its file.
    """
    if kind is BuildKind.TEST_FLIGHT:
        if number is None or _BUILD_NUMBER.fullmatch(number) is None:
            return "A TestFlight build needs its build number, for example 417 or 2.14.417."
    elif kind is BuildKind.AAB:
        if number is None or not number.isdecimal() or not 0 < int(number) <= _GREATEST_CODE:
            return "An app bundle needs its version code, a whole number such as 21400."
    elif not number and not links:
        return "A build made by hand needs its build number, or a link to it."
    return None


def is_file(name: str) -> bool:
    """Whether something of this name is a build that can be installed, or an archive of one."""
    return name.lower().endswith(_FILES)


def links_in(text: str) -> tuple[str, ...]:
    """The addresses in a text; Slack writes them as <https://…|label>."""
    words = (word.strip("<>").partition("|")[0] for word in text.split())
    return tuple(word for word in words if word.startswith("https://"))


def files_in(links: Sequence[str]) -> tuple[Artifact, ...]:
    """The links that are of files, by the names that they end in; nobody told their sizes."""
    found = []
    for link in links:
        name = unquote(urlsplit(link).path.rpartition("/")[2])
        if is_file(name):
            found.append(Artifact(name=name, url=link, size=0))
    return tuple(found)


def give_build(change: Change, task_id: str, build: Build, evidence: str) -> None:
    """Keep a build that its store has still to confirm: the waiting task looks for it at once, and goes on looking."""
    require_alive(change)
    task = change.require_task(task_id)
    if task.state is not TaskState.WAITING or task.wait is None:
        raise NotNow(_not_ready(task, build))
    wait = replace(
        task.wait,
        what=f"build {build.number} in the store",
        owner=WaitOwner.STORE,
        check_at=change.now,
        deadline_at=change.now + task.deadline,
        reminders=0,
    )
    moved = task.moved(TaskSignal.WAIT, wait=wait, note=evidence, trouble=None)
    change.release = change.release.with_task(moved).with_builds((build,))
    change.tell(EventKind.BUILD_GIVEN, task=task.id, build=build.id, number=build.number, evidence=evidence)


def _not_ready(task: Task, build: Build) -> str:
    if task.state is TaskState.FAILED:
        return (
            f"The store still processes build {build.number}. Mark this as done once it is ready for testers."
        )
    return f"{task.title} is {task.state.lower()}; only a failed or waiting task is done by hand."
