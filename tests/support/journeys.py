"""The journeys that people make, each with a story in Slack and its twin over REST alone.

A journey's story plays it as people live it; the twin asks for the same by requests, and decides with people's own
tokens.
"""

from collections.abc import Mapping
from dataclasses import dataclass

Tests = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Journey:
    """What somebody wants, and the tests that play it in Slack and over REST."""

    wants: str
    slack: Tests
    rest: Tests


JOURNEYS: Mapping[int, Journey] = {
    1: Journey(
        wants="the first minute: a whole release lived without an account",
        slack=("browser/test_browser_tour.py::test_the_tour_lives_a_whole_release",),
        rest=(
            "rest/test_rest_journey.py::test_a_release_from_its_order_to_the_end_of_stage_three",
            "rest/test_rest_rehearsals.py::test_a_release_is_played_to_its_end",
        ),
    ),
    2: Journey(
        wants="the first real workspace: providers connected, a release described",
        slack=(
            "scenarios/test_slack_connect.py::test_a_provider_without_choices_is_connected",
            "scenarios/test_slack_connect.py::test_what_only_an_account_can_show_is_chosen_after_the_secrets",
        ),
        rest=(
            "rest/test_rest_stories.py::test_a_workspace_is_set_up_by_a_program",
            "rest/test_rest_roles.py::test_an_owner_grants_and_takes_back",
        ),
    ),
    3: Journey(
        wants="kick-off: proposed, previewed, ordered",
        slack=(
            "scenarios/test_slack_start_form.py::test_a_corrected_form_goes_on_to_the_preview_and_starts_once",
        ),
        rest=("rest/test_rest_stories.py::test_a_kick_off_is_previewed_ordered_and_edited",),
    ),
    4: Journey(
        wants="progress: where it stands, what is in the way, what comes",
        slack=(
            "scenarios/test_slack_journey.py::test_a_release_runs_from_slack_over_both_transports",
            "scenarios/test_slack_why.py::test_a_nudge_reaches_its_owner_directly_and_once",
        ),
        rest=(
            "rest/test_rest_stories.py::test_progress_is_read_at_any_time",
            "rest/test_rest_me.py::test_what_waits_for_one",
        ),
    ),
    5: Journey(
        wants="regression: slots, cycles, notes, and what came after the tested commit",
        slack=(
            "scenarios/test_slack_regression.py::test_slots_are_planned_moved_and_taken_back_by_words",
            "scenarios/test_slack_regression.py::test_a_late_commit_is_left_out_by_button_with_a_reason",
        ),
        rest=(
            "rest/test_rest_stories.py::test_cycles_notes_and_commits_that_came_too_late",
            "rest/test_rest_journey.py::test_stage_two_by_rest",
        ),
    ),
    6: Journey(
        wants="approving Stage 3 on evidence, once, from anywhere",
        slack=(
            "scenarios/test_slack_clicks.py::test_approvals_of_several_people_add_up",
            "scenarios/test_slack_clicks.py::test_a_button_with_old_evidence_approves_nothing",
            "scenarios/test_slack_approvals.py::test_each_who_is_asked_has_a_copy_that_follows",
        ),
        rest=(
            "rest/test_rest_stories.py::test_an_approval_counts_for_what_was_seen",
            "rest/test_rest_deputies.py::test_a_deputy_signs_in_ones_place",
        ),
    ),
    7: Journey(
        wants="something fails: again, without it, or by hand",
        slack=(
            "scenarios/test_slack_commands.py::test_a_failed_build_is_retried_by_word",
            "scenarios/test_slack_commands.py::test_skip_needs_a_reason_and_lets_the_release_go_on",
            "scenarios/test_slack_commands.py::test_done_by_hand_needs_the_builds_number",
        ),
        rest=("rest/test_rest_stories.py::test_what_failed_is_tried_again_skipped_or_done_by_hand",),
    ),
    8: Journey(
        wants="submission and rollout of both stores, stopped at any time",
        slack=(
            "scenarios/test_slack_rollout.py::test_both_stores_from_the_question_to_everybody",
            "scenarios/test_slack_rollout.py::test_halt_is_a_word_and_a_button_and_nothing_stands_in_its_way",
            "scenarios/test_slack_health.py::test_a_drop_stops_the_rollout_and_a_reason_lets_it_go_on",
        ),
        rest=(
            "rest/test_rest_store_story.py::test_both_stores_from_the_question_to_everybody_and_the_report",
            "rest/test_rest_health.py::test_health_is_overruled_by_a_person",
        ),
    ),
    9: Journey(
        wants="two weeks later: how it went",
        slack=("scenarios/test_slack_report.py::test_the_picture_comes_into_the_thread_with_words_for_all",),
        rest=(
            "rest/test_rest_store_story.py::test_both_stores_from_the_question_to_everybody_and_the_report",
            "rest/test_rest_evidence.py::test_who_approved_which_build_on_what_evidence",
        ),
    ),
}
"""By its number."""

WORDS: Mapping[str, int] = {
    "start": 3,
    "status": 4,
    "plan": 3,
    "list": 4,
    "why": 4,
    "approve": 6,
    "reject": 6,
    "delegate": 6,
    "me": 4,
    "hold": 4,
    "resume": 4,
    "archive": 7,
    "rollout": 8,
    "halt": 8,
    "retry": 7,
    "skip": 7,
    "done": 7,
    "slot": 5,
    "cycle": 5,
    "pick": 5,
    "where": 5,
    "notes": 5,
    "report": 9,
    "health": 8,
    "rehearse": 1,
    "edit": 3,
    "train": 3,
    "freeze": 3,
    "captain": 3,
    "calendar": 3,
    "connect": 2,
    "config": 2,
    "roles": 2,
    "token": 2,
    "evidence": 9,
    "help": 1,
}
"""The journey on which somebody needs each word of `/release` first."""
