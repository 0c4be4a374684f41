"""What people choose from at Bitbucket is read live, page by page, before the settings are whole."""

from pathlib import Path

import pytest

from integrations.bitbucket import PROVIDER, BitbucketSettings
from integrations.bitbucket.choices import custom_pipelines
from integrations.choices import MOST, Asked, Kind, Page, drafted
from orchestration.ports.errors import NeedsCredentials, Refused
from sandbox.bitbucket.hosting import Account
from sandbox.bitbucket.server import TOKEN
from sandbox.gitgrowth import add_files
from tests.integrations.bitbucket.bitbucket_judge import judge
from tests.integrations.bitbucket.bitbucket_rig import BitbucketRig, bitbucket_rig, secrets


async def asked(
    rig: BitbucketRig, kind: Kind, *, token: str = TOKEN, whole: bool = True, **words: str
) -> Page:
    """Ask a reader, with whole settings or with those of a form that has just begun."""
    typed = {"base_url": rig.simulator.url, "workspace": "acme"}
    settings = rig.settings() if whole else drafted(BitbucketSettings, typed)
    return await PROVIDER.choices[kind](settings, secrets(token), rig.edge, Asked(**words))


def values(page: Page) -> list[str]:
    """What would be stored."""
    return [option.value for option in page.options]


async def test_repositories_are_those_of_the_workspace_that_the_token_shows(tmp_path: Path) -> None:
    """Before a repository is chosen: the last changed first, and Bitbucket looks for words."""
    async with bitbucket_rig(tmp_path) as rig:
        rig.simulator.host("acme", "tablet", rig.hosted.git, private=False)
        rig.simulator.host("zeta", "other", rig.hosted.git)
        found = await asked(rig, Kind.REPOSITORIES, whole=False)
        assert [(option.value, option.detail) for option in found.options] == [
            ("tablet", "public"),
            ("app", "private"),
        ]
        assert values(await asked(rig, Kind.REPOSITORIES, within="zeta")) == ["other"]
        assert values(await asked(rig, Kind.REPOSITORIES, words="TAB")) == ["tablet"]
        rig.simulator.accounts["narrow"] = Account(sees=frozenset({"acme/app"}))
        assert values(await asked(rig, Kind.REPOSITORIES, token="narrow", whole=False)) == ["app"]
        assert judge(rig.simulator.record) == 4


async def test_an_unknown_workspace_is_told(tmp_path: Path) -> None:
    """A mistyped name is no empty list."""
    async with bitbucket_rig(tmp_path) as rig:
        with pytest.raises(Refused, match="acmee"):
            await asked(rig, Kind.REPOSITORIES, within="acmee")


async def test_long_lists_go_on_where_the_cursor_says(tmp_path: Path) -> None:
    """A page holds a hundred at most; the cursor is Bitbucket's own address of the next."""
    async with bitbucket_rig(tmp_path) as rig:
        for number in range(MOST + 9):
            await rig.scm.fork_out_branch(f"release/1.{number:03}", "main")
        first = await asked(rig, Kind.BRANCHES)
        rest = await asked(rig, Kind.BRANCHES, cursor=first.next or "")
        assert (len(first.options), len(rest.options), rest.next) == (MOST, 10, None)
        assert values(first)[0] == "main"
        assert len({*values(first), *values(rest)}) == MOST + 10
        assert values(await asked(rig, Kind.BRANCHES, words="1.099")) == ["release/1.099"]


async def test_a_cursor_to_another_place_is_refused(tmp_path: Path) -> None:
    """It comes back from a form: the token must not follow it anywhere."""
    async with bitbucket_rig(tmp_path) as rig:
        with pytest.raises(Refused, match="another address"):
            await asked(rig, Kind.BRANCHES, cursor="http://evil.invalid/2.0/x")
        assert not rig.simulator.record


async def test_words_with_quotation_marks_stay_words(tmp_path: Path) -> None:
    """They cannot end the text of the filter."""
    async with bitbucket_rig(tmp_path) as rig:
        assert values(await asked(rig, Kind.BRANCHES, words='" OR name ~ "main')) == []


async def test_workflows_are_the_custom_pipelines_of_the_main_branch(tmp_path: Path) -> None:
    """What a configuration names; none where there is no file."""
    async with bitbucket_rig(tmp_path) as rig:
        assert values(await asked(rig, Kind.WORKFLOWS)) == ["build.yml", "automation"]
        assert values(await asked(rig, Kind.WORKFLOWS, words="AUTO")) == ["automation"]
        add_files(rig.hosted.git, "main", {"bitbucket-pipelines.yml": "pipelines: ["}, "Break it")
        with pytest.raises(Refused, match="no YAML"):
            await asked(rig, Kind.WORKFLOWS)
        rig.hosted.git.set_ref(
            "refs/heads/main", rig.hosted.git.log("main")[-1].sha, rig.hosted.branch("main") or ""
        )
        assert values(await asked(rig, Kind.WORKFLOWS)) == []
        assert judge(rig.simulator.record) > 0


@pytest.mark.parametrize(
    "text", [b"", b"[]", b"pipelines:", b"pipelines: {custom: }", b"pipelines: {default: []}"]
)
def test_a_file_without_custom_pipelines_offers_none(text: bytes) -> None:
    """Whatever else stands in it."""
    assert custom_pipelines(text) == ()


@pytest.mark.parametrize("kind", list(PROVIDER.choices))
async def test_a_bad_token_is_a_port_error(tmp_path: Path, kind: Kind) -> None:
    """A reader raises what every verb raises: people are told to connect again."""
    async with bitbucket_rig(tmp_path) as rig:
        with pytest.raises(NeedsCredentials):
            await asked(rig, kind, token="unknown", within="acme")
