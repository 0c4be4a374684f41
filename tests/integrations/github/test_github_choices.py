"""What people choose from at GitHub is read live, page by page, before the settings are whole."""

from pathlib import Path

import pytest

from integrations.choices import MOST, Asked, Kind, Page, drafted
from integrations.github import PROVIDER, GithubSecrets, GithubSettings
from orchestration.ports.errors import NeedsCredentials
from sandbox.github.hosting import Account
from sandbox.github.server import TOKEN
from tests.integrations.github.github_rig import GithubRig, github_rig, judge


async def asked(rig: GithubRig, kind: Kind, *, token: str = TOKEN, whole: bool = True, **words: str) -> Page:
    """Ask a reader, with whole settings or with those of a form that has just begun."""
    settings = rig.settings() if whole else drafted(GithubSettings, {"base_url": rig.simulator.url})
    secrets = GithubSecrets.model_validate({"token": token})
    return await PROVIDER.choices[kind](settings, secrets, rig.edge, Asked(**words))


def values(page: Page) -> list[str]:
    """What would be stored."""
    return [option.value for option in page.options]


async def test_owners_and_repositories_are_those_that_the_token_shows(tmp_path: Path) -> None:
    """Before an owner is chosen: the owners; then the owner's repositories, the newest first, no archived one."""
    async with github_rig(tmp_path) as rig:
        rig.simulator.host("acme", "old", rig.hosted.git).archived = True
        rig.simulator.host("acme", "tablet", rig.hosted.git, private=True)
        rig.simulator.host("zeta", "other", rig.hosted.git)
        assert values(await asked(rig, Kind.WORKSPACES, whole=False)) == ["zeta", "acme"]
        found = await asked(rig, Kind.REPOSITORIES, whole=False, within="ACME")
        assert [(option.value, option.detail) for option in found.options] == [
            ("tablet", "private"),
            ("app", "public"),
        ]
        assert values(await asked(rig, Kind.REPOSITORIES, within="acme", words="TAB")) == ["tablet"]
        rig.simulator.accounts["narrow"] = Account(repositories=frozenset({"zeta/other"}))
        assert values(await asked(rig, Kind.WORKSPACES, token="narrow")) == ["zeta"]
        assert judge(rig.simulator.record) == 4


async def test_long_lists_go_on_where_the_cursor_says(tmp_path: Path) -> None:
    """A page holds a hundred at most; a page of GitHub without a fitting row is passed over."""
    async with github_rig(tmp_path) as rig:
        for number in range(MOST + 10):
            rig.simulator.host("many", f"app-{number:03}", rig.hosted.git)
        first = await asked(rig, Kind.REPOSITORIES, within="many")
        assert len(first.options) == MOST
        rest = await asked(rig, Kind.REPOSITORIES, within="many", cursor=first.next or "")
        assert len(rest.options) == 10
        assert rest.next is None
        assert values(await asked(rig, Kind.REPOSITORIES, within="acme")) == ["app"]


async def test_branches_are_found_by_their_beginning(tmp_path: Path) -> None:
    """Without words the list, page by page; with words what begins so, however many branches there are."""
    async with github_rig(tmp_path) as rig:
        for number in range(MOST + 3):
            await rig.scm.fork_out_branch(f"release/1.{number}", "main")
        first = await asked(rig, Kind.BRANCHES)
        rest = await asked(rig, Kind.BRANCHES, cursor=first.next or "")
        assert len(values(first)) + len(values(rest)) == MOST + 4
        assert values(await asked(rig, Kind.BRANCHES, words="release/1.99")) == ["release/1.99"]


async def test_odd_signs_of_a_branch_are_looked_for_as_they_are(tmp_path: Path) -> None:
    """A question mark would begin a query, and what is behind a hash is never sent."""
    async with github_rig(tmp_path) as rig:
        for name in ("fix/1", "fix/#12", "fix/%41", "fix/a+b"):
            await rig.scm.fork_out_branch(name, "main")
        assert values(await asked(rig, Kind.BRANCHES, words="fix/#1")) == ["fix/#12"]
        assert values(await asked(rig, Kind.BRANCHES, words="fix/%4")) == ["fix/%41"]
        assert values(await asked(rig, Kind.BRANCHES, words="fix/a+")) == ["fix/a+b"]
        assert values(await asked(rig, Kind.BRANCHES, words="fix/?")) == []


async def test_workflows_are_named_by_their_files(tmp_path: Path) -> None:
    """The value is what a configuration names, the label what people gave it."""
    async with github_rig(tmp_path) as rig:
        found = await asked(rig, Kind.WORKFLOWS)
        assert [(option.value, option.label) for option in found.options] == [
            ("build.yml", "Build"),
            ("mute.yml", "Mute"),
            ("push.yml", "Push"),
        ]
        assert values(await asked(rig, Kind.WORKFLOWS, words="mut")) == ["mute.yml"]
        assert judge(rig.simulator.record) == 2


@pytest.mark.parametrize("kind", list(PROVIDER.choices))
async def test_a_bad_token_is_a_port_error(tmp_path: Path, kind: Kind) -> None:
    """A reader raises what every verb raises: people are told to connect again."""
    async with github_rig(tmp_path) as rig:
        with pytest.raises(NeedsCredentials):
            await asked(rig, kind, token="unknown", within="acme")
