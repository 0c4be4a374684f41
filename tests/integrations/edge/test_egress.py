"""The egress guard: what may be connected to."""

import socket

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from integrations.egress import Egress, GuardedResolver
from orchestration.ports.errors import Refused

PRIVATE = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",  # noqa: S104 - an address to refuse, nothing binds to it
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.127.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd00:ec2::254",
    "fec0::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:a9fe:a9fe",
    "::7f00:1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::8.8.8.8",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1",
    "168.63.129.16",
    "::ffff:168.63.129.16",
    "not an address",
    "",
]
PUBLIC = ["8.8.8.8", "140.82.121.3", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]


@pytest.mark.parametrize("address", PRIVATE)
def test_no_private_address_is_permitted(address: str) -> None:
    """Loopback, private, link-local and their disguises inside IPv6 are refused."""
    assert not Egress().permitted(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_permitted(address: str) -> None:
    """The guard doesn't stand in the way of ordinary providers."""
    assert Egress().permitted(address)


@pytest.mark.parametrize("address", ["10.1.2.3", "::ffff:10.1.2.3", "64:ff9b::10.1.2.3", "fd00::5"])
def test_the_operator_may_allow_ranges(address: str) -> None:
    """An allowed range holds in every spelling of its addresses, and no further."""
    egress = Egress(["10.1.0.0/16", "fd00::/64"])
    assert egress.permitted(address)
    assert not egress.permitted("10.2.0.1")
    assert not egress.permitted("169.254.169.254")


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://017700000001/",
        "https://127.1/",
        "https://127.0.0.1./",
        "https://[::1]/",
        "https://[::ffff:169.254.169.254]/latest",
        "https://[fe80::1%25eth0]/",
        "https://\uff11\uff12\uff17.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://1.2.3.4.5/",
        "https://a..example/",
        "https://.example/",
        f"https://{'a' * 64}.example/",
        "http://example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "https://user@example.com/",
        "https://user:word@example.com/",
        "https://:word@example.com/",
        "https://example.com\\@127.0.0.1/",
        "https://example.com/a b",
        "https://example.com/\nHost: evil",
        "https:///path",
        "https://",
        "https://example.com:0/",
        "https://example.com:99999/",
        "example.com",
        "//example.com/",
        "",
    ],
)
def test_bad_urls_are_refused(url: str) -> None:
    """Scheme, user-info and every spelling of a private address are judged before anything is resolved."""
    with pytest.raises(Refused):
        Egress().check_url(url)


@pytest.mark.parametrize(
    "url", ["https://example.com", "https://8.8.8.8/", "https://jira.example.com:8443/a?b=c", "HTTPS://X.io/"]
)
def test_good_urls_pass(url: str) -> None:
    """Public providers over https need no permission of the operator."""
    Egress().check_url(url)


def test_a_name_with_other_letters_is_allowed_as_people_write_it() -> None:
    """The operator writes the name of an address bar; what is asked for is the resolvers' form of it."""
    egress = Egress(["Wörk.example"])
    egress.check_url("http://WÖRK.example/jira")
    assert egress.pin("xn--wrk-sna.example", ["10.0.0.1"]) == ["10.0.0.1"]
    assert not egress.allows("work.example")


def test_plain_http_needs_the_operator() -> None:
    """http is only for hosts that the operator named, by name or by range."""
    egress = Egress(["jenkins.local", "127.0.0.0/8"])
    for url in (
        "http://jenkins.local:8080/",
        "http://JENKINS.local./",
        "http://127.0.0.1:1/",
        "http://0x7f.1/",
    ):
        egress.check_url(url)
    for url in ("http://other.local/", "http://jenkins.local.evil.com/", "http://10.0.0.1/"):
        with pytest.raises(Refused):
            egress.check_url(url)


@pytest.mark.parametrize("entry", ["10.0.0.0/33", "http://x", "a:80", "1.2.3"])
def test_a_bad_allow_list_is_an_error(entry: str) -> None:
    """An entry that can't be understood must not silently allow or forbid something else."""
    with pytest.raises(ValueError, match="does not appear"):
        Egress([entry])


class Names(AbstractResolver):
    """A resolver with a fixed answer that counts how often it is asked."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses
        self.asked = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The fixed answer."""
        self.asked += 1
        return [
            ResolveResult(hostname=host, host=a, port=port, family=family, proto=0, flags=0)
            for a in self.addresses
        ]

    async def close(self) -> None:
        """Nothing to close."""


async def test_a_name_is_judged_by_its_addresses() -> None:
    """Only permitted addresses of a name are passed on to be connected to; the name is resolved once."""
    names = Names("10.0.0.1", "8.8.8.8", "::1")
    resolver = GuardedResolver(Egress(), names)
    assert [r["host"] for r in await resolver.resolve("example.com", 443)] == ["8.8.8.8"]
    assert names.asked == 1


async def test_a_name_of_private_addresses_is_refused() -> None:
    """A public name that points inside is refused, unless the operator allowed it."""
    with pytest.raises(Refused, match=r"example\.com"):
        await GuardedResolver(Egress(), Names("169.254.169.254")).resolve("example.com", 443)
    allowed = await GuardedResolver(Egress(["example.com"]), Names("10.0.0.1")).resolve("example.com", 443)
    assert [r["host"] for r in allowed] == ["10.0.0.1"]
