"""Tokens on both databases: recognised by their secret, good while they should be, worth what their scopes say."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from orchestration.domain.errors import Invalid, NotAllowed, Unknown
from orchestration.domain.people import Actor, ActorKind, Permission, permissions
from orchestration.domain.tokens import Scope, presented
from orchestration.ports.runtime import AlreadyAnswered, KeptAnswer
from orchestration.services import configurations, tokens
from orchestration.services.tokens import Made
from orchestration.store.tables import answers, events
from orchestration.store.tables import tokens as rows
from tests.store.configured import CLI, OTHER, wanted
from tests.support.databases import SetClock
from tests.support.engine import TENANT, Bench
from tests.support.rehearsed import ANN

MONTH = timedelta(days=30)
KEPT = KeptAnswer(key="k", request="d" * 64, status=201, headers={"ETag": '"1"'}, body="{}")


async def made(bench: Bench, *scopes: str, life: timedelta = MONTH, tenant: str = TENANT) -> Made:
    """A new token."""
    return await tokens.create(bench.engine, tenant, name="ci", scopes=scopes, life=life, actor=CLI)


async def test_a_token_is_recognised_by_its_text_and_kept_as_a_digest(bench: Bench) -> None:
    """The secret stands in no row and no event; every part of the text counts."""
    one, other = await made(bench, "read"), await made(bench, "admin")
    found = await tokens.recognise(bench.engine, one.text)
    assert replace(one.token, last_used_on=None) == found
    secret = one.text.rpartition("_")[2]
    async with bench.store._database.reading() as connection:
        kept = [str(row) for table in (rows, events) for row in await connection.execute(select(table))]
    assert kept
    assert not any(secret in row for row in kept)
    assert secret not in repr(one) + repr(presented(one.text))
    wrong = (
        f"sm_{one.token.id}_{other.text.rpartition('_')[2]}",
        one.text[:-1],
        one.text[:-1] + ("A" if one.text[-1] != "A" else "B"),
        one.text.lower(),
        f"sm_{'Z' * 12}_{secret}",
        "",
        "sm__",
        f" {one.text}",
    )
    for text in wrong:
        with pytest.raises(NotAllowed, match=r"^This is no token\.$"):
            await tokens.recognise(bench.engine, text)


@given(st.text(max_size=90))
def test_odd_texts_are_no_tokens(text: str) -> None:
    """Whatever is sent, it is a token or it is none."""
    found = presented(text)
    assert found is None or found.text == text


async def test_a_token_ends(bench: Bench) -> None:
    """At its time, or when it is revoked, whichever is first; only who knows the secret is told so."""
    short, revoked = await made(bench, "read", life=timedelta(days=1)), await made(bench, "read")
    await tokens.revoke(bench.engine, TENANT, revoked.token.id, actor=CLI)
    with pytest.raises(NotAllowed, match="revoked"):
        await tokens.recognise(bench.engine, revoked.text)
    await tokens.recognise(bench.engine, short.text)
    bench.clock.at = short.token.expires_at
    with pytest.raises(NotAllowed, match="expired"):
        await tokens.recognise(bench.engine, short.text)
    with pytest.raises(NotAllowed, match="no token"):
        await tokens.recognise(bench.engine, f"sm_{short.token.id}_{'A' * 52}")


async def test_the_day_of_the_newest_use_is_noted(bench: Bench) -> None:
    """Once a day: a busy token does not write at every request."""
    token = await made(bench, "read")
    for days in (0, 0, 3):
        bench.clock.forward(days=days)
        await tokens.recognise(bench.engine, token.text)
        (listed,) = await tokens.list_all(bench.engine, TENANT, actor=CLI)
        assert listed.last_used_on == bench.clock.at.date()


async def test_an_order_is_judged_whole(bench: Bench) -> None:
    """Name, scopes and life, all at once, and nothing is stored."""
    with pytest.raises(Invalid) as caught:
        await tokens.create(
            bench.engine, TENANT, name=" ", scopes=["read", "root"], life=timedelta(days=400), actor=CLI
        )
    assert [p.field for p in caught.value.problems] == ["name", "scopes.1", "days"]
    with pytest.raises(Invalid):
        await made(bench)
    assert await tokens.list_all(bench.engine, TENANT, actor=CLI) == ()


async def test_only_those_who_may_grant_make_tokens(bench: Bench) -> None:
    """An editor is not enough, nor a token that is no admin's; an admin's token is, in its own tenant alone."""
    writer, admin = await made(bench, "read", "release:write"), await made(bench, "admin")
    for actor, tenant in ((ANN, TENANT), (writer.token.actor, TENANT), (admin.token.actor, OTHER)):
        with pytest.raises(NotAllowed):
            await tokens.create(bench.engine, tenant, name="x", scopes=["read"], life=MONTH, actor=actor)
        with pytest.raises(NotAllowed):
            await tokens.list_all(bench.engine, tenant, actor=actor)
        with pytest.raises(NotAllowed):
            await tokens.revoke(bench.engine, tenant, writer.token.id, actor=actor)
    child = await tokens.create(
        bench.engine, TENANT, name="x", scopes=["read"], life=MONTH, actor=admin.token.actor
    )
    assert child.token.created_by == admin.token.id


async def test_scopes_are_read_again_where_the_change_is_stored(bench: Bench) -> None:
    """A token that was recognised, and revoked before its change is stored, changes nothing."""
    admin = await made(bench, "admin")
    actor = admin.token.actor
    await configurations.save(bench.engine, wanted(), actor=actor)
    await tokens.revoke(bench.engine, TENANT, admin.token.id, actor=CLI)
    with pytest.raises(NotAllowed):
        await configurations.delete(bench.engine, TENANT, "voxel", actor=actor)


@pytest.mark.parametrize("scope", Scope)
def test_no_token_decides_for_people(scope: Scope) -> None:
    """Approving, forcing and archiving are no scope's; a CI token reports builds and does nothing else."""
    allowed = permissions([f"scope:{scope}"])
    assert allowed.isdisjoint({Permission.APPROVE, Permission.FORCE, Permission.ARCHIVE})
    assert allowed
    assert (allowed == {Permission.REPORT}) is (scope is Scope.BUILD_REPORT)


async def test_a_name_of_a_token_gives_a_person_nothing(bench: Bench) -> None:
    """Who acts is told by the kind of actor: a person with a token's id has no scopes."""
    admin = await made(bench, "admin")
    with pytest.raises(NotAllowed):
        await configurations.save(bench.engine, wanted(), actor=Actor(id=admin.token.id))
    stranger = Actor(id=ANN.id, kind=ActorKind.TOKEN)
    with pytest.raises(NotAllowed):
        await configurations.save(bench.engine, wanted(), actor=stranger)


async def test_tokens_of_another_tenant_are_unknown(bench: Bench) -> None:
    """Neither listed nor revoked, though their ids are right."""
    theirs = await made(bench, "admin", tenant=OTHER)
    admin = await made(bench, "admin")
    with pytest.raises(Unknown):
        await tokens.revoke(bench.engine, TENANT, theirs.token.id, actor=admin.token.actor)
    assert [t.id for t in await tokens.list_all(bench.engine, TENANT, actor=CLI)] == [admin.token.id]
    assert (await tokens.recognise(bench.engine, theirs.text)).tenant_id == OTHER


async def test_revoking_twice_is_as_good_as_once(bench: Bench) -> None:
    """The first time counts, and one event tells of it."""
    token = (await made(bench, "read")).token
    first = await tokens.revoke(bench.engine, TENANT, token.id, actor=CLI)
    bench.clock.forward(hours=1)
    assert await tokens.revoke(bench.engine, TENANT, token.id, actor=CLI) == first
    async with bench.store._database.reading() as connection:
        told = await connection.execute(select(events.c.kind).order_by(events.c.seq))
        assert list(told.scalars()) == ["TOKEN_CREATED", "TOKEN_REVOKED"]


async def test_an_answer_is_kept_once_and_for_a_day(bench: Bench) -> None:
    """Of two at once one is kept and the other is undone; after a day the key is free."""
    token = (await made(bench, "read")).token

    async def keep(body: str) -> None:
        async with bench.store.work() as work:
            await work.tokens.keep(token, replace(KEPT, body=body))
            await work.commit()

    results = await asyncio.gather(keep("first"), keep("second"), return_exceptions=True)
    assert [type(result) for result in results if result is not None] == [AlreadyAnswered]
    async with bench.store.look() as work:
        found = await work.tokens.answer(token.id, "k")
        assert await work.tokens.answer("OTHER", "k") is None
    assert found is not None
    assert found.body in {"first", "second"}
    store_clock = bench.store._backing.clock
    assert isinstance(store_clock, SetClock)
    store_clock.advance(timedelta(days=1, seconds=1))
    await keep("third")
    async with bench.store._database.reading() as connection:
        kept = await connection.execute(select(answers.c.body))
        assert list(kept.scalars()) == ["third"]
