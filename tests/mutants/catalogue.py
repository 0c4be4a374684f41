"""Bugs that we put into ourselves, one at a time: each is a few words in one named place, and who must notice it.

`caught_by` is `simulation`, or a file of tests. `stir` names the faults and deeds that its schedules are made of, so
that few are enough; among all faults it takes more seeds. A place that is gone fails loudly: the list follows the code.
"""

from tests.mutants.absences import ABSENCES
from tests.mutants.around import AROUND
from tests.mutants.doors import DOORS
from tests.mutants.messages import MESSAGES
from tests.mutants.mutant import Mutant

MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        name="a save with a claim does not look at the fence",
        module="orchestration.store.saving",
        old='        work.c.fence == bindparam("held"),\n',
        new="",
        stir=("pause", "trouble", "slow beyond the lease"),
    ),
    Mutant(
        name="a save does not compare the revision",
        module="orchestration.store.saving",
        old='        releases.c.revision == bindparam("base"),\n',
        new="",
        caught_by="tests/store/test_release_rows.py::test_a_save_between_reading_and_saving_is_noticed",
    ),
    Mutant(
        name="a request is acknowledged before it is stored",
        module="bot.slack.edge",
        old=(
            "        stored = await self._inbox.receive("
            "Incoming(key=key, tenant_id=tenant, kind=kind, payload=payload))\n"
        ),
        new=(
            "        stored = True\n"
            "        self._late = asyncio.create_task(\n"
            "            self._inbox.receive(Incoming(key=key, tenant_id=tenant, kind=kind, payload=payload))\n"
            "        )\n"
        ),
        caught_by="tests/unit/bot/test_edge.py::test_a_request_is_stored_whole_and_the_worker_is_woken",
    ),
    Mutant(
        name="a repeated click is another request",
        module="bot.slack.edge",
        old="        key, tenant = key_of(kind, body), tenant_of(body)\n",
        new="        key, tenant = key_of(kind, body) + self._chance.code(6), tenant_of(body)\n",
        stir=("act", "hold", "resume"),
    ),
    Mutant(
        name="resume clears every hold",
        module="orchestration.domain.acts",
        old="holds=lifted(change.release.holds, *mine)",
        new="holds=()",
        stir=("act", "hold", "resume", "credentials hold"),
    ),
    Mutant(
        name="a connection that works again clears every hold",
        module="orchestration.domain.credentials",
        old="    holds = lifted(change.release.holds, HoldCause.CREDENTIALS, integration_id)\n",
        new="    holds = ()\n",
        stir=("act", "hold", "credentials hold"),
    ),
    Mutant(
        name="a freeze that ends clears every hold",
        module="orchestration.domain.freezes",
        old="holds=lifted(release.holds, *key)",
        new="holds=()",
        stir=("act", "hold", "freeze"),
    ),
    Mutant(
        name="only the first failed task holds",
        module="orchestration.domain.advance",
        old="        if task_id in holding:\n            continue\n        reason",
        new="        if holding:\n            continue\n        reason",
        stir=("trouble", "refused"),
    ),
    Mutant(
        name="a change is stored and nobody is told",
        module="orchestration.services.saving",
        old="    if messages:\n",
        new="    if messages and claim is None:\n",
        stir=("act", "commit"),
    ),
    Mutant(
        name="a change is stored and its events are not",
        module="orchestration.store.releases",
        old="        self._record(change.release.tenant_id, change.events[self.recorded.get(change, 0) :])\n",
        new="        self._record(change.release.tenant_id, change.events[1:])\n",
        stir=("act", "hold"),
    ),
    Mutant(
        name="a yes counts for whatever the evidence is now",
        module="orchestration.domain.decisions",
        old="    if gate.evidence.digest != digest:\n",
        new="    if not digest:\n",
        caught_by="tests/unit/domain/test_domain_decisions.py::test_a_yes_to_other_evidence_is_refused",
    ),
    Mutant(
        name="what was signed stays when the evidence changes",
        module="orchestration.domain.decisions",
        old="    if said and gate.signatures:\n",
        new="    if not said and gate.signatures:\n",
        stir=("act", "approve", "commit"),
    ),
    Mutant(
        name="a condition that can't be read counts as met",
        module="orchestration.services.read_gate",
        old="met=False, says=says",
        new="met=True, says=says",
        caught_by=(
            "tests/scenarios/test_engine_approvals.py::test_authors_that_can_not_be_read_keep_the_gate_shut"
        ),
    ),
    Mutant(
        name="after a doubt the effect is not looked for",
        module="orchestration.services.effects",
        old="        if known is not None and known.state is EffectState.SENT:\n",
        new="        if known is not None and known.plan is None:\n",
        stir=("crash", "trouble", "lost answer after the effect"),
    ),
    Mutant(
        name="after a restore the effect is not looked for",
        module="orchestration.services.effects",
        old="        if self._restored is None:\n",
        new="        if self._claim is not None:\n",
        caught_by="tests/unit/services/test_effects.py::test_after_a_restore_what_was_made_is_found",
    ),
    Mutant(
        name="absence is believed at once",
        module="orchestration.services.effects",
        old="        if left > timedelta(0):\n",
        new="        if left > timedelta(days=1):\n",
        stir=("trouble", "lost answer after the effect", "crash"),
    ),
    Mutant(
        name="a lost answer counts as nothing done",
        module="orchestration.services.effects",
        old="            if not (isinstance(error, TryLater) and error.maybe_done):\n",
        new="            if isinstance(error, PortError):\n",
        stir=("trouble", "lost answer after the effect"),
    ),
    Mutant(
        name="an effect is made before it is intended",
        module="orchestration.services.effects",
        old="        effect = await self._intend(effect_id, planned)\n",
        new=(
            "        effect = Effect(\n"
            "            id=effect_id, task_id=self._claim.subject, state=EffectState.SENT,\n"
            "            sent_at=self._engine.clock.now(), plan=dict(planned),\n"
            "        )\n"
        ),
        caught_by="tests/unit/services/test_effects.py::test_a_fresh_effect_is_intended_then_made",
    ),
    Mutant(
        name="who slept makes what another has taken over",
        module="orchestration.ports.making",
        old="    if still_ours is not None and not still_ours():\n",
        new="    if still_ours is None:\n",
        caught_by="tests/integrations/edge/test_making_too_late.py::test_a_request_that_makes_something_is_not_sent_too_late",
    ),
    Mutant(
        name="work starts under a hold",
        module="orchestration.domain.due",
        old="    return not seen.stopped and seen.after_all(task)\n",
        new="    return seen.after_all(task)\n",
        caught_by="tests/unit/domain/test_domain_due.py::test_nothing_begins_under_a_hold_of_the_release",
    ),
    Mutant(
        name="archiving leaves the tasks",
        module="orchestration.domain.acts",
        old='    cancel_tasks(change, "the release was archived", change.release.tasks)\n',
        new="",
        caught_by="tests/unit/domain/test_domain_acts.py::test_an_archived_release_has_nothing_open",
    ),
    Mutant(
        name="what a skipped task still runs at CI goes on",
        module="orchestration.domain.acts",
        old="reason=reason)\n    order_stop(change, task.id)\n",
        new="reason=reason)\n",
        caught_by="tests/unit/domain/test_domain_abandon.py::test_what_a_skipped_task_still_runs_is_ordered_stopped",
    ),
    Mutant(
        name="a ticket that is there takes other fields over",
        module="orchestration.domain.replanning",
        old="task.type is _TICKET and task.state in _OPEN and task.pair",
        new="task.type is _TICKET and task.pair",
        caught_by=(
            "tests/unit/domain/test_domain_replanning.py::"
            "test_a_ticket_that_could_not_be_made_takes_other_fields_over"
        ),
    ),
    Mutant(
        name="the release tag stands on whatever the branch's head is",
        module="orchestration.catalogue.tasks.create_release_tag",
        old="        return tested\n",
        new="        return (await attempt.scm.head_of(attempt.release.branch)).sha\n",
        caught_by=(
            "tests/unit/catalogue/test_catalogue_different.py::test_the_release_is_tagged_where_it_was_tested"
        ),
    ),
    Mutant(
        name="a request is answered and not ended",
        module="bot.slack.desk",
        old=(
            "            await work.send(self.intent.tenant_id, [home_letter(self.intent.actor.id)])\n"
            "        await work.finish(self.request)\n"
        ),
        new="            await work.send(self.intent.tenant_id, [home_letter(self.intent.actor.id)])\n",
        caught_by="tests/unit/bot/test_desk.py::test_the_answer_and_the_end_are_one_transaction",
    ),
    Mutant(
        name="a claim takes what another one has",
        module="orchestration.store.leases",
        old="        .where(columns.due_ms <= AT, time.over(columns.lease_until_ms))\n",
        new="        .where(columns.due_ms <= AT)\n",
        caught_by=(
            "tests/contracts/test_dispatcher.py"
            "::test_claimed_work_is_not_given_out_again_while_the_lease_lasts"
        ),
    ),
    Mutant(
        name="fences do not rise",
        module="orchestration.store.dispatcher",
        old="fence=work.c.fence + 1",
        new="fence=work.c.fence",
        caught_by=(
            "tests/contracts/test_dispatcher.py"
            "::test_a_dead_workers_work_is_given_out_again_with_a_higher_fence"
        ),
    ),
    Mutant(
        name="the audit chain begins anew with each event",
        module="orchestration.store.audit",
        old='            "prev_hash": head,\n',
        new='            "prev_hash": GENESIS,\n',
        caught_by="tests/store/test_audit_chain.py::test_the_chain_is_whole_under_concurrent_writers",
    ),
    *MESSAGES,
    Mutant(
        name="a retry is the same order as the first try",
        module="orchestration.domain.acts",
        old="        generation=task.generation + 1,\n",
        new="        generation=task.generation,\n",
        caught_by="tests/unit/domain/test_domain_outcomes.py",
    ),
    Mutant(
        name="releases are found in every tenant",
        module="orchestration.store.loading",
        old='releases.c.tenant_id == bindparam("tenant_id"), releases.c.id == bindparam("release_id")',
        new='bindparam("tenant_id") == bindparam("tenant_id"), releases.c.id == bindparam("release_id")',
        caught_by=(
            "tests/store/test_tenants_apart.py::test_another_tenants_release_can_be_neither_read_nor_saved"
        ),
    ),
    Mutant(
        name="nobody is asked for a permission",
        module="orchestration.services.saving",
        old="    if need not in permissions(roles):\n",
        new="    if need is None:\n",
        caught_by="tests/unit/services/test_saving.py::test_without_permission_nothing_is_done",
    ),
    Mutant(
        name="a wait never ends",
        module="orchestration.domain.outcomes",
        old="    return now >= wait.deadline_at\n",
        new="    return wait.deadline_at.year > now.year + 9\n",
        caught_by=(
            "tests/unit/domain/test_domain_outcomes.py"
            "::test_a_wait_past_its_deadline_is_reminded_escalated_and_failed"
        ),
    ),
    Mutant(
        name="a try has no budget",
        module="orchestration.domain.outcomes",
        old="    elif task.attempts >= task.retry.attempts:\n",
        new="    elif task.attempts < 0:\n",
        caught_by=(
            "tests/unit/domain/test_domain_outcomes.py"
            "::test_transient_trouble_is_tried_again_within_the_budget_and_then_fails"
        ),
    ),
    Mutant(
        name="a stage ends with its first task",
        module="orchestration.domain.advance",
        old="    return all(task.finished for task in tasks)\n",
        new="    return any(task.finished for task in tasks)\n",
        caught_by="tests/unit/domain/test_domain_advance.py",
    ),
    *AROUND,
    *DOORS,
    *ABSENCES,
)
