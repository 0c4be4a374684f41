"""Fields of a new issue: their types, what they can hold, and how createmeta shows them.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/ (get create field metadata).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

KINDS = "com.atlassian.jira.plugin.system.customfieldtypes"
TEXT, LONG_TEXT = f"{KINDS}:textfield", f"{KINDS}:textarea"
OPTION, USER = "option", "user"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A value of a field. `gone`: an archived version or an option that is switched off."""

    id: str
    name: str
    gone: bool = False


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field of a create screen. `items` is the type of what an array holds, `custom` that of a custom field.

    `choices` are the values of a field that has a list of them; `default` says that Jira fills it in itself.
    """

    id: str
    name: str
    type: str
    items: str = ""
    custom: str = ""
    choices: Sequence[Choice] = ()
    required: bool = False
    default: bool = False

    @property
    def of(self) -> str:
        """The type of a single value."""
        return self.items if self.type == "array" else self.type

    @property
    def listed(self) -> bool:
        """Whether its values are those of a list."""
        return self.of in ("priority", "component", "version", OPTION)

    @property
    def long(self) -> bool:
        """Whether it holds a text of many lines, which is a document in version 3."""
        return self.custom == LONG_TEXT or self.id == "environment"

    def schema(self) -> Json:
        """Its type, as Jira tells it."""
        number = self.id.removeprefix("customfield_")
        origin = {"custom": self.custom, "customId": int(number)} if self.custom else {"system": self.id}
        return {"type": self.type, **({"items": self.items} if self.items else {}), **origin}


ALWAYS = (
    Field(id="summary", name="Summary", type="string", required=True),
    Field(id="issuetype", name="Issue Type", type="issuetype", required=True),
    Field(id="project", name="Project", type="project", required=True),
)
COMMON: Mapping[str, Field] = {
    "description": Field(id="description", name="Description", type="string"),
    "labels": Field(id="labels", name="Labels", type="array", items="string"),
}
"""What every project has, unless its create screen leaves it out."""

PRIORITY = Field(
    id="priority",
    name="Priority",
    type="priority",
    choices=tuple(
        Choice(id=str(n), name=name)
        for n, name in enumerate(("Highest", "High", "Medium", "Low", "Lowest"), start=1)
    ),
    default=True,
)
ASSIGNEE = Field(id="assignee", name="Assignee", type=USER)
MOBILE = (
    PRIORITY,
    Field(
        id="components",
        name="Components",
        type="array",
        items="component",
        choices=(Choice(id="10200", name="App"), Choice(id="10201", name="Widgets")),
    ),
    Field(
        id="fixVersions",
        name="Fix versions",
        type="array",
        items="version",
        choices=(
            Choice(id="10300", name="0.9", gone=True),
            Choice(id="10301", name="1.0"),
            Choice(id="10302", name="2.0"),
        ),
    ),
    ASSIGNEE,
    Field(id="duedate", name="Due date", type="date"),
    Field(
        id="customfield_10020",
        name="Team",
        type=OPTION,
        custom=f"{KINDS}:select",
        choices=(Choice(id="10400", name="Core"), Choice(id="10401", name="Growth")),
    ),
    Field(id="customfield_10021", name="Story points", type="number", custom=f"{KINDS}:float"),
)
"""Those of the project that a site is made with."""


def shown(field: Field, choice: Choice) -> Json:
    """A value of a list: options are told by `value`, all else by `name`."""
    if field.of == OPTION:
        return {"id": choice.id, "value": choice.name, **({"disabled": True} if choice.gone else {})}
    return {"id": choice.id, "name": choice.name, **({"archived": True} if choice.gone else {})}


def described(field: Field, *, keyed: bool) -> Json:
    """A row of createmeta; `keyed` where rows have a `key` besides the id, as on Cloud."""
    row: Json = {
        "fieldId": field.id,
        **({"key": field.id} if keyed else {}),
        "name": field.name,
        "required": field.required,
        "operations": ["add", "set", "remove"] if field.type == "array" else ["set"],
        "hasDefaultValue": field.default,
        "schema": field.schema(),
    }
    if field.listed:
        row["allowedValues"] = [shown(field, choice) for choice in field.choices]
    return row
