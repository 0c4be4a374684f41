"""`/release notes` in Slack: shown, edited in a form, published so, and what is new within each store's limit."""

from pathlib import Path

from orchestration.domain.events import EventKind
from orchestration.domain.tasks import TaskState, TaskType
from orchestration.domain.whats_new import texts_of
from orchestration.ports.errors import TryLater
from sandbox.slack.people import Person
from sandbox.slack.screen import text_on
from sandbox.slack.values import Message, View
from tests.support.office import Office, office
from tests.support.rehearsed import ANDROID

FIELD = f"{ANDROID.key}:en-US"


async def _answer(o: Office, person: Person) -> Message:
    await o.says(person, "/release notes 2.14.0")
    return o.shown(person)[-1]


async def _form(o: Office, person: Person, button: str, words: str) -> View:
    """Press a button below the notes; the form, once it says the words."""
    await person.clicks(await _answer(o, person), button)
    return await o.until(lambda: person.modal if person.modal and words in str(person.modal) else None)


async def test_edited_notes_are_what_is_published(tmp_path: Path) -> None:
    """The form has the notes as they are; what Ann leaves in it is told in the thread and published."""
    async with office(tmp_path, "asking") as o:
        assert o.company is not None
        await o.card()
        said = text_on(await _answer(o, o.ann))
        assert "feat: change 7" in said
        assert "nobody has written it yet" in said
        form = await _form(o, o.ann, "notes.edit", "Edit the notes")
        assert "feat: change 7" in str(form.blocks)
        empty = await o.ann.submits(form, {"part:0": "   "})
        assert list(empty) == ["part:0"]
        text = "## For you\n\n- A <fast> start"
        assert "are kept" in await o.told(o.ann, o.ann.submits(form, {"part:0": text}))
        await o.until(lambda: any("edited the release notes" in line for line in o.thread()))
        shown = text_on(await _answer(o, o.eve))
        assert "A <fast> start" in shown
        assert f"<@{o.ann.id}>" in shown
        published: list[str] = []
        real = o.company.scm.create_release

        async def keeping(**given: object) -> object:
            published.append(str(given["body"]))
            return await real(**given)  # type: ignore[arg-type]  # passed on as it came

        o.company.scm.create_release = keeping  # type: ignore[method-assign, assignment]  # the twin, made to remember
        await o.approves(o.ann)

        async def done() -> bool:
            task = (await o.release()).find_task(TaskType.CREATE_FINAL_RELEASE_NOTES)
            return task is not None and task.state is TaskState.SUCCEEDED

        await o.comes(done)
        assert published == [text]
        await o.until(lambda: any("edited them" in line for line in o.thread()))
        late = await _answer(o, o.ann)
        assert "notes.edit" not in str(late.blocks)
        assert "published" in text_on(late)
        assert not o.slack.violations


async def test_commits_that_came_after_the_edit_are_called_out(tmp_path: Path) -> None:
    """The edited text does not know them, and the answer says how many there are; giving it back heals that."""
    async with office(tmp_path, "asking") as o:
        assert o.company is not None
        await o.card()
        form = await _form(o, o.ann, "notes.edit", "Edit the notes")
        await o.told(o.ann, o.ann.submits(form, {"part:0": "## Short"}))
        tag = o.company.scm.kept.tags
        o.company.scm.grow("release/2.14.0", ["fix: one", "fix: two"])
        tag["v2.14.0-rc.1"] = o.company.scm.kept.branches["release/2.14.0"]
        answer = await _answer(o, o.ann)
        assert "2 commits came after that" in text_on(answer)
        back = await o.told(o.ann, o.ann.clicks(answer, "notes.restore", confirm=True))
        assert "made from the commits again" in back
        assert "fix: two" in text_on(await _answer(o, o.ann))
        assert (await o.release()).notes is None


async def test_what_is_new_is_written_by_language_within_the_stores_limit(tmp_path: Path) -> None:
    """Proposed from the commits, refused at its field where it is too long, a language added, then kept."""
    async with office(tmp_path, "asking") as o:
        await o.card()
        form = await _form(o, o.ann, "notes.whats_new", "At most 500 characters")
        assert "• Change 7" in str(form.blocks)
        long = await o.ann.submits(form, {FIELD: "x" * 501})
        assert "shorten it by 1" in long[FIELD]
        wrong = await o.ann.submits(form, {FIELD: "Fast", "language": "German"})
        assert list(wrong) == ["language"]
        await o.ann.submits(form, {FIELD: "Fast", "language": "de-DE"})
        longer = await o.until(
            lambda: o.ann.modal if o.ann.modal and "de-DE" in str(o.ann.modal.blocks) else None
        )
        said = await o.told(
            o.ann, o.ann.submits(longer, {FIELD: "Fast", f"{ANDROID.key}:de-DE": "Schnell", "language": ""})
        )
        assert "is kept" in said
        release = await o.release()
        assert texts_of(release.whats_new, ANDROID) == {"en-US": "Fast", "de-DE": "Schnell"}
        assert [e.actor.id for e in await o.events(EventKind.WHATS_NEW_WRITTEN)] == [o.ann.id]
        assert "4 of 500 characters" in text_on(await _answer(o, o.eve))
        assert not o.slack.violations


async def test_a_viewer_reads_and_changes_nothing(tmp_path: Path) -> None:
    """Eve sees the notes; the buttons answer her that she may not."""
    async with office(tmp_path, "asking") as o:
        await o.card()
        answer = await _answer(o, o.eve)
        for name in ("notes.edit", "notes.whats_new"):
            assert "may not" in await o.told(o.eve, o.eve.clicks(answer, name))
        assert (await o.release()).notes is None


async def test_a_repository_that_is_away_is_told_and_the_form_says_so(tmp_path: Path) -> None:
    """The answer names the trouble; the form that was opened says it in its place."""
    async with office(tmp_path, "asking") as o:
        assert o.company is not None
        await o.card()
        answer = await _answer(o, o.ann)

        async def away(**_given: object) -> object:
            raise TryLater("503 from the repository")

        o.company.scm.create_release_notes = away  # type: ignore[method-assign, assignment]  # the twin, away
        assert "could not be asked just now (503" in await o.says(o.ann, "/release notes")
        await o.ann.clicks(answer, "notes.edit")
        shown = await o.until(
            lambda: o.ann.modal if o.ann.modal and "did not work" in str(o.ann.modal.body) else None
        )
        assert "503 from the repository" in text_on(shown)


async def test_huge_notes_are_shown_and_edited_within_slacks_limits(tmp_path: Path) -> None:
    """Hundreds of long titles: the answer and the form are taken by Slack, and the form says what it leaves out."""
    async with office(tmp_path, "asking") as o:
        assert o.company is not None
        await o.card()
        scm = o.company.scm
        scm.grow("release/2.14.0", [f"feat: change {n} {'of great length ' * 20}" for n in range(400)])
        scm.kept.tags["v2.14.0-rc.1"] = scm.kept.branches["release/2.14.0"]
        form = await _form(o, o.ann, "notes.edit", "too long for a form")
        assert sum(block["type"] == "input" for block in form.blocks) == 8
        assert not o.slack.violations
