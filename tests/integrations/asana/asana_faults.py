"""What the fault matrix of Asana is made of: every request of every verb, and what Asana adds to HTTP's troubles."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from integrations.asana.pm import AsanaPm
from orchestration.ports.errors import NeedsCredentials, Refused
from sandbox.asana.simulator import BASE
from tests.integrations.asana.asana_rig import LABEL, AsanaRig
from tests.support.troubles import JSON, Trouble, after_effect

Verb = Callable[[AsanaRig, AsanaPm], Awaitable[object]]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One request of a verb, the `nth` of its kind, and the effect that must be there in the end."""

    name: str
    verb: Verb
    path: str
    effect: Callable[[AsanaRig], int] = lambda _rig: 1
    method: str = "GET"

    @property
    def making(self) -> bool:
        """Whether the request is to change something."""
        return self.method == "POST"


def keys(rig: AsanaRig) -> tuple[str, str]:
    """The two tasks that are there from the beginning."""
    one, two = (gid for gid, row in rig.simulator.world.rows.items() if row.name in ("one", "two"))
    return one, two


def find(rig: AsanaRig, pm: AsanaPm) -> Awaitable[object]:
    """Look for the release's task."""
    return pm.find_ticket(project=rig.project, label=LABEL)


def create(rig: AsanaRig, pm: AsanaPm) -> Awaitable[object]:
    """Make the release's task."""
    return pm.create_release_ticket(rig.request())


def status(rig: AsanaRig, pm: AsanaPm) -> Awaitable[object]:
    """Read a task."""
    return pm.check_ticket_status(keys(rig)[0])


def link(rig: AsanaRig, pm: AsanaPm) -> Awaitable[object]:
    """Relate two tasks."""
    return pm.link(*keys(rig))


def comment(rig: AsanaRig, pm: AsanaPm) -> Awaitable[object]:
    """Say something on a task."""
    return pm.comment(keys(rig)[0], "text", marker="sm:1")


def fill(rig: AsanaRig, pm: AsanaPm) -> Awaitable[object]:
    """Make the release's task with further fields."""
    fields = {"Assignee": "Release Captain", "Stage": "Open", "Tags": "Bug"}
    return pm.create_release_ticket(rig.request(issue_type="", fields=fields))


VERBS = (find, create, fill, status, link, comment)


def _tickets(rig: AsanaRig) -> int:
    return rig.tickets(LABEL)


def _links(rig: AsanaRig) -> int:
    return rig.links(*keys(rig))


def _comments(rig: AsanaRig) -> int:
    return len(rig.comments(keys(rig)[0]))


# {one} and {two} stand for the gids of the two tasks.
STEPS = (
    Step(name="find", verb=find, path=r"/tasks\?"),
    Step(name="create: look", verb=create, path=r"/tasks\?", effect=_tickets),
    Step(name="create: tag", verb=create, path=r"/tags\?", effect=_tickets),
    Step(name="create", verb=create, path=r"/tasks\?", effect=_tickets, method="POST"),
    Step(name="fill: person", verb=fill, path=r"/users\?", effect=_tickets),
    Step(name="fill: fields", verb=fill, path=r"/projects/[0-9]+/custom_field_settings\?", effect=_tickets),
    Step(name="fill: tags", verb=fill, path=r"/tags\?", effect=_tickets),
    Step(name="fill", verb=fill, path=r"/tasks\?", effect=_tickets, method="POST"),
    Step(name="status", verb=status, path=r"/tasks/{one}\?"),
    Step(name="link: one", verb=link, path=r"/tasks/{one}\?", effect=_links),
    Step(name="link: other", verb=link, path=r"/tasks/{two}\?", effect=_links),
    Step(name="link: look", verb=link, path=r"/tasks/{one}/stories\?", effect=_links),
    Step(name="link: look back", verb=link, path=r"/tasks/{two}/stories\?", effect=_links),
    Step(name="link", verb=link, path=r"/tasks/{one}/stories\?", effect=_links, method="POST"),
    Step(name="comment: look", verb=comment, path=r"/tasks/{one}/stories\?", effect=_comments),
    Step(name="comment", verb=comment, path=r"/tasks/{one}/stories\?", effect=_comments, method="POST"),
)


def path_of(step: Step, rig: AsanaRig) -> str:
    """The pattern of the path of a step's request."""
    one, two = keys(rig)
    return f"^{BASE}{step.path.format(one=one, two=two)}"


def says(message: str, **more: str) -> str:
    """The body of an error of Asana's."""
    return json.dumps({"errors": [{"message": message, "help": "Read the docs", **more}]})


ASANA_TROUBLES = (
    Trouble(
        name="400 in Asana's words",
        status=400,
        headers=JSON,
        body=says("A rule of ours."),
        error=Refused,
        words="A rule of ours",
    ),
    Trouble(
        name="402",
        status=402,
        headers=JSON,
        body=says("Payment Required"),
        error=Refused,
        words="paid plan",
    ),
    Trouble(
        name="403 in Asana's words",
        status=403,
        headers=JSON,
        body=says("You do not have access."),
        error=NeedsCredentials,
        words="You do not have access; the token's user may not",
    ),
    Trouble(
        name="429 in Asana's words",
        status=429,
        headers={**JSON, "Retry-After": "30"},
        body=says("You've made too many requests"),
        after=timedelta(seconds=30),
        words="too many requests",
    ),
    Trouble(
        name="500 with a phrase",
        status=500,
        headers=JSON,
        body=says("Server Error", phrase="6 sad squid snuggle softly"),
        unsure=True,
        words="6 sad squid snuggle softly",
    ),
    Trouble(name="451", status=451, headers=JSON, body=says("Not in your country"), error=Refused),
    Trouble(name="errors of another shape", status=400, headers=JSON, body='{"errors": "no"}', error=Refused),
    after_effect("not wrapped", 200, '{"gid": "12", "permalink_url": "https://app.asana.com/12"}'),
    after_effect("data null", 200, '{"data": null}'),
    after_effect("a gid that is a number", 200, '{"data": {"gid": 9107199254740993, "permalink_url": "x"}}'),
    after_effect("a list of gids that are numbers", 200, '{"data": [{"gid": 9107199254740993}]}'),
)
