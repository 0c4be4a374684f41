"""Defects of earlier systems, each with the tests that keep it away, or why it can't occur here.

B-01 to B-74 were found in one system, a to m in another. A test that keeps one away names it in its docstring.
"""

from collections.abc import Mapping

from tests.support.defects_of_providers import OF_PROVIDERS
from tests.support.defects_of_trains import OF_TRAINS

_OF_RELEASES: Mapping[str, tuple[str, ...]] = {
    "B-01": ("rest/test_rest_access.py::test_every_route_refuses",),
    "B-02": (
        "access/test_tenant_matrix.py::test_another_workspace_reaches_nothing",
        "unit/domain/test_domain_acts.py::test_only_a_failed_task_is_retried_skipped_or_taken_over",
        "access/test_judging_matrix.py::test_what_is_judged_tells_nothing",
    ),
    "B-03": (
        "store/test_tenants_apart.py::test_a_question_of_another_tenant_finds_nothing",
        "store/test_tenants_every_method.py::test_a_question_finds_what_is_ours_and_nothing_of_others",
        "store/test_tenants_every_method.py::test_an_order_moves_our_rows_and_none_of_others",
    ),
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
    "B-10": (
        "unit/domain/test_domain_outcomes.py::test_a_wait_has_an_owner_a_deadline_and_a_next_look",
        "unit/catalogue/test_catalogue_waits.py::test_a_wait_of_each_type_ends",
        "unit/domain/test_domain_outcomes.py::test_a_wait_past_its_deadline_is_reminded_escalated_and_failed",
        "scenarios/test_engine_backmerges.py::test_a_merge_that_nobody_makes_is_reminded_of",
    ),
    "B-10b": ("unit/domain/test_domain_advance.py::test_independent_tasks_go_side_by_side",),
    "B-11": (
        "unit/catalogue/test_catalogue_plan.py::test_a_cycle_has_what_its_slot_asks_for",
        "scenarios/test_engine_earlier_defects.py::test_every_run_is_tested_again_in_a_new_cycle",
    ),
    "B-12": (
        "unit/domain/test_domain_outcomes.py::test_failed_says_so_once_and_holds_the_release",
        "unit/services/test_pump.py::test_a_piece_that_fails_ends_nothing_else",
        "scenarios/test_engine_earlier_defects.py::test_a_fault_of_ours_ends_in_a_failure_that_is_told",
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
        "unit/domain/test_domain_holds.py::test_no_cause_clears_or_overwrites_another",
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
        "unit/domain/test_domain_outcomes.py::test_news_of_a_task_that_is_settled_is_refused",
    ),
    "B-22": (
        "contracts/test_cicd.py::test_each_verb_starts_one_run_for_a_correlation_id",
        "unit/domain/test_domain_acts.py::test_retrying_redoes_only_what_failed",
        "unit/domain/test_domain_outcomes.py::test_builds_are_kept_with_every_outcome_and_ready_is_told_once",
        "scenarios/test_engine_build_defects.py::test_a_retry_starts_the_run_again_that_failed",
    ),
    "B-23": (
        "scenarios/test_engine_regression.py::test_a_run_of_an_unanswered_order_is_found_and_stopped",
        "scenarios/test_engine_skipping.py::test_a_run_of_an_unanswered_order_is_stopped_when_its_task_is_skipped",
        "unit/domain/test_domain_abandon.py::test_a_run_that_started_meanwhile_is_stopped_too",
        "unit/domain/test_domain_acts.py::test_retrying_redoes_only_what_failed",
        "unit/domain/test_domain_outcomes.py::test_builds_are_kept_with_every_outcome_and_ready_is_told_once",
        "scenarios/test_engine_build_defects.py::test_what_was_started_beside_a_refused_run_is_not_started_again",
        "scenarios/test_engine_build_defects.py::test_what_was_started_beside_a_refused_run_is_stopped_with_its_release",
    ),
    "B-24": (
        "unit/domain/test_domain_decisions.py::test_unmet_conditions_refuse_a_plain_yes_and_are_named",
        "unit/domain/test_domain_phase_and_explain.py::test_unmet_conditions_and_a_no_are_obstacles",
        "unit/catalogue/test_catalogue_gates.py::test_tests_passed_only_where_the_figures_say_so",
    ),
    "B-25": (
        "scenarios/test_engine_approvals.py::test_authors_that_can_not_be_read_keep_the_gate_shut",
        "scenarios/test_engine_regression.py::test_late_commits_are_left_out_with_a_reason_until_another_comes",
        "scenarios/test_engine_regression.py::test_a_branch_that_was_moved_off_the_candidate_is_not_what_was_tested",
        "unit/catalogue/test_catalogue_late_commits.py::test_a_branch_that_lost_the_tested_commit_is_told_as_that",
        "unit/catalogue/test_catalogue_gates.py::test_a_release_that_tested_nothing_meets_nothing",
        "unit/catalogue/test_catalogue_gates.py::test_the_head_is_tested_only_at_the_tested_commit",
        "unit/domain/test_domain_decisions.py::test_nothing_is_approved_before_its_evidence_was_read",
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
        "unit/domain/test_domain_slots.py::test_the_commit_to_ship_is_that_of_the_last_whole_cycle",
    ),
    "B-28": (
        "unit/domain/test_domain_advance.py::test_stage_2_waits_for_a_person_where_so_configured",
        "unit/domain/test_domain_creation.py::test_every_build_that_will_be_needed_has_a_workflow",
        "unit/domain/test_domain_decisions.py::test_auto_passes_when_every_condition_is_met",
        "unit/domain/test_domain_decisions.py::test_auto_passes_on_nothing_less",
    ),
    "B-29": (
        "unit/domain/test_domain_submissions_in_time.py::test_a_person_completes_what_no_store_does_but_not_what_is_on_its_way",
    ),
    "B-30": (
        "unit/catalogue/test_catalogue_plan.py::test_a_plan_is_frozen_when_its_stage_begins",
        "scenarios/test_slack_replan.py::test_an_edit_reaches_a_running_release_only_when_it_is_replanned",
    ),
    "B-31": ("unit/domain/test_domain_orders.py::test_a_moved_target_needs_a_reason",),
    "B-32": (
        "unit/domain/test_domain_submissions_in_time.py::test_a_release_is_completed_by_its_last_store_with_each_ones_own_date",
    ),
    "B-33": (
        "scenarios/test_engine_hotfix.py::test_a_hotfix_lives_beside_a_running_release_and_nothing_is_crossed",
        "unit/domain/test_domain_hotfix.py::test_a_parent_is_found_by_the_version_that_is_ordered",
        "unit/domain/test_domain_hotfix.py::test_a_hotfix_is_judged_by_its_parent_and_not_by_the_newest_release",
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
        "unit/domain/test_domain_hotfix.py::test_a_hotfix_is_judged_by_its_parent_and_not_by_the_newest_release",
        "scenarios/test_engine_hotfix.py::test_a_hotfix_lives_beside_a_running_release_and_nothing_is_crossed",
        "store/test_release_questions.py::test_the_latest_versions_are_the_greatest_by_number",
        "store/test_release_questions.py::test_the_last_tag_is_that_of_the_greatest_version_that_has_one",
    ),
    "B-37": (
        "unit/domain/test_domain_orders.py::test_all_that_is_wrong_is_said_at_once",
        "store/test_hot_plans.py::test_a_long_list_takes_as_many_statements_as_a_short_one",
        "rest/test_rest_journey.py::test_lists_go_on_behind_their_cursor",
        "rest/test_rest_configurations.py::test_every_error_stands_at_its_pointer",
    ),
    "B-38": (
        "unit/domain/test_domain_pairs_and_people.py::test_only_people_can_be_mentioned",
        "scenarios/test_engine_earlier_defects.py::test_what_happens_by_itself_is_in_the_audit_log",
    ),
    "B-39": (
        "scenarios/test_engine_train_acts.py::test_an_edit_looks_ahead_and_makes_no_second_release_for_a_day",
        "store/test_configuration_service.py::test_a_configuration_is_created_read_and_changed",
    ),
}
COVERED: Mapping[str, tuple[str, ...]] = {**_OF_RELEASES, **OF_PROVIDERS, **OF_TRAINS}
"""The tests by defect, below `tests/`."""

ABSENT: Mapping[str, str] = {
    "B-57": "No setting names an assignee, so none is ignored",
    "B-71": "No route is polled: looks at stores, runs and tickets are rows that come due inside the bot",
    "B-74": "How often a store is looked at is one setting, read in one place",
    "f": "There is no soak time: a wait is a row with a deadline and a watcher",
}
"""Why a defect has no place here."""
