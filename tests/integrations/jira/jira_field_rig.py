"""Further fields of tickets in the tests of Jira: a project that has one of each kind, and what is sent for them."""

import json
from collections.abc import Mapping
from typing import Any

from sandbox.jira import Account
from sandbox.jira.fields import KINDS, Choice, Field
from tests.integrations.jira.jira_rig import JiraRig, judge, request

LABEL = "rel-1-ios"


def custom(number: int, name: str, kind: str, **options: Any) -> Field:
    """A field that a team has made."""
    return Field(id=f"customfield_{number}", name=name, custom=f"{KINDS}:{kind}", **options)


SIZES = (Choice(id="1", name="Small"), Choice(id="2", name="Large"), Choice(id="3", name="Huge", gone=True))
OTHERS = (
    custom(1, "Codename", "textfield", type="string"),
    custom(2, "Notes", "textarea", type="string"),
    Field(id="environment", name="Environment", type="string"),
    custom(3, "Sizes", "multiselect", type="array", items="option", choices=SIZES),
    custom(4, "Old size", "radiobuttons", type="option", choices=SIZES),
    custom(5, "Tags", "labels", type="array", items="string"),
    custom(6, "Release captain", "userpicker", type="user"),
    custom(7, "Testers", "multiuserpicker", type="array", items="user"),
    custom(8, "Target", "version", type="version", choices=(Choice(id="77", name="1.0"),)),
    custom(9, "Area", "cascadingselect", type="option-with-child"),
    custom(10, "Started", "datetime", type="datetime"),
    Field(id="attachment", name="Attachment", type="array", items="attachment"),
    Field(id="reporter", name="Reporter", type="user", required=True, default=True),
)


def sent(rig: JiraRig) -> dict[str, Any]:
    """The fields of the one ticket that was made."""
    (made,) = [e for e in rig.simulator.record if e.status == 201 and e.path.endswith("/issue")]
    fields: dict[str, Any] = json.loads(made.request_body)["fields"]
    return fields


def paths(rig: JiraRig) -> list[str]:
    """Method and path of every request so far, below the API."""
    return [f"{e.method} {e.path.removeprefix('/rest/api/2/')}" for e in rig.simulator.record]


async def filled(rig: JiraRig, fields: Mapping[str, str], **changes: str) -> dict[str, Any]:
    """What is sent for the fields; all of it as Jira's description says, and held by the ticket then."""
    ticket = await rig.pm.create_release_ticket(request(LABEL, fields=fields, **changes))
    assert judge(rig.simulator.record) >= 4
    held = rig.simulator.ticket(ticket.key).custom
    found = sent(rig)
    assert held.keys() == found.keys() - {"project", "issuetype", "summary", "description", "labels"}
    return found


def add(rig: JiraRig, name: str, title: str, email: str, **options: Any) -> None:
    """A further person."""
    account = Account(id=name, name=title, email=email, token=f"{name}-token", **options)
    rig.simulator.site.accounts.append(account)
