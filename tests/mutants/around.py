"""Bugs around the engine: in stores, trains, webhooks, what is forgotten, readiness, tenants and upgrades."""

from tests.mutants.mutant import Mutant

AROUND: tuple[Mutant, ...] = (
    Mutant(
        name="a halt waits until nothing holds the release",
        module="orchestration.domain.due",
        old="    return pending.verb in SAFE or not (release.ended or stops_work(release.holds))\n",
        new="    return not (release.ended or stops_work(release.holds))\n",
        caught_by="tests/unit/domain/test_domain_distribution_machine.py",
    ),
    Mutant(
        name="a halt is refused under a hold",
        module="orchestration.domain.store_orders",
        old="    if verb in SAFE:\n        _require_something_to_stop",
        new="    if verb in SAFE and not stops_work(change.release.holds):\n        _require_something_to_stop",
        caught_by="tests/unit/domain/test_domain_distribution_machine.py",
    ),
    Mutant(
        name="a late word of the store takes the percentage back",
        module="orchestration.domain.following",
        old="percent = max(known.percent, seen.percent) if agrees",
        new="percent = seen.percent if agrees",
        caught_by=(
            "tests/unit/domain/test_domain_submissions.py"
            "::test_the_share_only_grows_and_an_earlier_word_moves_nothing"
        ),
    ),
    Mutant(
        name="an edit that somebody ended is not done again",
        module="integrations.google_play.edits",
        old="                except (EditGone, WantsNotSent, WantsSent) as error:\n",
        new="                except (WantsNotSent, WantsSent) as error:\n",
        caught_by=(
            "tests/integrations/google_play/test_google_play_release_traps.py"
            "::test_a_change_in_the_console_redoes_the_edit"
        ),
    ),
    Mutant(
        name="a train makes two releases for one date",
        module="orchestration.store.planning",
        old="        if result.rowcount == 0:\n            raise AlreadySettled(",
        new="        if result.rowcount < 0:\n            raise AlreadySettled(",
        caught_by="tests/store/test_planning_rows.py::test_a_date_is_settled_once",
    ),
    Mutant(
        name="the signature of a webhook is that of an empty body",
        module="orchestration.domain.webhooks",
        old="signature(secret, delivery.id, stamp, delivery.body)",
        new="signature(secret, delivery.id, stamp, str())",
        caught_by="tests/rest/test_rest_webhooks.py::test_what_happens_is_told_in_order_and_signed",
    ),
    Mutant(
        name="requests that wait are forgotten with those that were served",
        module="orchestration.store.purging",
        old="inbox.c.not_before_ms.is_(None), inbox.c.received_ms < before",
        new="inbox.c.received_ms < before",
        caught_by="tests/store/test_purging.py",
    ),
    Mutant(
        name="the messages of a running release are forgotten",
        module="orchestration.store.purging",
        old="or_(outbox.c.release_id.is_(None), ~running)",
        new="or_(outbox.c.release_id.is_(None), outbox.c.release_id.is_not(None))",
        caught_by="tests/store/test_purging.py::test_messages_of_a_running_release_stay",
    ),
    Mutant(
        name="who is ready in one part is ready",
        module="bot.api.health",
        old='{"ready": all(parts.values()), **parts}',
        new='{"ready": any(parts.values()), **parts}',
        caught_by="tests/unit/bot/test_readiness.py::test_one_part_that_does_not_answer_is_enough",
    ),
    Mutant(
        name="a loop that stands still is ready",
        module="bot.api.health",
        old='self._looks.get(name, float("-inf")) < limit',
        new='self._looks.get(name, float("-inf")) < float("inf")',
        caught_by="tests/unit/bot/test_readiness.py::test_one_loop_that_stands_still_is_enough",
    ),
    Mutant(
        name="a webhook of another tenant is found by its id",
        module="orchestration.store.webhooks",
        old="select(webhooks).where(webhooks.c.tenant_id == tenant_id, webhooks.c.id == storable(webhook_id))",
        new="select(webhooks).where(webhooks.c.id == storable(webhook_id))",
        caught_by="tests/store/test_tenants_every_method.py",
    ),
    Mutant(
        name="work that only a newer version knows is claimed",
        module="orchestration.store.leases",
        old="        .where(known(table, kinds))\n",
        new="",
        caught_by=(
            "tests/store/test_newer_version.py"
            "::test_work_of_a_kind_that_only_a_newer_version_knows_waits_for_it"
        ),
    ),
    Mutant(
        name="a message that only a newer version knows is claimed",
        module="orchestration.store.outbox_statements",
        old="            known(outbox, OutgoingKind),\n",
        new="",
        caught_by="tests/store/test_newer_version.py::test_a_message_of_a_newer_kind_is_not_overtaken",
    ),
    Mutant(
        name="a schema of a newer version is migrated",
        module="orchestration.store.migrate",
        old="        return not _ahead(found) and found != wanted\n",
        new="        return found != wanted\n",
        caught_by="tests/store/test_newer_version.py::test_upgrading_leaves_a_newer_schema_alone",
    ),
    Mutant(
        name="a migration takes its tables while it changes them",
        module="orchestration.store.migrate",
        old="if database.is_postgres and not await _all_ours(connection, wait):",
        new="if database.is_postgres and not connection:",
        caught_by="tests/store/test_migrating_beside.py::test_a_bot_that_works_in_another_order_is_not_ended",
    ),
    Mutant(
        name="who stood still trusts a clock that was set back",
        module="orchestration.services.effects",
        old=" and time() - begun <= longest\n",
        new=" and begun <= begun + longest\n",
        caught_by="tests/unit/services/test_effects.py::test_a_sleep_counts_though_the_clock_was_set_back_meanwhile",
    ),
    Mutant(
        name="a run that was started beside a refused one is in no doubt",
        module="orchestration.domain.stopping",
        old="        or (effect.state is EffectState.CONFIRMED and ASKED_AT in effect.plan and name not in told)\n",
        new="",
        caught_by="tests/scenarios/test_engine_build_defects.py"
        "::test_what_was_started_beside_a_refused_run_is_not_started_again",
    ),
)
