"""Addresses that Bitbucket names in its answers: behind a proxy, and such as nobody can read."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.ports.errors import TryLater
from tests.integrations.bitbucket.bitbucket_rig import bitbucket_rig


@pytest.mark.parametrize("server", ["http://127.0.0.1:9", "https://api.bitbucket.invalid"])
async def test_a_next_link_past_our_proxy_is_asked_for_through_it(tmp_path: Path, server: str) -> None:
    """Behind a proxy Bitbucket goes on naming itself: the page is read, and the token goes where it was set."""
    async with bitbucket_rig(tmp_path) as rig:
        base = (await rig.scm.head_of("main")).sha
        rig.grow("main", [f"Change {number}" for number in range(101)])
        assert (await rig.scm.compare(base, "main")).ahead == 101
        page = next(e for e in rig.asked("GET", "/commits") if f"exclude={base}" in e.query)
        rig.simulator.fault(
            path=r"/commits\?",
            status=200,
            body=page.response_body.decode().replace(rig.simulator.url, server),
            headers={"Content-Type": "application/json"},
        )
        assert (await rig.scm.compare(base, "main")).ahead == 101


async def test_a_file_at_an_address_that_is_none_is_no_fault_of_ours(tmp_path: Path) -> None:
    """A redirect that cannot be read is told as an error of the port."""
    async with bitbucket_rig(tmp_path) as rig:
        await rig.scm.create_release_tag(ref="main", tag="v1", targets=("IOS",), version="1")
        rig.simulator.fault(path=r"/downloads/v1", status=302, headers={"Location": "http://[bad"})
        with pytest.raises(TryLater, match="address"):
            await rig.scm.create_release(
                current_tag="v1",
                previous_tag=None,
                base_version="1",
                parent_targets=("IOS",),
                release_date=datetime(2026, 11, 23, tzinfo=UTC),
                release_id="REL-1",
                body="Notes",
            )
        assert rig.made("release", "v1") == 0
