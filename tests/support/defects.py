"""Defects of earlier systems, each with the tests that keep it away, or why it can't occur here.

B-01 to B-74 were found in one system, a to l in another. A test that keeps one away names it in its docstring.
"""

from collections.abc import Mapping

Tests = tuple[str, ...]

COVERED: Mapping[str, Tests] = {
    "B-01": ("rest/test_rest_access.py::test_every_route_refuses",),
    "B-02": (
        "access/test_tenant_matrix.py::test_another_workspace_reaches_nothing",
        "unit/domain/test_domain_acts.py::test_only_a_failed_task_is_retried_skipped_or_taken_over",
    ),
    "B-03": ("store/test_tenants_apart.py::test_a_question_of_another_tenant_finds_nothing",),
    "B-04": (
        "unit/domain/test_domain_decisions.py::test_a_yes_opens_the_way_and_is_kept_with_its_evidence",
        "unit/domain/test_domain_decisions.py::test_forcing_goes_over_everything_missing_and_says_over_what",
    ),
    "B-05": ("scenarios/test_http_ci_callbacks.py::test_every_refusal_looks_the_same",),
    "B-06": ("scenarios/test_http_ci_callbacks.py::test_every_refusal_looks_the_same",),
    "B-07": ("scenarios/test_engine_planning_stores.py::test_replicas_make_one_release_for_a_date",),
    "B-08": ("unit/services/test_pump.py::test_room_is_used_as_soon_as_there_is_some",),
    "B-09": (
        "unit/domain/test_domain_acts.py::test_only_a_failed_task_is_retried_skipped_or_taken_over",
        "unit/domain/test_domain_due.py::test_a_running_task_keeps_its_time",
        "unit/domain/test_domain_outcomes.py::test_a_try_that_was_cut_off_goes_on_and_uses_up_nothing",
    ),
    "B-10": ("unit/domain/test_domain_outcomes.py::test_a_wait_has_an_owner_a_deadline_and_a_next_look",),
    "B-10b": ("unit/domain/test_domain_advance.py::test_independent_tasks_go_side_by_side",),
    "B-11": ("unit/catalogue/test_catalogue_plan.py::test_a_cycle_has_what_its_slot_asks_for",),
    "B-12": (
        "unit/domain/test_domain_outcomes.py::test_failed_says_so_once_and_holds_the_release",
        "unit/services/test_pump.py::test_a_piece_that_fails_ends_nothing_else",
    ),
    "B-13": (
        "scenarios/test_engine_regression.py::test_slots_are_caught_up_after_downtime_and_expire_past_the_target",
        "unit/domain/test_domain_phase_and_explain.py::test_a_release_without_slots_says_what_can_still_be_done",
        "unit/domain/test_domain_slot_rows.py::test_the_only_slot_stays_until_something_was_tested",
        "unit/domain/test_domain_slots.py::test_slots_past_the_target_expire_and_say_so",
    ),
    "B-14": (
        "unit/domain/test_domain_slot_rows.py::test_a_slot_lies_between_kick_off_and_target_alone",
        "unit/domain/test_domain_slots.py::test_two_slots_give_two_cycles_whatever_their_times",
    ),
    "B-14b": ("store/test_release_rows.py::test_everything_of_a_change_is_committed_together",),
    "B-15": (
        "unit/domain/test_domain_slot_rows.py::test_a_slot_is_added_moved_and_taken_back",
        "unit/domain/test_domain_slot_rows.py::test_an_overdue_slot_does_not_hinder_the_others",
    ),
    "B-16": ("unit/domain/test_domain_slots.py::test_two_slots_give_two_cycles_whatever_their_times",),
    "B-17": (
        "unit/domain/test_domain_acts.py::test_resuming_takes_back_your_own_hold_alone",
        "unit/domain/test_domain_freezes.py::test_no_hold_of_another_cause_is_ever_touched",
        "unit/domain/test_domain_holds.py::test_no_cause_clears_or_overwrites_another",
    ),
    "B-18": (
        "unit/domain/test_domain_abandon.py::test_a_failure_in_an_abandoned_cycle_holds_nothing_any_more",
        "unit/domain/test_domain_acts.py::test_resuming_does_not_retry",
        "unit/domain/test_domain_holds.py::test_no_cause_clears_or_overwrites_another",
    ),
    "B-19": (
        "unit/domain/test_domain_abandon.py::test_abandoning_leaves_a_persons_hold_alone",
        "unit/domain/test_domain_acts.py::test_retrying_ends_nobodys_hold",
        "unit/domain/test_domain_acts.py::test_a_cycle_does_not_end_a_hold",
        "unit/domain/test_domain_freezes.py::test_no_hold_of_another_cause_is_ever_touched",
    ),
    "B-20": (
        "unit/domain/test_domain_acts.py::test_resuming_takes_back_your_own_hold_alone",
        "unit/domain/test_domain_phase_and_explain.py::test_a_hold_does_not_change_the_phase",
        "unit/domain/test_domain_phase_and_explain.py::test_a_hold_is_an_obstacle_with_its_owner_in_every_phase",
    ),
    "B-21": (
        "scenarios/test_engine_regression.py::test_a_task_of_an_abandoned_cycle_takes_no_late_result",
        "scenarios/test_http_ci_callbacks.py::test_news_that_comes_late_changes_nothing",
        "unit/domain/test_domain_advance.py::test_an_archived_release_does_not_move",
        "unit/domain/test_domain_due.py::test_nothing_is_due_once_archived",
    ),
    "B-22": (
        "contracts/test_cicd.py::test_each_verb_starts_one_run_for_a_correlation_id",
        "unit/domain/test_domain_acts.py::test_retrying_redoes_only_what_failed",
        "unit/domain/test_domain_outcomes.py::test_builds_are_kept_with_every_outcome_and_ready_is_told_once",
    ),
    "B-23": (
        "scenarios/test_engine_regression.py::test_a_run_of_an_unanswered_order_is_found_and_stopped",
        "unit/domain/test_domain_abandon.py::test_a_run_that_started_meanwhile_is_stopped_too",
        "unit/domain/test_domain_acts.py::test_retrying_redoes_only_what_failed",
        "unit/domain/test_domain_outcomes.py::test_builds_are_kept_with_every_outcome_and_ready_is_told_once",
    ),
    "B-24": (
        "unit/domain/test_domain_decisions.py::test_unmet_conditions_refuse_a_plain_yes_and_are_named",
        "unit/domain/test_domain_phase_and_explain.py::test_unmet_conditions_and_a_no_are_obstacles",
    ),
    "B-25": (
        "scenarios/test_engine_approvals.py::test_authors_that_can_not_be_read_keep_the_gate_shut",
        "scenarios/test_engine_regression.py::test_late_commits_are_left_out_with_a_reason_until_another_comes",
        "scenarios/test_engine_regression.py::test_a_branch_that_was_moved_off_the_candidate_is_not_what_was_tested",
        "unit/catalogue/test_catalogue_late_commits.py::test_a_branch_that_lost_the_tested_commit_is_told_as_that",
    ),
    "B-26": (
        "scenarios/test_engine_approvals.py::test_authors_that_can_not_be_read_keep_the_gate_shut",
        "unit/catalogue/test_catalogue_late_commits.py::test_unknown_authors_stand_in_the_way_only_where_that_is_set",
        "unit/domain/test_domain_decisions.py::test_nothing_is_approved_before_its_evidence_was_read",
    ),
    "B-27": (
        "scenarios/test_engine_regression.py::test_late_commits_are_left_out_with_a_reason_until_another_comes",
        "unit/catalogue/test_catalogue_late_commits.py::test_only_the_accepted_head_beside_its_candidate_is_met",
        "unit/domain/test_domain_drift.py::test_an_untested_head_is_told_once_and_another_one_again",
        "unit/domain/test_domain_gates.py::test_what_people_decide_on_changes_the_name_and_is_told",
    ),
    "B-28": (
        "unit/domain/test_domain_advance.py::test_stage_2_waits_for_a_person_where_so_configured",
        "unit/domain/test_domain_creation.py::test_every_build_that_will_be_needed_has_a_workflow",
    ),
    "B-29": (
        "unit/domain/test_domain_submissions_in_time.py::test_a_person_completes_what_no_store_does_but_not_what_is_on_its_way",
    ),
    "B-32": (
        "unit/domain/test_domain_submissions_in_time.py::test_a_release_is_completed_by_its_last_store_with_each_ones_own_date",
    ),
    "B-30": (
        "unit/catalogue/test_catalogue_plan.py::test_a_plan_is_frozen_when_its_stage_begins",
        "unit/domain/test_domain_advance.py::test_the_plan_is_frozen_when_a_stage_starts",
    ),
    "B-31": ("unit/domain/test_domain_orders.py::test_a_moved_target_needs_a_reason",),
    "B-33": (
        "scenarios/test_engine_hotfix.py::test_a_hotfix_lives_beside_a_running_release_and_nothing_is_crossed",
        "unit/domain/test_domain_hotfix.py::test_a_parent_is_found_by_the_version_that_is_ordered",
    ),
    "B-34": (
        "store/test_release_rows.py::test_leaving_without_a_commit_leaves_nothing",
        "store/test_release_rows.py::test_everything_of_a_change_is_committed_together",
    ),
    "B-35": (
        "scenarios/test_engine_edits.py::test_an_edit_is_judged_beside_the_other_releases",
        "unit/domain/test_domain_orders.py::test_everything_is_edited_before_kick_off",
    ),
    "B-36": (
        "scenarios/test_engine_edits.py::test_an_edit_is_judged_beside_the_other_releases",
        "unit/domain/test_domain_versions.py::test_versions_are_ordered_as_numbers_are",
    ),
    "B-37": ("unit/domain/test_domain_orders.py::test_all_that_is_wrong_is_said_at_once",),
    "B-38": ("unit/domain/test_domain_pairs_and_people.py::test_only_people_can_be_mentioned",),
    "B-39": (
        "scenarios/test_engine_train_acts.py::test_an_edit_looks_ahead_and_makes_no_second_release_for_a_day",
    ),
    "B-40": ("integrations/github/test_github_runs.py::test_a_run_is_started_by_its_id_and_shown_at_once",),
    "B-41": ("contracts/test_cicd.py::test_runs_started_together_are_not_mixed_up",),
    "B-42": (
        "contracts/test_cicd.py::test_each_verb_starts_one_run_for_a_correlation_id",
        "integrations/github/test_github_runs.py::test_a_run_is_started_by_its_id_and_shown_at_once",
    ),
    "B-43": (
        "integrations/jenkins/test_jenkins_traps.py::test_a_forgotten_queue_item_does_not_lose_the_run",
    ),
    "B-43a": ("scenarios/test_engine_earlier_defects.py::test_a_run_that_is_queued_again_is_followed",),
    "B-44": ("scenarios/test_http_ci_callbacks.py::test_news_of_a_run_whose_number_we_do_not_know_yet",),
    "B-45": (
        "unit/domain/test_domain_outcomes.py::test_builds_are_kept_with_every_outcome_and_ready_is_told_once",
    ),
    "B-46": (
        "scenarios/test_engine_given_builds.py::test_a_build_that_the_store_refuses_later_fails_and_another_number_mends_it",
    ),
    "B-47": ("integrations/edge/test_http.py::test_large_answers_are_cut",),
    "B-48": ("unit/domain/test_domain_acts.py::test_a_build_that_is_waited_for_can_be_brought_by_hand",),
    "B-49": (
        "unit/domain/test_domain_acts.py::test_a_build_that_is_waited_for_can_be_brought_by_hand",
        "unit/domain/test_domain_given.py::test_a_build_is_told_by_what_finds_it_again",
    ),
    "B-50": (
        "contracts/test_source_control.py::test_a_branch_is_forked_once_on_the_commit_of_its_base",
        "contracts/test_source_control.py::test_a_tag_is_made_once_and_never_moved",
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
    ),
    "B-53": ("unit/domain/test_domain_versions.py::test_two_targets_of_one_platform_keep_their_order",),
    "B-54": ("unit/domain/test_domain_progress.py::test_a_retest_begins_the_count_anew",),
    "B-55": (
        "unit/catalogue/test_catalogue_late_commits.py::test_automation_is_asked_for_only_where_something_starts_it",
        "unit/domain/test_domain_slot_rows.py::test_what_a_cycle_does_is_changed_without_its_time",
        "unit/domain/test_domain_slot_rows.py::test_a_slot_promises_nothing_that_cannot_be_started",
        "unit/domain/test_domain_slots.py::test_a_cycle_does_what_its_slot_says",
    ),
    "B-56": (
        "unit/catalogue/test_catalogue_plan.py::test_a_cycle_has_what_its_slot_asks_for",
        "unit/domain/test_domain_slots.py::test_a_cycle_does_what_its_slot_says",
    ),
    "B-58": (
        "unit/domain/test_domain_advance.py::test_reminders_are_sent_once_and_only_while_they_matter",
        "unit/domain/test_domain_orders.py::test_the_reminder_of_kick_off_moves_with_it",
        "unit/domain/test_domain_standing.py::test_an_unanswered_question_is_pressed_twice_and_no_more",
    ),
    "B-59": ("unit/bot/test_view_texts.py::test_no_markup_comes_from_outside",),
    "B-60": ("scenarios/test_slack_outbox.py::test_a_429_is_waited_for_and_nothing_is_lost",),
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
    ),
    "B-68": ("scenarios/test_engine_trains.py::test_ahead_of_none_makes_the_release_at_its_kick_off",),
    "B-69": (
        "contracts/test_app_store_orders.py::test_a_manual_version_waits_for_release",
        "contracts/test_app_store_releases.py::test_a_submitted_version_waits_for_review",
        "integrations/app_store/test_app_store_release_traps.py::test_reviews_take_their_time",
    ),
    "B-70": (
        "integrations/app_store/test_app_store_release_traps.py::test_a_state_that_is_new_to_us_is_none_of_ours",
        "integrations/google_play/test_google_play_release_traps.py::test_a_state_that_is_new_to_us_is_none_of_ours",
    ),
    "B-72": (
        "contracts/test_app_store_releases.py::test_a_rejected_version_is_sent_again_with_another_build",
    ),
    "B-73": (
        "contracts/test_app_store_releases.py::test_a_version_for_everybody_is_complete_at_once",
        "contracts/test_app_store_releases.py::test_completing_gives_it_to_everybody",
        "integrations/google_play/test_google_play_release_traps.py::test_a_review_takes_its_time",
    ),
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
    ),
    "d": ("unit/domain/test_domain_acts.py::test_holding_and_archiving_work_everywhere",),
    "e": ("scenarios/test_engine_earlier_defects.py::test_a_rollout_is_halted_while_a_hotfix_runs",),
    "g": (
        "scenarios/test_engine_trains.py::test_what_keeps_a_release_from_being_made_is_told_once_and_tried_again",
        "scenarios/test_slack_trains.py::test_owners_hear_when_a_release_can_not_be_made",
    ),
    "i": ("integrations/github/test_github_notes.py::test_no_changes_are_said_so",),
    "j": (
        "integrations/slack/test_slack_faults.py::test_trouble_is_told_with_what_may_have_happened",
        "scenarios/test_slack_outbox.py::test_a_429_is_waited_for_and_nothing_is_lost",
    ),
    "l": (
        "store/test_release_rows.py::test_leaving_without_a_commit_leaves_nothing",
        "store/test_release_rows.py::test_everything_of_a_change_is_committed_together",
    ),
}
"""The tests by defect, below `tests/`."""

ABSENT: Mapping[str, str] = {
    "B-57": "No setting names an assignee, so none is ignored",
    "B-71": "No route is polled: looks at stores, runs and tickets are rows that come due inside the bot",
    "B-74": "How often a store is looked at is one setting, read in one place",
    "f": "There is no soak time: a wait is a row with a deadline and a watcher",
    "h": "Health is read by nobody; what is read again is a row that stays due until it was read",
    "k": "A release's channels are part of its own snapshot",
}
"""Why a defect has no place here."""
