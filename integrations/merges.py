"""What a merged pull request left on its base, judged alike for every provider."""

import re

from orchestration.ports.errors import Refused


def whole_change(number: int, sha: str, *, parents: int, title: str, mark: str = "#") -> str:
    """The commit that carries all of a pull request: a merge, or a squash, whose title names the request.

    A commit of one parent that does not name it may be the last of several that a rebase or a fast-forward left:
    it would be half of the change. Refused then.
    """
    if parents > 1 or re.search(rf"{mark}{number}\b", title):
        return sha
    raise Refused(
        f"Request {number} was merged without a commit of its own (rebase or fast-forward), and {sha[:10]} may be "
        "only the last part of it: name the commits, one by one"
    )
