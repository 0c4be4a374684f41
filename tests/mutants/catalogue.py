"""Bugs that we put into ourselves, one at a time: each is a few words in one named place, and who must notice it.

`caught_by` is `simulation`, or a file of tests. `stir` names the faults and deeds that its schedules are made of, so
that few are enough; among all faults it takes more seeds. A place that is gone fails loudly: the list follows the code.
"""

from tests.mutants.around import AROUND
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
        caught_by="tests/store/test_release_rows.py",
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
        caught_by="tests/scenarios/test_slack_durable_inbox.py",
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
        stir=("act", "approve", "commit", "cycle"),
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
        caught_by="tests/scenarios/test_engine_approvals.py",
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
        caught_by="tests/unit/services/test_effects.py",
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
        stir=("crash",),
    ),
    Mutant(
        name="who slept makes what another has taken over",
        module="orchestration.ports.making",
        old="    if still_ours is not None and not still_ours():\n",
        new="    if still_ours is None:\n",
        stir=("pause", "trouble", "slow beyond the lease"),
    ),
    Mutant(
        name="work starts under a hold",
        module="orchestration.domain.due",
        old="    if stops_work(release.holds):\n        return False\n",
        new="",
        stir=("act", "hold", "credentials hold"),
    ),
    Mutant(
        name="archiving leaves the tasks",
        module="orchestration.domain.acts",
        old='    cancel_tasks(change, "the release was archived", change.release.tasks)\n',
        new="",
        stir=("act", "archive"),
    ),
    Mutant(
        name="the release tag stands on whatever the branch's head is",
        module="orchestration.catalogue.tasks.create_release_tag",
        old="        return tested\n",
        new="        return (await attempt.scm.head_of(attempt.release.branch)).sha\n",
        stir=("act", "commit", "force"),
    ),
    Mutant(
        name="a request is answered and not ended",
        module="bot.slack.desk",
        old=(
            "            await work.send(self.intent.tenant_id, [home_letter(self.intent.actor.id)])\n"
            "        await work.finish(self.request)\n"
        ),
        new="            await work.send(self.intent.tenant_id, [home_letter(self.intent.actor.id)])\n",
        caught_by="tests/scenarios/test_slack_durable_inbox.py",
    ),
    Mutant(
        name="a claim takes what another one has",
        module="orchestration.store.leases",
        old="        .where(columns.due_ms <= AT, time.over(columns.lease_until_ms))\n",
        new="        .where(columns.due_ms <= AT)\n",
        stir=("trouble", "slow beyond the lease"),
    ),
    Mutant(
        name="fences do not rise",
        module="orchestration.store.dispatcher",
        old="fence=work.c.fence + 1",
        new="fence=work.c.fence",
        stir=("crash", "pause"),
    ),
    Mutant(
        name="the audit chain begins anew with each event",
        module="orchestration.store.audit",
        old='            "prev_hash": head,\n',
        new='            "prev_hash": GENESIS,\n',
        stir=("act", "hold"),
    ),
    Mutant(
        name="a sender that died leaves no doubt",
        module="orchestration.store.outbox_statements",
        old="            uncertain=case((cut_off, literal(True)), else_=outbox.c.uncertain),\n",
        new="            uncertain=outbox.c.uncertain,\n",
        stir=("crash", "slack"),
    ),
    Mutant(
        name="a message whose answer was lost is sent again",
        module="bot.slack.outbox",
        old="doubt = error.maybe_done or letter.uncertain",
        new="doubt = letter.uncertain",
        stir=("slack",),
    ),
    Mutant(
        name="a card that was ordered again while it was sent counts as sent",
        module="orchestration.store.outbox_statements",
        old='    same = outbox.c.version == bindparam("ordered")\n',
        new='    same = outbox.c.version >= bindparam("ordered")\n',
        caught_by="tests/store/test_outbox_rows.py",
    ),
    Mutant(
        name="messages of a lane go by time and not by number",
        module="orchestration.store.outbox_statements",
        old="            other.c.id < outbox.c.id,\n",
        new="            other.c.not_before_ms < outbox.c.not_before_ms,\n",
        caught_by="tests/store/test_outbox_rows.py",
    ),
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
        old='releases.c.id == bindparam("release_id"), releases.c.tenant_id == bindparam("tenant_id")',
        new='releases.c.id == bindparam("release_id"), bindparam("tenant_id") == bindparam("tenant_id")',
        caught_by="tests/store/test_tenants_apart.py",
    ),
    Mutant(
        name="nobody is asked for a permission",
        module="orchestration.services.saving",
        old="    if need not in permissions(roles):\n",
        new="    if need is None:\n",
        caught_by="tests/scenarios/test_engine_access.py",
    ),
    Mutant(
        name="a wait never ends",
        module="orchestration.domain.outcomes",
        old="    return now >= wait.deadline_at\n",
        new="    return wait.deadline_at.year > now.year + 9\n",
        caught_by="tests/unit/domain/test_domain_outcomes.py",
    ),
    Mutant(
        name="a try has no budget",
        module="orchestration.domain.outcomes",
        old="    elif task.attempts >= task.retry.attempts:\n",
        new="    elif task.attempts < 0:\n",
        caught_by="tests/unit/domain/test_domain_outcomes.py",
    ),
    Mutant(
        name="a stage ends with its first task",
        module="orchestration.domain.advance",
        old="    return all(task.finished for task in tasks)\n",
        new="    return any(task.finished for task in tasks)\n",
        caught_by="tests/unit/domain/test_domain_advance.py",
    ),
    Mutant(
        name="a message is put off by less than is left of its pause",
        module="orchestration.store.putting_right",
        old="min(ceil(seconds * 1000), _LONGEST_MS)",
        new="min(int(seconds * 1000), _LONGEST_MS)",
        stir=("slack",),
    ),
    *AROUND,
)
