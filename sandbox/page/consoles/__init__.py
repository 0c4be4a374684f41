"""The panels by which people look into the simulated providers, and do what is done there."""

from sandbox.clock import SandboxClock
from sandbox.page.consoles.builds import BuildsConsole
from sandbox.page.consoles.console import Consoles
from sandbox.page.consoles.faults import FaultsConsole
from sandbox.page.consoles.source import SourceConsole
from sandbox.page.consoles.stores import StoresConsole
from sandbox.page.consoles.testing import TestingConsole
from sandbox.page.consoles.tickets import TicketsConsole
from sandbox.page.consoles.time import TimeConsole
from sandbox.page.consoles.workflows import WorkflowsConsole
from sandbox.world import World

__all__ = ["Consoles", "add_consoles"]


def add_consoles(world: World, *, clock: SandboxClock | None = None) -> Consoles:
    """Give the page of a world its panels; before it starts."""
    consoles = [
        SourceConsole(world.host, world.git),
        BuildsConsole(world.builder),
        TicketsConsole(world.tracker),
        TestingConsole(world.lab),
        *([StoresConsole(world.shops)] if world.shops else []),
        WorkflowsConsole(world.slack),
        FaultsConsole(world),
        *([TimeConsole(clock)] if clock is not None else []),
    ]
    return Consoles(world.page, consoles)
