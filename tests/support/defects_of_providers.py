"""The defects B-40 to B-74, about builds, source control, tests, messages, trains and stores, each with its tests."""

from collections.abc import Mapping

OF_PROVIDERS: Mapping[str, tuple[str, ...]] = {
    "B-40": (
        "integrations/github/test_github_runs.py::test_a_run_is_started_by_its_id_and_shown_at_once",
        "scenarios/test_engine_build_defects.py::test_builds_are_made_of_what_they_are_for",
    ),
    "B-41": ("contracts/test_cicd.py::test_runs_started_together_are_not_mixed_up",),
    "B-42": (
        "contracts/test_cicd.py::test_each_verb_starts_one_run_for_a_correlation_id",
        "integrations/github/test_github_runs.py::test_a_run_is_started_by_its_id_and_shown_at_once",
    ),
    "B-43": (
        "integrations/jenkins/test_jenkins_traps.py::test_a_forgotten_queue_item_does_not_lose_the_run",
    ),
    "B-43a": (
        "scenarios/test_engine_build_defects.py::test_a_run_that_is_queued_again_is_followed",
        "contracts/test_cicd.py::test_a_run_is_followed_to_its_end",
    ),
    "B-44": ("scenarios/test_http_ci_callbacks.py::test_news_of_a_run_whose_number_we_do_not_know_yet",),
    "B-45": (
        "unit/domain/test_domain_outcomes.py::test_builds_are_kept_with_every_outcome_and_ready_is_told_once",
        "scenarios/test_engine_build_defects.py::test_a_file_that_comes_after_the_end_of_its_run_is_taken",
    ),
    "B-46": (
        "scenarios/test_engine_given_builds.py::test_a_build_that_the_store_refuses_later_fails_and_another_number_mends_it",
    ),
    "B-47": (
        "integrations/edge/test_http.py::test_large_answers_are_cut",
        "rest/test_rest_build_files.py::test_a_file_without_an_end_is_cut_off",
    ),
    "B-48": ("unit/domain/test_domain_acts.py::test_a_build_that_is_waited_for_can_be_brought_by_hand",),
    "B-49": (
        "unit/domain/test_domain_acts.py::test_a_build_that_is_waited_for_can_be_brought_by_hand",
        "unit/domain/test_domain_given.py::test_a_build_is_told_by_what_finds_it_again",
    ),
    "B-50": (
        "contracts/test_source_control.py::test_a_branch_is_forked_once_on_the_commit_of_its_base",
        "contracts/test_source_control.py::test_a_tag_is_made_once_and_never_moved",
        "scenarios/test_engine_backmerges.py::test_a_request_whose_answer_was_lost_is_not_opened_twice",
        "contracts/test_source_control.py::test_a_release_page_is_published_once_for_a_tag_that_exists",
    ),
    "B-51": (
        "contracts/test_source_control.py::test_notes_name_the_commits_between_two_tags",
        "scenarios/test_engine_earlier_defects.py::test_final_notes_tell_of_all_since_the_last_release",
    ),
    "B-52": (
        "scenarios/test_engine_earlier_defects.py::test_notes_begin_at_the_release_that_came_out_meanwhile",
        "scenarios/test_engine_earlier_defects.py::test_notes_of_a_release_that_was_overtaken_do_not_begin_behind_it",
        "contracts/test_source_control.py::test_a_comparison_holds_every_commit_oldest_first",
        "contracts/test_source_control.py::test_notes_with_no_tag_before_tell_of_the_newest_hundred",
        "scenarios/test_engine_earlier_defects.py::test_notes_of_a_later_cycle_begin_at_the_candidate_before",
    ),
    "B-53": (
        "unit/domain/test_domain_versions.py::test_two_targets_of_one_platform_keep_their_order",
        "scenarios/test_engine_hotfix.py::test_versions_that_differ_go_into_every_name",
    ),
    "B-54": (
        "unit/domain/test_domain_progress.py::test_a_retest_begins_the_count_anew",
        "scenarios/test_engine_earlier_defects.py::test_every_run_is_tested_again_in_a_new_cycle",
        "contracts/test_test_platform.py::test_a_reset_asks_for_a_retest_of_what_passed",
    ),
    "B-55": (
        "unit/catalogue/test_catalogue_late_commits.py::test_automation_is_asked_for_only_where_something_starts_it",
        "unit/domain/test_domain_slot_rows.py::test_what_a_cycle_does_is_changed_without_its_time",
        "unit/domain/test_domain_slot_rows.py::test_a_slot_promises_nothing_that_cannot_be_started",
        "unit/domain/test_domain_slots.py::test_a_cycle_does_what_its_slot_says",
        "scenarios/test_engine_build_defects.py::test_automated_tests_of_each_platform_are_waited_for",
        "unit/catalogue/test_catalogue_plan.py::test_a_cycle_has_what_its_slot_asks_for",
    ),
    "B-56": (
        "unit/catalogue/test_catalogue_plan.py::test_a_cycle_has_what_its_slot_asks_for",
        "unit/domain/test_domain_slots.py::test_a_cycle_does_what_its_slot_says",
    ),
    "B-57": (
        "contracts/test_project_management.py::test_a_field_that_is_not_there_makes_no_ticket",
        "scenarios/test_engine_ticket_fields.py::test_what_is_known_of_the_release_is_filled_in",
    ),
    "B-58": (
        "unit/domain/test_domain_advance.py::test_reminders_are_sent_once_and_only_while_they_matter",
        "unit/domain/test_domain_orders.py::test_the_reminder_of_kick_off_moves_with_it",
        "unit/domain/test_domain_standing.py::test_an_unanswered_question_is_pressed_twice_and_no_more",
        "unit/domain/test_domain_reminding.py::test_the_next_slot_is_told_an_hour_before_and_once",
        "unit/domain/test_domain_reminding.py::test_an_ageing_approval_reminds_at_its_interval",
    ),
    "B-59": ("unit/bot/test_view_texts.py::test_no_markup_comes_from_outside",),
    "B-60": (
        "scenarios/test_slack_outbox.py::test_a_429_is_waited_for_and_nothing_is_lost",
        "scenarios/test_slack_outbox.py::test_a_message_that_slack_refuses_is_kept_aside",
        "scenarios/test_slack_outbox.py::test_a_channel_that_can_not_be_written_to_stops_no_other",
    ),
    "B-61": (
        "unit/domain/test_domain_pairs_and_people.py::test_a_pair_is_legal_as_the_stores_allow",
        "unit/services/test_announce.py::test_a_bucket_may_have_several_channels_or_none",
    ),
    "B-62": (
        "unit/domain/test_domain_outcomes.py::test_failed_says_so_once_and_holds_the_release",
        "unit/domain/test_domain_standing.py::test_an_unanswered_question_is_pressed_twice_and_no_more",
    ),
    "B-63": ("unit/bot/test_config_round_trip.py::test_what_is_filled_in_from_nothing_is_what_is_saved",),
    "B-64": (
        "scenarios/test_engine_regression.py::test_slots_are_caught_up_after_downtime_and_expire_past_the_target",
        "scenarios/test_engine_trains.py::test_after_a_downtime_a_release_comes_late_and_says_so",
        "unit/domain/test_domain_trains.py::test_after_a_downtime_the_release_is_late_and_keeps_what_is_ahead",
        "unit/domain/test_domain_trains.py::test_whatever_the_downtime_each_date_is_settled_once",
    ),
    "B-65": (
        "scenarios/test_engine_planning_stores.py::test_replicas_make_one_release_for_a_date",
        "scenarios/test_engine_trains.py::test_workers_that_meet_make_one_release",
        "scenarios/test_engine_trains.py::test_what_was_cut_off_leaves_nothing_behind",
        "unit/domain/test_domain_trains.py::test_whatever_the_downtime_each_date_is_settled_once",
    ),
    "B-66": (
        "scenarios/test_engine_trains.py::test_what_keeps_a_release_from_being_made_is_told_once_and_tried_again",
    ),
    "B-67": (
        "unit/domain/test_domain_calendar.py::test_a_wall_time_is_the_first_instant_at_which_the_clock_shows_it",
        "unit/domain/test_domain_calendar.py::test_the_day_is_that_of_the_zone",
        "unit/domain/test_domain_calendar.py::test_every_month_has_its_day",
        "unit/domain/test_domain_calendar.py::test_times_that_clocks_skip_or_repeat_are_decided",
    ),
    "B-68": (
        "scenarios/test_engine_trains.py::test_ahead_of_none_makes_the_release_at_its_kick_off",
        "unit/domain/test_domain_trains.py::test_who_wants_no_reminder_gets_none",
    ),
    "B-69": (
        "contracts/test_app_store_orders.py::test_a_manual_version_waits_for_release",
        "contracts/test_app_store_releases.py::test_a_submitted_version_waits_for_review",
        "integrations/app_store/test_app_store_release_traps.py::test_reviews_take_their_time",
        "unit/domain/test_domain_submissions_in_time.py::test_a_release_is_completed_by_its_last_store_with_each_ones_own_date",
    ),
    "B-70": (
        "integrations/app_store/test_app_store_release_traps.py::test_a_state_that_is_new_to_us_is_none_of_ours",
        "integrations/google_play/test_google_play_release_traps.py::test_a_state_that_is_new_to_us_is_none_of_ours",
        "scenarios/test_engine_store_troubles.py::test_a_store_that_takes_no_credentials_keeps_what_is_known",
    ),
    "B-72": (
        "contracts/test_app_store_releases.py::test_a_rejected_version_is_sent_again_with_another_build",
        "unit/domain/test_domain_submissions.py::test_a_rejection_cancels_the_rollout_and_waits_for_a_new_submission",
        "unit/domain/test_domain_submissions_anew.py::test_what_its_store_would_not_take_is_submitted_anew",
        "unit/domain/test_domain_submissions_anew.py::test_the_newest_build_of_the_store_is_submitted_anew",
    ),
    "B-73": (
        "contracts/test_app_store_releases.py::test_a_version_for_everybody_is_complete_at_once",
        "contracts/test_app_store_releases.py::test_completing_gives_it_to_everybody",
        "integrations/google_play/test_google_play_release_traps.py::test_a_review_takes_its_time",
        "unit/domain/test_domain_submissions.py::test_a_state_only_moves_along_its_table",
    ),
}
"""The tests by defect, below `tests/`."""
