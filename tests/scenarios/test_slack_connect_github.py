"""A real provider connected from Slack: GitHub's simulator answers what is chosen, tried and refused."""

from pathlib import Path

from sandbox.github.server import TOKEN
from sandbox.slack.screen import text_on
from tests.integrations.github.github_rig import github_rig, judge
from tests.support.connecting import browser_of, command, library_office, link_on, shown
from tests.support.library import Library
from tests.support.prepared import TEAM


async def test_a_repository_is_chosen_from_what_the_token_sees(tmp_path: Path) -> None:
    """Owner, then the owner's repositories; then each of GitHub's checks is a line, and it is saved."""
    async with library_office(tmp_path / "office", Library()) as o, github_rig(tmp_path) as rig:
        await o.ann.submits(
            await command(o, o.ann, "github"), {"Id": "code", "API address": rig.simulator.url}
        )
        browser, link = browser_of(o), link_on(await shown(o, o.ann, "Enter the secrets"))
        neither = await browser.enters(link)
        assert neither.status == 422
        assert "A token is needed, or the private key of a GitHub App" in neither.text
        assert "Back to Slack" in (await browser.enters(link, token=TOKEN)).text
        second = await shown(o, o.ann, "Owner")
        await o.ann.chooses(second, "Owner", "acme")
        await o.until(
            lambda: o.ann.modal and "parents" in o.ann.modal.body["private_metadata"] and o.ann.modal
        )
        assert o.ann.modal is not None
        assert await o.ann.searches(o.ann.modal, "Repository", "ap") == ["app"]
        assert await o.ann.submits(o.ann.modal, {"Repository": "app"}) == {}
        done = text_on(await shown(o, o.ann, "is connected as"))
        for words in ("The token is accepted", "The repository can be read", "Actions can be read"):
            assert words in done
        row = await o.store.integrations.get(TEAM, "code")
        assert (row.settings["owner"], row.settings["repository"]) == ("acme", "app")
        assert judge(rig.simulator.record) > 0
        assert not o.slack.violations


async def test_a_token_that_is_refused_is_seen_in_the_lists_and_replaced(tmp_path: Path) -> None:
    """The list says what GitHub says; a new link is asked for in the same form, and only then something is saved."""
    async with library_office(tmp_path / "office", Library()) as o, github_rig(tmp_path) as rig:
        await o.ann.submits(
            await command(o, o.ann, "github"), {"Id": "code", "API address": rig.simulator.url}
        )
        await browser_of(o).enters(link_on(await shown(o, o.ann, "Enter the secrets")), token="gone")
        second = await shown(o, o.ann, "Owner")
        (hint,) = await o.ann.searches(second, "Owner", "x")
        assert "token" in hint
        await o.ann.clicks(second, "Enter Other Secrets")
        again = link_on(await shown(o, o.ann, "Enter the secrets"))
        assert "Back to Slack" in (await browser_of(o).enters(again, token=TOKEN)).text
        assert await o.ann.searches(await shown(o, o.ann, "Owner"), "Owner", "acme") == ["acme"]
        assert [each.id for each in await o.store.integrations.list(TEAM)] == ["actions", "github"]
