"""The table of methods that take a tenant is complete; fast, for a new method is noticed where it is written."""

import inspect
import typing
from collections.abc import Iterator
from functools import cached_property

from orchestration.store.store import Store
from orchestration.store.unit_of_work import SqlUnitOfWork
from tests.store.tenant_methods import NOT_TRIED, ORDERS, QUESTIONS, STORE_ORDERS, STORE_QUESTIONS


def _parts() -> Iterator[tuple[str, type]]:
    """Every class of the store that is reached from the unit of work or from the store, by its name there."""
    yield "work", SqlUnitOfWork
    yield "store", Store
    for name, part in inspect.getmembers(SqlUnitOfWork, lambda each: isinstance(each, cached_property)):
        yield name, typing.get_type_hints(part.func)["return"]


def _methods(name: str, of: type) -> set[str]:
    """The public ones that are told for which tenant."""
    found = inspect.getmembers(of, inspect.isfunction)
    taking = {n for n, f in found if "tenant_id" in inspect.signature(f).parameters}
    return {f"{name}.{each}" for each in taking if not each.startswith("_")}


async def test_every_method_that_takes_a_tenant_is_tried(store: Store) -> None:
    """A method that is new to a store must be tried too, or the table says why it can't be."""
    known = {"integrations": "rows"}
    held = {known.get(n, n): type(part) for n, part in vars(store).items() if not n.startswith("_")}
    every = set().union(*(_methods(name, of) for name, of in (*_parts(), *held.items())))
    tried = {*QUESTIONS, *ORDERS, *STORE_QUESTIONS, *STORE_ORDERS}
    assert every - tried - set(NOT_TRIED) == set()
    assert (tried | set(NOT_TRIED)) - every == set()
    assert not tried & set(NOT_TRIED)
