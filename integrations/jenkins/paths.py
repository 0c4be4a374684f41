"""Names of jobs, as people write them and as they stand in an address; and the ids of runs. Pure.

A job in folders has the name `mobile/app`, in an address `/job/mobile/job/app`. A branch of a multibranch
project is a job whose name is the branch with its slash escaped, `app/release%2F1.0`, so that an address has it
escaped twice: `/job/app/job/release%252F1.0`. Source: jenkins.branch.NameEncoder (branch-api-plugin).
"""

import re
from dataclasses import dataclass
from urllib.parse import quote

from orchestration.ports.errors import Refused

REF = "{ref}"
ESCAPED = re.compile(r"[#%/?\[\]\\]")
ITEM = re.compile(r"/queue/item/(\d+)/?$")
RUN = re.compile(r"(?P<job>[^#]+)#(?:queue:(?P<item>\d+):(?P<correlation>[A-Za-z0-9._-]+)|(?P<number>\d+))")


@dataclass(frozen=True, kw_only=True, slots=True)
class RunId:
    """A run in our words: `job#queue:12:correlation`, or `job#7` where no queue item is known.

    The first form holds for the whole life of a run: a build names the queue item that it came from, and carries
    the correlation id among its parameters.
    """

    job: str
    item: int | None = None
    correlation: str | None = None
    number: int | None = None

    def __str__(self) -> str:
        """The text that the engine keeps."""
        if self.item is not None:
            return f"{self.job}#queue:{self.item}:{self.correlation}"
        return f"{self.job}#{self.number}"


def run_id(text: str) -> RunId | None:
    """The id, None where the text is none of ours."""
    found = RUN.fullmatch(text)
    if found is None:
        return None
    item, number = found["item"], found["number"]
    return RunId(
        job=found["job"],
        item=None if item is None else int(item),
        correlation=found["correlation"],
        number=None if number is None else int(number),
    )


def short_ref(ref: str) -> str:
    """The name of a branch or tag without a prefix."""
    return ref.removeprefix("refs/heads/").removeprefix("refs/tags/")


def of_branch(workflow: str) -> bool:
    """Whether the job is that of a branch or tag, in a multibranch project."""
    return workflow.strip("/ ").endswith(f"/{REF}")


def job_name(workflow: str, ref: str) -> str:
    """The job's full name. `{ref}` stands for the job of the branch or tag.

    Raises Refused for what can't be a name, such as an empty part or `..`.
    """
    name = workflow.strip().strip("/")
    if name.endswith(f"/{REF}"):
        name = name.removesuffix(REF) + ESCAPED.sub(lambda sign: f"%{ord(sign[0]):02X}", short_ref(ref))
    for part in name.split("/"):
        if part.strip() in {"", ".", ".."} or "#" in part or REF in part:
            raise Refused(
                f"{workflow!r} is no name of a job: write it as folder/job, or folder/project/{REF}"
            )
    return name


def job_path(name: str) -> str:
    """The path below Jenkins' root."""
    return "".join(f"/job/{quote(part, safe='')}" for part in name.split("/"))


def item_in(location: str | None) -> int | None:
    """The queue item's number. The host and what is before may be Jenkins' idea of itself: they are not used."""
    found = ITEM.search(location or "")
    return None if found is None else int(found[1])
