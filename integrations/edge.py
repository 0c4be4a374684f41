"""What every vendor's folder gets from us to reach the network with."""

from dataclasses import dataclass

from integrations.http import Http
from integrations.threads import Threads


@dataclass(frozen=True, kw_only=True, slots=True)
class Edge:
    """`http` for asyncio clients, `threads` for blocking ones; `tenant` scopes limits and breakers."""

    tenant: str
    http: Http
    threads: Threads
