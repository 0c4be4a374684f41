"""Which addresses we connect to: public ones, and those that the operator allows by name.

The base URL of a provider is typed in by a person. Without this guard it could be made to point at the
cloud's metadata service, the database, or ourselves (server-side request forgery; see OWASP's cheat sheet).
"""

import ipaddress
import re
import socket
from collections.abc import Sequence

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from orchestration.ports.errors import Refused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Ranges that ipaddress calls global, or judges differently from one Python to the next.
_NEVER: tuple[Network, ...] = tuple(
    ipaddress.ip_network(text)
    for text in (
        "100.64.0.0/10",  # carrier-grade NAT, RFC 6598
        "192.0.0.0/24",  # protocol assignments, RFC 6890
        "192.88.99.0/24",  # 6to4 relays, RFC 7526
        "fec0::/10",  # site-local, RFC 3879
        "64:ff9b:1::/48",  # NAT64 of a local network, RFC 8215
        "2001::/32",  # Teredo, RFC 4380: the server's and the client's addresses are inside
        "168.63.129.16/32",  # public by its number, but Azure's own service for the machine that asks
    )
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052
_COMPATIBLE = ipaddress.IPv6Network("::/96")  # RFC 4291, section 2.5.5.1
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*")
_LABEL = 63
"""Characters of a part of a name, RFC 1035."""
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")


def _embedded(address: Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to, None where it leads to no other."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    low = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _NAT64:
        return low
    return low if address in _COMPATIBLE and int(address) > 1 else None


def _public(address: Address) -> bool:
    if any(address in network for network in _NEVER):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def numeric_host(host: str) -> Address | None:
    """The address that a host of a URL spells, None where it is a name.

    Knows the spellings of inet_aton(3) as well: 2130706433, 0x7f.1, 017700000001 are 127.0.0.1.
    Raises ValueError for something that ends in a number and is no address.
    """
    bare = host.removesuffix(".")
    try:
        return ipaddress.ip_address(bare)
    except ValueError:
        if ":" not in bare and _NUMBER.fullmatch(bare.rpartition(".")[2]) is None:
            return None
    try:
        return ipaddress.IPv4Address(socket.inet_aton(bare))
    except OSError as error:
        raise ValueError(f"{host} is no address") from error


def _as_resolved(name: str) -> str:
    """The form in which a name with other letters than ASCII's is looked up; ValueError for what is no name."""
    return name if name.isascii() else URL.build(scheme="https", host=name).raw_host or name


class Egress:
    """The rule for outbound connections. `allow` lists host names, addresses and CIDR ranges of the operator.

    An allowed name may resolve to any address, and may be reached over plain http.
    """

    def __init__(self, allow: Sequence[str] = ()) -> None:
        """Raise ValueError where an entry is neither a name nor a range."""
        self._names: set[str] = set()
        self._networks: list[Network] = []
        for entry in (text.strip().lower() for text in allow):
            if re.fullmatch(r"[0-9.]+(/\d+)?|.*[:/].*", entry):
                self._networks.append(ipaddress.ip_network(entry, strict=False))
            elif entry:
                self._names.add(_as_resolved(entry.removesuffix(".")))

    def allows(self, host: str) -> bool:
        """Whether the operator named this host: by name, or as an address within a range."""
        name = host.lower().removesuffix(".")
        if name in self._names:
            return True
        try:
            address = numeric_host(name)
        except ValueError:
            return False
        return address is not None and self._listed(address)

    def permitted(self, address: str) -> bool:
        """Whether this IP address may be connected to; what is no IP address may not."""
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        if isinstance(parsed, ipaddress.IPv6Address) and parsed.scope_id is not None:
            return False
        inner = _embedded(parsed)
        if self._listed(parsed) or (inner is not None and self._listed(inner)):
            return True
        return _public(inner) if inner is not None else _public(parsed)

    def check_url(self, url: str) -> None:
        """Raise Refused where this URL may not be called. No I/O: names are judged when they are resolved."""
        if _UNSAFE.search(url):
            raise Refused("The address contains blanks, control characters or backslashes")
        try:
            parsed = URL(url)
            host, port = parsed.raw_host, parsed.port
            numeric = numeric_host(host) if host else None
        except ValueError as error:
            raise Refused("The address is not a valid URL") from error
        if not host or port == 0:
            raise Refused("The address needs a host, as in https://example.com")
        if numeric is None and not all(
            0 < len(label) <= _LABEL for label in host.removesuffix(".").split(".")
        ):
            raise Refused("The address is not a valid URL")
        if parsed.raw_user is not None or parsed.raw_password is not None:
            raise Refused("The address must not contain a user name or password")
        if parsed.scheme not in {"http", "https"}:
            raise Refused("The address must start with https://")
        allowed = self.allows(host)
        if parsed.scheme == "http" and not allowed:
            raise Refused(
                "The address must start with https://, unless STATIONMASTER_EGRESS_ALLOW lists this host"
            )
        if numeric is not None and not allowed and not self.permitted(str(numeric)):
            raise Refused(f"{host} is not a public address, and STATIONMASTER_EGRESS_ALLOW does not list it")

    def pin(self, host: str, addresses: Sequence[str]) -> Sequence[str]:
        """Those of the resolved addresses that may be connected to, in order; Refused where none is left."""
        kept = list(addresses) if self.allows(host) else [a for a in addresses if self.permitted(a)]
        if not kept:
            raise Refused(
                f"{host} does not stand on a public address, and STATIONMASTER_EGRESS_ALLOW does not list it"
            )
        return kept

    def _listed(self, address: Address) -> bool:
        return any(address in network for network in self._networks)


class GuardedResolver(AbstractResolver):
    """Resolves a name once and passes on the addresses that are permitted: they are the ones connected to.

    A name that is resolved again by somebody else may point elsewhere by then (DNS rebinding).
    """

    def __init__(self, egress: Egress, inner: AbstractResolver | None = None) -> None:
        self._egress = egress
        self._inner = inner or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Resolve; OSError where there is no such name, Refused where no address is permitted."""
        found = await self._inner.resolve(host, port, family)
        kept = set(self._egress.pin(host, [result["host"] for result in found]))
        return [result for result in found if result["host"] in kept]

    async def close(self) -> None:
        """Close the resolver below."""
        await self._inner.close()
