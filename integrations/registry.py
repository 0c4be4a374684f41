"""Which vendors exist and what each can do: one typed field per port, None where the vendor has none."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from integrations.edge import Edge
from orchestration.ports.app_store import AppStore
from orchestration.ports.cicd import CICD
from orchestration.ports.notification import Notification
from orchestration.ports.pm import ProjectManagement
from orchestration.ports.scm import SourceControl
from orchestration.ports.test_platform import TestPlatform


@dataclass(frozen=True, kw_only=True, slots=True)
class Provider:
    """A vendor. `settings` and `secrets` are the models of what a connection needs.

    Each opener takes (settings, secrets, edge) and returns the port; it does no I/O.
    """

    key: str
    title: str
    settings: type[BaseModel]
    secrets: type[BaseModel]
    scm: Callable[[Any, Any, Edge], SourceControl] | None = None
    cicd: Callable[[Any, Any, Edge], CICD] | None = None
    pm: Callable[[Any, Any, Edge], ProjectManagement] | None = None
    test_platform: Callable[[Any, Any, Edge], TestPlatform] | None = None
    notification: Callable[[Any, Any, Edge], Notification] | None = None
    app_store: Callable[[Any, Any, Edge], AppStore] | None = None
