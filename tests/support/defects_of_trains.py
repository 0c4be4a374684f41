"""The defects a to m, which a system of release trains had, each with the tests that keep it away."""

from collections.abc import Mapping

OF_TRAINS: Mapping[str, tuple[str, ...]] = {
    "a": (
        "unit/domain/test_domain_decisions.py::test_where_nobody_in_particular_is_asked_the_permission_signs",
    ),
    "b": (
        "scenarios/test_engine_train_acts.py::test_the_next_release_gets_the_next_captain_who_is_there",
        "scenarios/test_engine_trains.py::test_a_program_s_train_is_a_person_s",
    ),
    "c": (
        "unit/domain/test_domain_decisions.py::test_a_no_clears_what_was_signed_and_can_be_taken_back",
        "unit/domain/test_domain_decisions.py::test_new_evidence_voids_what_was_signed_and_says_what_changed",
        "unit/domain/test_domain_freezes.py::test_an_exception_needs_a_second_person",
        "scenarios/test_engine_freezes.py::test_an_exception_is_made_by_two_people_and_ends",
        "scenarios/test_slack_planning.py::test_a_freeze_by_words_and_its_exception_by_buttons",
    ),
    "d": (
        "unit/domain/test_domain_acts.py::test_holding_and_archiving_work_everywhere",
        "scenarios/test_engine_health.py::test_stopping_never_asks_for_health",
        "scenarios/test_slack_rollout.py::test_halt_is_a_word_and_a_button_and_nothing_stands_in_its_way",
    ),
    "e": ("scenarios/test_engine_earlier_defects.py::test_a_rollout_is_halted_while_a_hotfix_runs",),
    "g": (
        "scenarios/test_engine_trains.py::test_what_keeps_a_release_from_being_made_is_told_once_and_tried_again",
        "scenarios/test_slack_trains.py::test_owners_hear_when_a_release_can_not_be_made",
    ),
    "h": ("scenarios/test_engine_health.py::test_a_tool_that_fails_ends_no_watch",),
    "i": ("integrations/github/test_github_notes.py::test_no_changes_are_said_so",),
    "j": (
        "integrations/slack/test_slack_faults.py::test_trouble_is_told_with_what_may_have_happened",
        "scenarios/test_slack_outbox.py::test_a_429_is_waited_for_and_nothing_is_lost",
    ),
    "k": ("scenarios/test_engine_rooms.py::test_two_releases_each_have_a_channel_of_their_own",),
    "l": (
        "store/test_release_rows.py::test_leaving_without_a_commit_leaves_nothing",
        "store/test_release_rows.py::test_everything_of_a_change_is_committed_together",
    ),
    "m": (
        "scenarios/test_engine_earlier_defects.py::test_a_step_that_a_hold_kept_back_is_taken_afterwards",
        "unit/domain/test_domain_submissions_in_time.py::test_no_step_is_taken_by_itself_while_the_release_stands_still",
    ),
}
"""The tests by defect, below `tests/`."""
