"""Chapters: one message in the thread for what a stage or a cycle leaves behind, edited in place."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.slack.blocks import Surface, validate
from bot.views.chapter_card import LIMIT, chapter_card
from orchestration.domain import acts
from orchestration.domain.chapters import chapter, chapters
from orchestration.domain.cycles import abandon_cycle
from orchestration.domain.outcomes import Done, Failed
from orchestration.domain.release import Release
from orchestration.domain.stages import Stage
from orchestration.domain.tasks import TaskType, TroubleKind
from tests.support.release_parts import CAPTAIN, NOW
from tests.support.releases import LONG, Journey


def shown(release: Release, chapter_id: str) -> str:
    """Everything that the message of a chapter says, which must be one that Slack takes."""
    found = chapter(release, chapter_id)
    assert found is not None
    card = chapter_card(release, found)
    payload = {"text": card.text, "blocks": list(card.blocks)}
    assert validate(payload, Surface.MESSAGE) == ()
    assert card.size <= LIMIT
    return f"{card.text}\n{json.dumps(card.blocks)}"


def test_a_release_has_a_chapter_for_each_stage_and_cycle_that_has_begun() -> None:
    """Kick-off, the cycles, pre-release, in this order; what has not begun has none, and stores have their cards."""
    journey = Journey(slots=1)
    assert chapters(journey.release) == ()
    journey.regression().approved().finish()
    titles = [each.title for each in chapters(journey.release)]
    assert titles == ["Kick-off", "Regression, cycle 1", "Pre-release"]


def test_kick_off_shows_what_is_there() -> None:
    """Branch, tickets, test runs and builds with their files, each with its link."""
    said = shown(Journey(slots=1).regression().release, Stage.KICKOFF)
    assert "Pixel 2.14.0: Kick-off is done" in said
    for words in (
        "*Branch*: <https://github.example/pixel/app/tree/release/2.14.0|release/2.14.0> from `main` at `",
        "*Tickets*: <https://jira.example/browse/PIX-",
        "*Test runs*: <https://checkmate.example/runs/42|Android> \\u00b7 <https://checkmate.example/runs/42|iOS>",
        "|Android 417> (<https://github.example/artifact/1|app.aab>)",
    ):
        assert words in said


def test_what_is_under_way_says_how_far_it_is() -> None:
    """As a number of tasks; what runs and what waits stands on the living card."""
    journey = Journey(slots=1).wait(timedelta(0)).finish(TaskType.CREATE_TEST_SUITE)
    said = shown(journey.release, Stage.KICKOFF)
    assert "Kick-off: 5 of 7 tasks done" in said
    assert "Test runs" not in said


def _with_notes(output: dict[str, str]) -> str:
    journey = Journey(slots=1).wait(timedelta(0)).finish().wait_until(NOW + timedelta(days=1))
    journey.finish(TaskType.CREATE_RELEASE_NOTES)
    task = next(t for t in journey.startable() if t.type is TaskType.CREATE_RELEASE_NOTES)
    journey.outcome(task.id, Done(output={"text": "", "url": "https://x.example/c", **output}))
    return shown(journey.release, journey.release.cycles[-1].id)


def test_notes_are_shown_with_their_link() -> None:
    """Release notes are escaped, headings bold, and end where it would be too much."""
    notes = "## Changes\n* Fix <crash> & <!channel>\n" + f"* {LONG}\n" * 60
    said = _with_notes({"text": notes, "commits": "61", "since": "v2.13.0"})
    for words in (
        "<https://x.example/c|61 commits since v2.13.0>",
        "*Changes*",
        "* Fix &lt;crash&gt; &amp; &lt;!channel&gt;",
        "see the link",
    ):
        assert words in said


@pytest.mark.parametrize(
    ("count", "since", "words"),
    [
        ("100", "", "|the newest 100 commits>"),
        ("99", "", "|99 commits>"),
        ("100", "v2.13.0", "|100 commits since v2.13.0>"),
    ],
)
def test_notes_of_a_first_release_say_that_they_are_the_newest(count: str, since: str, words: str) -> None:
    """Without a tag to start from a hundred commits are not all that there are."""
    assert words in _with_notes({"commits": count, "since": since})


def test_what_was_skipped_or_done_by_hand_says_so_with_why() -> None:
    """The reason of a person stands in the place of what is not there."""
    journey = Journey(slots=1).wait(timedelta(0)).finish(TaskType.CREATE_TEST_SUITE)
    first, second = (t.id for t in journey.startable() if t.type is TaskType.CREATE_TEST_SUITE)
    for task_id in (first, second):
        journey.outcome(task_id, Failed(kind=TroubleKind.REFUSED, reason="no"))
    journey.change(lambda change: acts.skip(change, first, "Tested <by> hand"), by=CAPTAIN)
    journey.change(lambda change: acts.done_by_hand(change, second, "Tested <by> hand"), by=CAPTAIN)
    said = shown(journey.release, Stage.KICKOFF)
    assert "Android skipped (Tested &lt;by&gt; hand)" in said
    assert "iOS done (Tested &lt;by&gt; hand)" in said


def test_a_cycle_that_was_given_up_says_so() -> None:
    """It is over, and no longer counts its tasks."""
    journey = Journey(slots=1).wait(timedelta(0)).finish().wait_until(NOW + timedelta(days=1))
    journey.change(lambda change: abandon_cycle(change, "Wrong commit"), by=CAPTAIN)
    assert "Regression, cycle 1 (v2.14.0-rc.1) was abandoned" in shown(
        journey.release, journey.release.cycles[0].id
    )


def test_long_words_from_outside_make_a_shorter_message_not_a_refused_one() -> None:
    """Whatever providers are called and answer, Slack takes the message."""
    journey = Journey(slots=1).regression()
    tasks = tuple(
        replace(t, output={**dict.fromkeys(t.output, LONG), "url": f"https://x.example/{'a' * 390}"})
        for t in journey.release.tasks
    )
    release = replace(journey.release, tasks=tasks)
    for each in chapters(release):
        assert shown(release, each.id)
