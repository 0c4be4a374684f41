"""Release notes and what is new: who edited what, what a store takes, and what is published."""

from datetime import timedelta

import pytest

from orchestration.domain import noting
from orchestration.domain.errors import Invalid, NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.phase import Phase
from orchestration.domain.release import Release
from orchestration.domain.release_notes import NotesRange, notes_range
from orchestration.domain.stages import Stage
from orchestration.domain.tasks import TaskType
from orchestration.domain.titles import BREAKING, FEATURES, OTHER, read_title
from orchestration.domain.whats_new import FIRST_LANGUAGE, LIMITS, proposed, texts_of, valid_language
from tests.support.rehearsed import ANDROID, IOS
from tests.support.release_parts import CAPTAIN, NOW
from tests.support.releases import Journey, in_phase


def _edit(journey: Journey, text: str, *, by: str = CAPTAIN) -> Journey:
    return journey.change(lambda change: noting.edit_notes(change, text, head="ab" * 20), by=by)


def test_an_edit_is_kept_with_who_and_when_and_can_be_taken_back() -> None:
    """The newest edit counts; taking it back leaves none, and a second time there is nothing to take back."""
    journey = Journey()
    _edit(journey, "  ## Ours\n")
    journey.now += timedelta(hours=1)
    _edit(journey, "## Better", by="U0EDITOR1")
    edited = journey.release.notes
    assert edited is not None
    assert (edited.text, edited.by, edited.at) == ("## Better", "U0EDITOR1", NOW + timedelta(hours=1))
    journey.change(noting.restore_notes, by=CAPTAIN)
    assert journey.release.notes is None
    with pytest.raises(NotNow, match="Nobody has edited"):
        journey.change(noting.restore_notes, by=CAPTAIN)
    kinds = [e.kind for e in journey.events if e.kind.startswith("NOTES")]
    assert kinds == [EventKind.NOTES_EDITED, EventKind.NOTES_EDITED, EventKind.NOTES_RESTORED]


@pytest.mark.parametrize("text", ["", " \n ", "x" * (noting.LONGEST + 1)])
def test_notes_of_nothing_or_of_too_much_are_refused(text: str) -> None:
    """What a provider would refuse is refused here, before it is kept."""
    with pytest.raises(Invalid):
        _edit(Journey(), text)


def test_published_notes_are_edited_no_more() -> None:
    """Once the final notes are out, an edit would change nothing that anybody reads."""
    journey = Journey()
    journey.release = in_phase(Phase.AWAITING_SUBMISSION)
    with pytest.raises(NotNow, match="published"):
        _edit(journey, "## Too late")
    with pytest.raises(NotNow):
        journey.change(noting.restore_notes, by=CAPTAIN)


def test_notes_tell_up_to_the_newest_thing_that_has_a_name() -> None:
    """The base before the branch is cut, then the branch, then the newest candidate, then the release's tag."""
    journey = Journey(kick_off_in=timedelta(days=1))
    assert notes_range(journey.release) == NotesRange(since="v2.13.0", to=journey.release.base_branch)
    journey.wait_until(journey.release.kick_off_at).finish()
    assert notes_range(journey.release).to == journey.release.branch
    journey.cycle()
    assert notes_range(journey.release).to == journey.release.output(
        TaskType.CREATE_RC_TAG, "tag", cycle_id=journey.release.cycles[0].id
    )
    done = in_phase(Phase.AWAITING_SUBMISSION)
    assert done.stage(Stage.PRE_RELEASE).completed_at is not None
    assert notes_range(done).to == done.output(TaskType.CREATE_RELEASE_TAG, "tag")


def _write(journey: Journey, texts: dict[tuple[object, str], str], *, by: str = CAPTAIN) -> Release:
    journey.change(lambda change: noting.write_whats_new(change, texts), by=by)  # type: ignore[arg-type]  # keys are pairs
    return journey.release


def test_what_is_new_is_kept_by_pair_and_language_with_who_wrote_it() -> None:
    """Only what changed gets a new author; an empty text takes its language away."""
    journey = Journey()
    _write(journey, {(ANDROID, "en-US"): "Faster", (ANDROID, "de-DE"): "Schneller", (IOS, "en-US"): "Faster"})
    journey.now += timedelta(hours=1)
    release = _write(
        journey,
        {(ANDROID, "en-US"): "Faster ", (ANDROID, "de-DE"): "", (IOS, "en-US"): "Faster start"},
        by="U0BO",
    )
    assert texts_of(release.whats_new, ANDROID) == {"en-US": "Faster"}
    assert texts_of(release.whats_new, IOS) == {"en-US": "Faster start"}
    assert [(w.pair, w.by) for w in release.whats_new] == [(ANDROID, CAPTAIN), (IOS, "U0BO")]
    told = [e.data["what"] for e in journey.events if e.kind is EventKind.WHATS_NEW_WRITTEN]
    assert told[-1] == "Android de-DE, iOS en-US"


def test_writing_the_same_again_is_no_event() -> None:
    """A form that is saved as it was opened changes nothing."""
    journey = Journey()
    _write(journey, {(ANDROID, "en-US"): "Faster"})
    before = len(journey.events)
    _write(journey, {(ANDROID, "en-US"): "Faster"})
    assert len(journey.events) == before


@pytest.mark.parametrize("pair", [ANDROID, IOS])
def test_each_store_has_its_own_limit(pair: object) -> None:
    """A text of exactly the limit is kept; one more character is refused, and told how many are too many."""
    limit = LIMITS[pair.target]  # type: ignore[attr-defined]  # a pair
    journey = Journey()
    assert _write(journey, {(pair, "en-US"): "x" * limit}).whats_new[0].text == "x" * limit
    with pytest.raises(Invalid, match="shorten it by 1"):
        _write(journey, {(pair, "en-US"): "x" * (limit + 1)})


def test_all_faults_of_the_texts_are_told_at_once() -> None:
    """A language that no store knows and a text that is too long, each at its field."""
    with pytest.raises(Invalid) as caught:
        _write(Journey(), {(ANDROID, "English"): "x", (ANDROID, "en-US"): "x" * 501})
    assert [p.field for p in caught.value.problems] == [f"{ANDROID.key}:English", f"{ANDROID.key}:en-US"]


@pytest.mark.parametrize(
    ("language", "valid"),
    [
        ("en-US", True),
        ("de", True),
        ("zh-Hans", True),
        ("es-419", True),
        ("EN", False),
        ("", False),
        ("en_US", False),
    ],
)
def test_languages_are_written_as_stores_write_them(language: str, valid: bool) -> None:
    """Two or three letters, perhaps a script, perhaps a region."""
    assert valid_language(language) is valid


def test_the_proposal_tells_users_what_they_notice_on_their_platform() -> None:
    """Features and fixes, once each, without those of the other platform, of maintenance and of merges."""
    titles = [
        "chore: bump",
        "fix(ios): the crash on iPad (#7)",
        "feat(android): widgets (!12)",
        "feat: a new start page (#12)",
        "feat: a new start page (#13)",
        "Merge branch 'main' into side",
        "Just words",
    ]
    assert proposed(titles, ANDROID) == "• Widgets\n• A new start page"
    assert proposed(titles, IOS) == "• A new start page\n• The crash on iPad"
    assert proposed(["chore: x"], IOS) == ""


def test_a_long_proposal_is_cut_between_lines() -> None:
    """A store's limit is never passed, and no line is cut in two."""
    text = proposed([f"feat: change number {n} of many" for n in range(100)], ANDROID)
    assert 400 < len(text) <= LIMITS[ANDROID.target]
    assert all(line.endswith("of many") for line in text.splitlines())
    assert FIRST_LANGUAGE == "en-US"


def test_titles_tell_kind_scope_and_whether_they_only_join_branches() -> None:
    """A breaking change is one whatever its kind; an unknown kind is part of the words."""
    assert (read_title("feat(iOS)!: drop 14").section, read_title("feat(iOS)!: drop 14").platform) == (
        BREAKING,
        IOS.platform,
    )
    assert read_title("feat(login): x").platform is None
    assert read_title("feat(login): x").section == FEATURES
    assert (read_title("wip: x").section, read_title("wip: x").words) == (OTHER, "wip: x")
    assert read_title("Merge pull request #7 from a/b").merge
    assert not read_title("Merge the two lists").merge
