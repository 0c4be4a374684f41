"""A server's address as people write it: capitals, a name with other letters than ASCII's, an address of IPv6."""

import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from integrations.egress import Egress
from integrations.origin import below
from sandbox.jira import Flavour
from tests.integrations.bitbucket.bitbucket_rig import bitbucket_rig
from tests.integrations.github.github_rig import github_rig
from tests.integrations.gitlab.gitlab_rig import gitlab_rig
from tests.integrations.jira.jira_rig import jira_rig
from tests.integrations.jira.jira_rig import request as ticket

HOSTS = ("Forge.Example.com", "WÖRK.example", "[2001:DB8::1]")
spelled = pytest.mark.parametrize("host", HOSTS)


@pytest.fixture(autouse=True)
def _at_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hosts stand on this machine, and the operator allows them."""
    real = socket.getaddrinfo

    def found(_host: Any, port: Any, *_args: Any, **_more: Any) -> Any:
        return real("127.0.0.1", port, type=socket.SOCK_STREAM)

    monkeypatch.setattr(socket, "getaddrinfo", found)
    monkeypatch.setattr(Egress, "allows", lambda *_: True)


def at(url: str, host: str) -> str:
    """The address of a simulator under another host."""
    return f"http://{host}:{urlsplit(url).port}"


@spelled
async def test_github_is_reached_page_after_page_however_its_host_is_written(
    tmp_path: Path, host: str
) -> None:
    """The token goes along, and a page that is named by the server's own address is read."""
    async with github_rig(tmp_path) as rig:
        base = (await rig.scm.head_of("main")).sha
        rig.grow("main", [f"Change {number}" for number in range(101)])
        scm = rig.open_scm(base_url=at(rig.simulator.url, host))
        assert (await scm.compare(base, "main")).ahead == 101
        assert await scm.fork_out_branch("release/1", "main") == await scm.find_branch("release/1")


@spelled
async def test_gitlab_is_reached_page_after_page_however_its_host_is_written(
    tmp_path: Path, host: str
) -> None:
    """The token goes along, and a page that is named by the server's own address is read."""
    async with gitlab_rig(tmp_path) as rig:
        base = (await rig.scm.head_of("main")).sha
        rig.grow("main", [f"Change {number}" for number in range(101)])
        scm = rig.open_scm(base_url=at(rig.simulator.url, host))
        assert (await scm.compare(base, "main")).ahead == 101
        assert (await scm.fork_out_branch("release/1", "main")).sha == rig.hosted.branch("release/1")


@pytest.mark.parametrize("host", HOSTS[:2])
async def test_bitbucket_is_reached_page_after_page_however_its_host_is_written(
    tmp_path: Path, host: str
) -> None:
    """The token goes along, and a page that is named by the server's own address is read."""
    async with bitbucket_rig(tmp_path) as rig:
        base = (await rig.scm.head_of("main")).sha
        rig.grow("main", [f"Change {number}" for number in range(101)])
        scm = rig.open_scm(base_url=at(rig.simulator.url, host))
        assert (await scm.compare(base, "main")).ahead == 101


@spelled
@pytest.mark.parametrize("flavour", Flavour)
async def test_jira_is_reached_however_its_host_is_written(flavour: Flavour, host: str) -> None:
    """It has not moved only because its host is written in another way."""
    async with jira_rig(flavour) as rig:
        pm = rig.another(base_url=at(rig.simulator.url, host))
        made = await pm.create_release_ticket(ticket("rel-1-ios"))
        assert rig.tickets("rel-1-ios") == 1
        assert made.url.endswith(f"/browse/{made.key}")


@pytest.mark.parametrize(
    ("root", "address", "asked"),
    [
        ("https://b.example/2.0", "http://inner:8/2.0/x?a=b%2B", "https://b.example/2.0/x?a=b%2B"),
        ("https://proxy.example/b/2.0", "https://b.example/2.0/x", "https://proxy.example/b/2.0/x"),
        ("https://proxy.example/b/2.0", "https://proxy.example/b/2.0/x", "https://proxy.example/b/2.0/x"),
        ("https://b.example/2.0", "https://b.example/other", None),
        ("https://b.example/2.0", "https://b.example/2.0/../other", None),
        ("https://b.example/2.0", "http://[bad", None),
        ("https://b.example/2.0", "", None),
    ],
)
def test_a_further_page_is_asked_for_where_the_first_one_was(
    root: str, address: str, asked: str | None
) -> None:
    """Whatever a server behind a proxy knows of its address; what is no part of its API is not asked for."""
    assert below(root, address, api="/2.0") == asked


@pytest.mark.parametrize("place", ["", "/api/v3"])
def test_github_may_stand_below_a_path_that_it_does_not_know(place: str) -> None:
    """All that it names is of its API."""
    assert below(
        "https://proxy.example/hub" + place, f"https://api.github.com{place}/repositories/1/commits"
    ) == (f"https://proxy.example/hub{place}/repositories/1/commits")
