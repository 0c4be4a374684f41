"""What people choose from at GitLab is searched by GitLab and read page by page."""

from pathlib import Path

import pytest

from integrations.choices import MOST, Asked, Kind, Page, drafted
from integrations.gitlab import PROVIDER, GitlabSettings
from orchestration.ports.errors import NeedsCredentials
from sandbox.gitlab.hosting import Account
from sandbox.gitlab.server import TOKEN
from tests.integrations.gitlab.gitlab_judge import judge
from tests.integrations.gitlab.gitlab_rig import GitlabRig, gitlab_rig, secrets


async def asked(rig: GitlabRig, kind: Kind, *, token: str = TOKEN, whole: bool = True, **words: str) -> Page:
    """Ask a reader, with whole settings or with those of a form that has just begun."""
    settings = rig.settings() if whole else drafted(GitlabSettings, {"base_url": rig.simulator.url})
    return await PROVIDER.choices[kind](settings, secrets(token), rig.edge, Asked(**words))


def values(page: Page) -> list[str]:
    """What would be stored."""
    return [option.value for option in page.options]


async def test_projects_are_those_that_can_be_written_to(tmp_path: Path) -> None:
    """By path with all groups, no archived one, none whose member one is not; before any was chosen."""
    async with gitlab_rig(tmp_path) as rig:
        rig.simulator.host("acme/old", rig.hosted.git).archived = True
        rig.simulator.host("acme/web", rig.hosted.git, private=False)
        found = await asked(rig, Kind.REPOSITORIES, whole=False)
        assert [(o.value, o.label) for o in found.options] == [
            ("acme/web", "acme / web"),
            ("acme/mobile/app", "acme / mobile / app"),
        ]
        assert values(await asked(rig, Kind.REPOSITORIES, words="MOBILE")) == ["acme/mobile/app"]
        rig.simulator.accounts["stranger"] = Account(level=None)
        assert values(await asked(rig, Kind.REPOSITORIES, token="stranger")) == []
        assert judge(rig.simulator.record) == 3


async def test_branches_go_on_where_the_cursor_says(tmp_path: Path) -> None:
    """A page holds a hundred at most; GitLab finds words anywhere in a name."""
    async with gitlab_rig(tmp_path) as rig:
        sha = rig.hosted.branch("main") or ""
        for number in range(MOST + 2):
            rig.hosted.git.set_ref(f"refs/heads/release/1.{number}", sha, "0" * 40)
        first = await asked(rig, Kind.BRANCHES)
        rest = await asked(rig, Kind.BRANCHES, cursor=first.next or "")
        assert (len(first.options), len(rest.options), rest.next) == (MOST, 3, None)
        assert values(await asked(rig, Kind.BRANCHES, words="1.99")) == ["release/1.99"]
        assert judge(rig.simulator.record) == 3


@pytest.mark.parametrize("kind", list(PROVIDER.choices))
async def test_a_bad_token_of_gitlab_is_a_port_error(tmp_path: Path, kind: Kind) -> None:
    """A reader raises what every verb raises."""
    async with gitlab_rig(tmp_path) as rig:
        with pytest.raises(NeedsCredentials):
            await asked(rig, kind, token="unknown")
