"""The form for what a person did by hand: a build with its number and link, or any task with its evidence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.views.blocks import Json, modal, section
from bot.views.inputs import input_block, plain_text_input
from bot.views.task_buttons import BUILD_TASKS
from bot.views.text import bold, say
from bot.views.values import DONE
from bot.views.words import one_line
from orchestration.domain.errors import Problem
from orchestration.domain.given import BUILD_KINDS, problem_of
from orchestration.domain.release import Release
from orchestration.domain.tasks import Task, TaskType

NUMBER, LINK, NOTE = "number", "link", "note"
_LABELS = {
    TaskType.TRIGGER_TEST_FLIGHT_BUILD: ("Build number", "As TestFlight shows it", "417"),
    TaskType.CREATE_AAB_BUILD: ("Version code", "As the Play Console shows it", "21400"),
}
_ANY = ("Build number", "As your build system shows it; a link alone will do too", "417")


@dataclass(frozen=True, kw_only=True, slots=True)
class HandBuild:
    """What was filled in; None where it was left empty."""

    number: str | None
    link: str | None
    note: str | None

    @property
    def evidence(self) -> str:
        """Where it can be seen, for the audit log: the link first, because it becomes the build's address."""
        return " ".join(part for part in (self.link, self.note) if part) or f"build {self.number}"


def hand_build(release: Release, task: Task, *, metadata: str) -> Json:
    """The form; a task that makes no build has no number."""
    builds = task.type in BUILD_TASKS
    about = bold(one_line(f"{release.title}: {task.title}", 300))
    label, hint, example = _LABELS.get(task.type, _ANY)
    number = input_block(
        label,
        plain_text_input(NUMBER, placeholder=example, most=40, focus=True),
        block_id=NUMBER,
        hint=hint,
        optional=task.type not in _LABELS,
    )
    link = input_block(
        "Link",
        plain_text_input(LINK, placeholder="https://…", most=1_000),
        block_id=LINK,
        hint="Where it can be seen, or its file",
        optional=True,
    )
    note = input_block("Note", plain_text_input(NOTE, multiline=True, most=500), block_id=NOTE, optional=True)
    text = say("{about}. It counts as done from here on.", about=about)
    return modal(
        "Add a build" if builds else "Mark as done",
        [section(text), *([number] if builds else []), link, note],
        callback_id=DONE,
        submit="Add Build" if builds else "Mark Done",
        private_metadata=metadata,
    )


def read_hand_build(values: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> HandBuild:
    """What was filled in, trimmed."""

    def text(name: str) -> str | None:
        return str(values.get(name, {}).get(name, {}).get("value") or "").strip() or None

    return HandBuild(number=text(NUMBER), link=text(LINK), note=text(NOTE))


def problems(filled: HandBuild, task: Task) -> tuple[Problem, ...]:
    """Everything wrong with it, each at its field (which is its block_id)."""
    found = []
    kind = BUILD_KINDS.get(task.type)
    wrong = problem_of(kind, filled.number, [filled.link] if filled.link else []) if kind else None
    if wrong is not None:
        found.append(Problem(field=NUMBER, message=wrong))
    if filled.link is not None and not _is_address(filled.link):
        found.append(
            Problem(field=LINK, message="Write a whole address, for example https://example.com/build/417")
        )
    if task.type not in BUILD_TASKS and filled.link is None and filled.note is None:
        found.append(Problem(field=NOTE, message="Say where it can be seen, by a link or a note"))
    return tuple(found)


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not any(c.isspace() for c in text)
