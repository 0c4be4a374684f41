"""A tenant that has one of everything, and all of its rows."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from orchestration.domain.events import Event, EventKind
from orchestration.domain.freezes import Freeze
from orchestration.domain.quiet import Attention, Kept
from orchestration.domain.release import Closing
from orchestration.domain.rotation import Absence, Rotation
from orchestration.domain.stages import Stage
from orchestration.domain.standing import Deputy
from orchestration.domain.tasks import Task, TaskType
from orchestration.domain.tokens import Scope, Token
from orchestration.domain.train import Run, RunState
from orchestration.domain.webhooks import Delivery, Webhook
from orchestration.domain.workflow_steps import WorkflowStep
from orchestration.ports.homes import Shown
from orchestration.ports.notification import MessageRef
from orchestration.ports.planning import DutyKind
from orchestration.ports.runtime import Configuration, ConfigurationDraft, Incoming, Outgoing, OutgoingKind
from orchestration.ports.webhooks import Sealed
from orchestration.store.drafts import Draft
from orchestration.store.integrations import IntegrationRow, IntegrationState
from orchestration.store.store import Store
from orchestration.store.tables import metadata
from orchestration.store.unit_of_work import SqlUnitOfWork
from tests.store.samples import CAPTAIN, NOW, TENANT, created, rich_release, small_release, snapshot
from tests.support.trains import MONDAY, train

LATER = NOW + timedelta(days=1)
RELEASE = rich_release()
_TAG = Task(
    id="REL-TAGGED22/tag", type=TaskType.CREATE_RELEASE_TAG, stage=Stage.PRE_RELEASE, output={"tag": "v1.0.0"}
)
TAGGED = replace(small_release("REL-TAGGED22"), tasks=(*small_release("REL-TAGGED22").tasks, _TAG))
GIVEN_UP = replace(small_release("REL-GIVENUP2"), archived=Closing(by="U1", at=NOW, reason="no"))
CONFIGURATION = Configuration(id="default", tenant_id=TENANT, name="Weekly", snapshot=snapshot())
INTEGRATION = IntegrationRow(
    id="github", tenant_id=TENANT, provider="github", name="GitHub", state=IntegrationState.VERIFIED
)
TOKEN = Token(
    id="AAAAAAAAAAAA",
    tenant_id=TENANT,
    name="ci",
    digest="0" * 64,
    scopes=(Scope.ADMIN,),
    created_by="cli",
    created_at=NOW,
    expires_at=LATER,
)
DRAFT = Draft(
    id="d1",
    tenant_id=TENANT,
    person="U1",
    provider="github",
    connection="github",
    name="GitHub",
    expires_at=LATER,
)
CONFIGURATION_DRAFT = ConfigurationDraft(
    tenant_id=TENANT, person="U1", subject="default", document={}, based_on=1, expires_at=LATER
)
WEBHOOK = Webhook(
    id="hook1",
    tenant_id=TENANT,
    url="https://ci.acme.example/",
    events=("*",),
    created_by="U1",
    created_at=NOW,
)
DELIVERY = Delivery(
    tenant_id=TENANT,
    webhook_id="hook1",
    seq=1,
    kind=EventKind.ROLE_GRANTED,
    release_id=None,
    body="{}",
    queued_at=NOW,
)
FREEZE = Freeze(
    id="FRZ-AAAA2", tenant_id=TENANT, reason="Christmas", starts_at=NOW, ends_at=LATER, zone="UTC", by="U1"
)
KEPT = Kept(person="U1", key="card:x", at=NOW, text="Something")
SAID = Event(
    kind=EventKind.ROLE_GRANTED,
    at=NOW,
    actor=CAPTAIN,
    release_id=None,
    data={"person": "U1", "role": "owner"},
)


async def fill(store: Store) -> None:
    """Everything that a tenant can have; longer than the house rule, because it is a list of one of each."""
    async with store.work() as work:
        for release in (RELEASE, TAGGED, GIVEN_UP):
            await work.releases.add(created(release))
        await work.directory.save_configuration(CONFIGURATION)
        await work.directory.grant(TENANT, "U1", "owner")
        await work.tokens.add(TOKEN)
        await work.drafts.put(DRAFT)
        await work.configuration_drafts.put(CONFIGURATION_DRAFT)
        await work.people.claim(TENANT, "octocat", "U1")
        await work.people.name_deputy(TENANT, Deputy(person="U1", deputy="U2", until=LATER))
        await work.homes.opened(TENANT, "U1", at=NOW, view_hash="h")
        await work.homes.published(TENANT, "U1", Shown(hash="h", digest="d"))
        await work.steps.add(
            WorkflowStep(id="Fx1", tenant_id=TENANT, release_id=RELEASE.id, deadline_at=LATER)
        )
        await work.attentions.save(TENANT, Attention(person="U1", name="Ann", zone="UTC"))
        await work.attentions.keep(TENANT, KEPT)
        await work.turns.take(TENANT, "app-store", holder="first")
        await work.webhooks.add(WEBHOOK, Sealed(key_id="k", data=b"sealed"))
        await work.webhooks.put(DELIVERY)
        await _plan(work)
        await work.send(TENANT, _letters())
        await work.commit()
    await store.integrations.add(INTEGRATION)
    async with store.work() as work:
        await work.integrations.make_due(TENANT, INTEGRATION.id, at=LATER)
        await work.commit()
    await store.inbox.receive(
        Incoming(key="k", tenant_id=TENANT, kind="view", payload={"answer": {"response_action": "clear"}})
    )
    for letter in await store.mailbox.claim(limit=5):
        await store.mailbox.sent(
            letter, {letter.outgoing.key: MessageRef(channel="C1", ts=letter.outgoing.lane)}
        )


async def _plan(work: SqlUnitOfWork) -> None:
    """Trains, freezes, rotations, and what is due of them."""
    await work.planning.save_train(train(tenant_id=TENANT))
    await work.planning.add_run(
        Run(
            tenant_id=TENANT,
            train_id="weekly",
            by_rule=MONDAY,
            on=MONDAY,
            state=RunState.SKIPPED,
            by="U1",
            at=NOW,
        )
    )
    await work.planning.save_freeze(FREEZE)
    await work.planning.save_rotation(Rotation(tenant_id=TENANT, scope="train:weekly", queue=("U1",)))
    await work.planning.add_absence(Absence(tenant_id=TENANT, person="U1", from_on=MONDAY, until_on=MONDAY))
    await work.planning.look(TENANT, DutyKind.TRAIN, "weekly", at=NOW)


def _letters() -> list[Outgoing]:
    gate = f"gate:{RELEASE.gates[0].id}:U1"
    return [
        Outgoing(kind=OutgoingKind.CARD, lane="1.1", key=f"card:{RELEASE.id}", release_id=RELEASE.id),
        Outgoing(kind=OutgoingKind.GATE, lane="1.2", key=gate, release_id=RELEASE.id),
    ]


async def rows_of(store: Store, tenant_id: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of a tenant, by table."""
    found = {}
    async with store._database.reading() as connection:
        for table in metadata.sorted_tables:
            if "tenant_id" in table.c:
                rows = await connection.execute(select(table).where(table.c.tenant_id == tenant_id))
                found[table.name] = sorted((tuple(row) for row in rows), key=repr)
    return found
