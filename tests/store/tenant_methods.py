"""Every method of a store that takes a tenant, tried with what another tenant has; a check holds it complete.

`NOTHING` says what a question of another tenant finds: a value, or the error that it raises.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from orchestration.domain.chain import Head
from orchestration.domain.due import WorkKind
from orchestration.domain.quiet import Attention
from orchestration.domain.standing import Deputy
from orchestration.ports.homes import Shown
from orchestration.ports.listing import ReleaseFilter
from orchestration.ports.planning import DutyKind
from orchestration.ports.runtime import NoSuchRelease, Outgoing, OutgoingKind
from orchestration.store.drafts import NoSuchDraft
from orchestration.store.integrations import IntegrationState, Judged, NoSuchIntegration
from orchestration.store.store import Store
from orchestration.store.unit_of_work import SqlUnitOfWork
from tests.store.samples import NOW
from tests.store.tenant_filled import FREEZE, KEPT, LATER, RELEASE, SAID, TOKEN
from tests.support.trains import MONDAY

Ask = Callable[[SqlUnitOfWork, str], Awaitable[Any]]
AskStore = Callable[[Store, str], Awaitable[Any]]
_ID, _GATE = RELEASE.id, RELEASE.gates[0].id
_JUDGED = Judged(state=IntegrationState.REVOKED, checks=(), at=NOW)
_DEPUTY = Deputy(person="U1", deputy="U3", until=LATER)
_WISH = Attention(person="U1", name="Eve", zone="Europe/Berlin")

QUESTIONS: Mapping[str, tuple[Ask, Any]] = {
    "attentions.is_told": (lambda w, t: w.attentions.is_told(t, "U1", KEPT.key), None),
    "attentions.of": (lambda w, t: w.attentions.of(t, "U1"), None),
    "attentions.waiting": (lambda w, t: w.attentions.waiting(t, "U1"), []),
    "configuration_drafts.find": (
        lambda w, t: w.configuration_drafts.find(t, "U1", "default", now=NOW),
        None,
    ),
    "configuration_drafts.of_person": (lambda w, t: w.configuration_drafts.of_person(t, "U1", now=NOW), ()),
    "directory.configurations": (lambda w, t: w.directory.configurations(t), []),
    "directory.grants": (lambda w, t: w.directory.grants(t), []),
    "directory.roles": (lambda w, t: w.directory.roles(t, "U1"), frozenset()),
    "directory.unverified": (lambda w, t: w.directory.unverified(t, ["github"]), {"github": "missing"}),
    "drafts.get": (lambda w, t: w.drafts.get(t, "d1", now=NOW), NoSuchDraft),
    "homes.shown": (lambda w, t: w.homes.shown(t, "U1"), None),
    "homes.viewers": (lambda w, t: w.homes.viewers(t, since=NOW - timedelta(days=1)), []),
    "integrations.get": (lambda w, t: w.integrations.get(t, "github"), NoSuchIntegration),
    "integrations.list": (lambda w, t: w.integrations.list(t), []),
    "people.deputies": (lambda w, t: w.people.deputies(t, at=NOW), []),
    "people.logins": (lambda w, t: w.people.logins(t), {}),
    "places.cards": (lambda w, t: w.places.cards(t, [_ID]), {}),
    "places.holders": (lambda w, t: w.places.holders(t, _ID, _GATE), []),
    "places.release_at": (lambda w, t: w.places.release_at(t, "C1", "1.1"), None),
    "planning.absences": (lambda w, t: w.planning.absences(t, since=MONDAY), []),
    "planning.freeze": (lambda w, t: w.planning.freeze(t, FREEZE.id), None),
    "planning.freezes": (lambda w, t: w.planning.freezes(t), []),
    "planning.owners": (lambda w, t: w.planning.owners(t), []),
    "planning.rotations": (lambda w, t: w.planning.rotations(t), []),
    "planning.runs": (lambda w, t: w.planning.runs(t, "weekly", since=MONDAY), []),
    "planning.train": (lambda w, t: w.planning.train(t, "weekly"), None),
    "planning.trains": (lambda w, t: w.planning.trains(t), []),
    "releases.active": (lambda w, t: w.releases.active(t), []),
    "releases.ancestors": (lambda w, t: w.releases.ancestors(t, "Pixel"), []),
    "releases.by_build": (
        lambda w, t: w.releases.by_build(t, run_id="4711", texts=[RELEASE.builds[0].id]),
        [],
    ),
    "releases.by_store": (lambda w, t: w.releases.by_store(t, "app-store"), []),
    "releases.chain_head": (lambda w, t: w.releases.chain_head(t), Head(seq=0, hash="0" * 64)),
    "releases.count_of": (lambda w, t: w.releases.count_of(t, "default"), 0),
    "releases.earlier": (lambda w, t: w.releases.earlier(t, "Pixel", before=LATER), []),
    "releases.ended": (lambda w, t: w.releases.ended(t, limit=5), []),
    "releases.events": (lambda w, t: w.releases.events(t, _ID), []),
    "releases.find": (lambda w, t: w.releases.find(t, _ID), []),
    "releases.get": (lambda w, t: w.releases.get(t, _ID), NoSuchRelease),
    "releases.history": (lambda w, t: w.releases.history(t, _ID, before=None, limit=5), []),
    "releases.last_tag": (lambda w, t: w.releases.last_tag(t, "Pixel"), None),
    "releases.latest_versions": (lambda w, t: w.releases.latest_versions(t, "Pixel"), {}),
    "releases.links": (lambda w, t: w.releases.links(t, _ID), []),
    "releases.page": (lambda w, t: w.releases.page(t, ReleaseFilter(), after=None, limit=5), []),
    "releases.reviews": (lambda w, t: w.releases.reviews(t, "app-store"), []),
    "releases.taken": (lambda w, t: w.releases.taken(t, RELEASE.snapshot.scm), []),
    "steps.find": (lambda w, t: w.steps.find(t, "Fx1"), None),
    "steps.waiting": (lambda w, t: w.steps.waiting(t, _ID), []),
    "tokens.of_tenant": (lambda w, t: w.tokens.of_tenant(t), []),
    "tokens.roles": (lambda w, t: w.tokens.roles(t, TOKEN.id), frozenset()),
    "webhooks.deliveries": (lambda w, t: w.webhooks.deliveries(t, "hook1", before=None, limit=5), []),
    "webhooks.delivery": (lambda w, t: w.webhooks.delivery(t, "hook1", 1), None),
    "webhooks.find": (lambda w, t: w.webhooks.find(t, "hook1"), None),
    "webhooks.of_tenant": (lambda w, t: w.webhooks.of_tenant(t), []),
    "work.placed": (lambda w, t: w.placed(t, f"card:{_ID}"), None),
}

ORDERS: Mapping[str, Ask] = {
    "attentions.keep": lambda w, t: w.attentions.keep(t, replace(KEPT, key="another")),
    "attentions.save": lambda w, t: w.attentions.save(t, _WISH),
    "attentions.told": lambda w, t: w.attentions.told(t, "U1", at=NOW),
    "configuration_drafts.remove": lambda w, t: w.configuration_drafts.remove(t, "U1", "default"),
    "directory.grant": lambda w, t: w.directory.grant(t, "U1", "viewer"),
    "directory.revoke": lambda w, t: w.directory.revoke(t, "U1", "owner"),
    "drafts.remove": lambda w, t: w.drafts.remove(t, "d1"),
    "homes.opened": lambda w, t: w.homes.opened(t, "U1", at=LATER, view_hash="new"),
    "homes.published": lambda w, t: w.homes.published(t, "U1", Shown(hash="new", digest="new")),
    "integrations.make_due": lambda w, t: w.integrations.make_due(t, "github", at=NOW),
    "integrations.record": lambda w, t: w.integrations.record(t, "github", _JUDGED),
    "integrations.remove": lambda w, t: w.integrations.remove(t, "github"),
    "integrations.suspect": lambda w, t: w.integrations.suspect(t, ["github"], at=NOW),
    "integrations.warned": lambda w, t: w.integrations.warned(t, "github", 7),
    "people.claim": lambda w, t: w.people.claim(t, "octocat", "U2"),
    "people.drop": lambda w, t: w.people.drop(t, "octocat"),
    "people.end_deputy": lambda w, t: w.people.end_deputy(t, "U1"),
    "people.name_deputy": lambda w, t: w.people.name_deputy(t, _DEPUTY),
    "planning.look": lambda w, t: w.planning.look(t, DutyKind.TRAIN, "weekly", at=None),
    "planning.remove_absences": lambda w, t: w.planning.remove_absences(t, "U1"),
    "turns.give_back": lambda w, t: w.turns.give_back(t, "app-store", holder="first"),
    "turns.take": lambda w, t: w.turns.take(t, "app-store", holder="second", urgent=True),
    "work.nudge": lambda w, t: w.nudge(t, RELEASE.tasks[2].id, at=NOW, kind=WorkKind.TASK),
    "work.send": lambda w, t: w.send(
        t, [Outgoing(kind=OutgoingKind.CARD, lane="1.1", key=f"card:{_ID}", release_id=_ID)]
    ),
    "work.suspect": lambda w, t: w.suspect(t, ["github"], at=NOW),
    "work.tell": lambda w, t: w.tell(t, [SAID]),
}

STORE_QUESTIONS: Mapping[str, tuple[AskStore, Any]] = {
    "inbox.answered": (lambda s, t: s.inbox.answered(t, "k"), None),
    "mailbox.ref": (lambda s, t: s.mailbox.ref(t, f"card:{_ID}"), None),
    "rows.get": (lambda s, t: s.integrations.get(t, "github"), NoSuchIntegration),
    "rows.list": (lambda s, t: s.integrations.list(t), []),
    "store.chained": (lambda s, t: s.chained(t, after=0), []),
}

STORE_ORDERS: Mapping[str, AskStore] = {
    "rows.record": lambda s, t: s.integrations.record(t, "github", _JUDGED),
    "rows.remove": lambda s, t: s.integrations.remove(t, "github"),
}

NOT_TRIED: Mapping[str, str] = {
    "work.alone": "It keeps others of the same tenant waiting, and neither reads nor writes a row",
    "store.broken_at": "It says of one chain of events whether it is whole; test_audit_chain breaks one beside another",
}
"""Why a method can't be tried so."""
