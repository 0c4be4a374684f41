"""Tenants never meet, method by method: under another tenant's name nothing of ours is found and no row moves."""

import inspect
from typing import Any

import pytest

from orchestration.store.store import Store
from tests.store.samples import OTHER_TENANT, TENANT
from tests.store.tenant_filled import fill, rows_of
from tests.store.tenant_methods import ORDERS, QUESTIONS, STORE_ORDERS, STORE_QUESTIONS


async def _outcome(asked: Any) -> Any:
    """What came of it: a value, or the kind of error."""
    try:
        return await asked
    except Exception as error:  # noqa: BLE001 - compared with the one that the table names
        return type(error)


@pytest.mark.parametrize("name", [*QUESTIONS, *STORE_QUESTIONS])
async def test_a_question_finds_what_is_ours_and_nothing_of_others(store: Store, name: str) -> None:
    """B-03: the same ids; under our own name there is something, under another one there is not."""
    await fill(store)
    if name in STORE_QUESTIONS:
        ask_store, nothing = STORE_QUESTIONS[name]
        theirs, own = [await _outcome(ask_store(store, tenant)) for tenant in (OTHER_TENANT, TENANT)]
    else:
        ask, nothing = QUESTIONS[name]
        async with store.look() as work:
            theirs, own = [await _outcome(ask(work, tenant)) for tenant in (OTHER_TENANT, TENANT)]
    assert theirs == nothing
    assert own != nothing
    assert not (inspect.isclass(own) and issubclass(own, Exception))


@pytest.mark.parametrize("name", [*ORDERS, *STORE_ORDERS])
async def test_an_order_moves_our_rows_and_none_of_others(store: Store, name: str) -> None:
    """B-03: what another tenant orders with our ids leaves each of our rows as it was; our own order does not."""
    await fill(store)
    before = await rows_of(store, TENANT)

    async def order(tenant: str) -> None:
        if name in STORE_ORDERS:
            await _outcome(STORE_ORDERS[name](store, tenant))
            return
        async with store.work() as work:
            await _outcome(ORDERS[name](work, tenant))
            await work.commit()

    await order(OTHER_TENANT)
    assert await rows_of(store, TENANT) == before
    await order(TENANT)
    assert await rows_of(store, TENANT) != before
