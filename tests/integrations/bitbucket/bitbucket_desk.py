"""A developer's clone beside the adapters of Bitbucket: what is pushed from it is picked, and compared with git's."""

import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestration.ports.errors import Refused
from orchestration.ports.scm import Commit
from tests.integrations.bitbucket.bitbucket_judge import judge
from tests.integrations.bitbucket.bitbucket_rig import BitbucketRig, bitbucket_rig

PICTURE = bytes(range(256)) * 40 + b"\r\n--stationmaster-\r\n"
RELEASE = "release/1"


@dataclass(kw_only=True)
class Desk:
    """A developer's clone of the repository, and the adapters beside it."""

    rig: BitbucketRig
    folder: Path

    def git(self, *words: str) -> str:
        """Run git in the clone."""
        who = {
            f"GIT_{kind}_{part}": "dev@example.com"
            for kind in ("AUTHOR", "COMMITTER")
            for part in ("NAME", "EMAIL")
        }
        safe = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "PATH": os.defpath, **who}
        done = subprocess.run(["git", *words], cwd=self.folder, env=safe, capture_output=True, check=True)
        return done.stdout.decode().strip()

    def commit(self, branch: str, title: str = "fix: the crash") -> str:
        """Commit all that was done to a branch, push it, and give the commit."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "-m", title)
        self.git("push", "--quiet", "origin", f"HEAD:refs/heads/{branch}")
        return self.git("rev-parse", "HEAD")

    def on(self, branch: str) -> None:
        """Go to a branch."""
        self.git("fetch", "--quiet", "origin")
        self.git("checkout", "--quiet", "-B", branch, f"origin/{branch}")

    def write(self, path: str, content: bytes | str) -> None:
        """Write a file."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)

    async def pick(self, sha: str) -> Commit:
        """Pick it onto the release branch, and hold all that was said against the description."""
        made = await self.rig.scm.cherry_pick(commit=sha, branch=RELEASE)
        assert judge(self.rig.simulator.record) > 0
        return made

    async def refused(self, sha: str, words: str) -> None:
        """It is refused with these words, and nothing was uploaded or moved."""
        before = self.rig.hosted.branch(RELEASE)
        with pytest.raises(Refused, match=words) as caught:
            await self.pick(sha)
        assert "by hand" in caught.value.reason
        assert self.rig.hosted.branch(RELEASE) == before
        assert not self.rig.asked("POST", "/src")

    def same_as_git(self, made: Commit, sha: str) -> None:
        """What `git cherry-pick -x` would have made has the same tree, parent and author."""
        self.git("fetch", "--quiet", "origin")
        self.git("checkout", "--quiet", f"{made.sha}^")
        merge = ["-m", "1"] if len(self.git("show", "-s", "--format=%P", sha).split()) > 1 else []
        self.git("cherry-pick", "-x", *merge, sha)
        for form in ("%T", "%P", "%an <%ae>", "%B"):
            mine, gits = (self.git("show", "-s", f"--format={form}", each) for each in (made.sha, "HEAD"))
            assert mine == gits


@asynccontextmanager
async def desk(folder: Path) -> AsyncIterator[Desk]:
    """A repository with a few files of each kind, and a release branch forked from it."""
    async with bitbucket_rig(folder) as rig:
        clone = folder / "clone"
        clone.mkdir()
        made = Desk(rig=rig, folder=clone)
        made.git("clone", "--quiet", str(rig.hosted.git.path), ".")
        made.write("text.txt", "".join(f"line {number}\n" for number in range(20)))
        made.write("picture.bin", PICTURE)
        made.write("old.txt", "old\n")
        made.write("run.sh", "#!/bin/sh\n")
        (clone / "run.sh").chmod(0o755)
        made.commit("main", "Lay out")
        await rig.scm.fork_out_branch(RELEASE, "main")
        yield made
