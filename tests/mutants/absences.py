"""Bugs about what is away for a while: Slack, a database that undid what was begun, whoever lost a lease."""

from tests.mutants.mutant import Mutant

_REACH, _AGAIN = "tests/unit/bot/test_reach.py", "tests/unit/services/test_again.py"

ABSENCES: tuple[Mutant, ...] = (
    Mutant(
        name="an absent Slack is tried less and less, without a bound",
        module="bot.slack.reach",
        old="whole = min(LONGEST_WAIT, 2.0 ** min(self._unanswered - _IN_A_ROW, 10))",
        new="whole = 2.0 ** min(self._unanswered - _IN_A_ROW, 10)",
        caught_by=f"{_REACH}::test_half_an_hour_without_slack_costs_no_more_for_many_lanes",
    ),
    Mutant(
        name="a message that Slack wants later counts as an absence",
        module="bot.slack.reach",
        old="        if error.after is not None or isinstance(error, TooLate):\n",
        new="        if isinstance(error, TooLate):\n",
        caught_by=f"{_REACH}::test_what_slack_answers_or_never_got_is_no_absence",
    ),
    Mutant(
        name="a trial that ended in a fault is the last one",
        module="bot.slack.reach",
        old="        if self._trial == letter.id:\n",
        new="        if self._trial == letter.id and not self.away:\n",
        caught_by=f"{_REACH}::test_a_trial_that_ends_otherwise_is_followed_by_another",
    ),
    Mutant(
        name="Slack is not known to be back by an answer to a person",
        module="bot.slack.reach",
        old="_ALWAYS_CALL = frozenset({OutgoingKind.ANSWER, OutgoingKind.STEP})",
        new="_ALWAYS_CALL = frozenset({OutgoingKind.STEP})",
        caught_by=f"{_REACH}::test_whatever_went_out_ends_the_absence",
    ),
    Mutant(
        name="what nobody knows the end of is begun anew like what was undone",
        module="orchestration.services.again",
        old="from orchestration.ports.runtime import GaveWay\n",
        new="from orchestration.ports.runtime import DatabaseAway as GaveWay\n",
        caught_by=f"{_AGAIN}::test_what_may_have_been_stored_is_not_begun_anew",
    ),
    Mutant(
        name="who gave way comes back at once",
        module="orchestration.services.again",
        old="                await stand_back()\n",
        new="",
        caught_by=f"{_AGAIN}::test_who_gave_way_stands_back_before_the_next_try",
    ),
    Mutant(
        name="what gave way uses up a try of its task",
        module="orchestration.services.work_due",
        old="    except (StaleClaim, DatabaseAway):\n",
        new="    except StaleClaim:\n",
        caught_by="tests/unit/bot/test_bot_without_database.py::test_a_task_outlives_the_database",
    ),
    Mutant(
        name="who lost a webhook ends it all the same",
        module="orchestration.store.webhooks",
        old="            columns.fence == errand.fence,\n",
        new="",
        caught_by="tests/store/test_fences.py::test_who_lost_a_lease_ends_it_no_more",
    ),
    Mutant(
        name="who lost a lease and won it again lengthens the lost one",
        module="orchestration.store.leases",
        old="or_(*(and_(name == row, table.c.fence == fence) for row, fence in held))",
        new="or_(*(name == row for row, _ in held))",
        caught_by="tests/store/test_fences.py::test_who_lost_a_lease_ends_it_no_more",
    ),
)
