"""Jenkins' answers as values, and the `tree` that asks for exactly these. Unknown fields are left aside."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict, Field, field_validator

ACTIONS = "actions[parameters[name,value],lastBuiltRevision[SHA1]]"
BUILD = f"number,queueId,building,result,timestamp,{ACTIONS}"
BUILDS = f"allBuilds[{BUILD}]"
DEFINITIONS = "property[parameterDefinitions[name,choices]]"
WAITING = f"id,why,task[url],{ACTIONS}"
QUEUE = f"items[{WAITING}]"
ITEM = f"{WAITING},cancelled,executable[number]"
FILES = "artifacts[relativePath]"


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class Parameter(_Answer):
    """A parameter's value; of other types than text it may be anything, of a password it is missing."""

    name: str
    value: object = None


class Revision(_Answer):
    """A commit of the git plugin."""

    sha: str = Field(alias="SHA1")


class Action(_Answer):
    """What plugins attached; most are empty here."""

    parameters: tuple[Parameter, ...] = ()
    revision: Revision | None = Field(default=None, alias="lastBuiltRevision")


class _Acted(_Answer):
    actions: tuple[Action | None, ...] = ()

    def parameters(self) -> Mapping[str, str]:
        """The parameters that are text."""
        return {
            parameter.name: parameter.value
            for action in self.actions
            if action is not None
            for parameter in action.parameters
            if isinstance(parameter.value, str)
        }


class BuildRow(_Acted):
    """A build. `result` is null while it goes on, but a pipeline may set it early: `building` decides."""

    number: int
    building: bool
    result: str | None = None
    queue_id: int = Field(default=-1, alias="queueId")
    timestamp: int = 0
    kind: str = Field(default="", alias="_class")

    def commit(self) -> str | None:
        """The commit that was built; None where shared libraries make it more than one."""
        found = {action.revision.sha for action in self.actions if action and action.revision}
        return found.pop() if len(found) == 1 else None


class _Executable(_Answer):
    number: int


class _Task(_Answer):
    url: str = ""


class ItemRow(_Acted):
    """A queue item. It stays readable for about five minutes after it left the queue."""

    id: int
    why: str | None = None
    cancelled: bool = False
    executable: _Executable | None = None
    task: _Task = _Task()


class QueuePage(_Answer):
    """What waits."""

    items: tuple[ItemRow, ...]


class Definition(_Answer):
    """A parameter that a job takes; `choices` where it is one of a few."""

    name: str
    choices: tuple[str, ...] | None = None

    @field_validator("choices", mode="before")
    @classmethod
    def _only_texts(cls, value: object) -> object:
        """Plugins have choices of other forms, such as those that a script makes: nothing is known of them."""
        plain = isinstance(value, list) and all(isinstance(choice, str) for choice in value)
        return value if plain else None


class _Property(_Answer):
    definitions: tuple[Definition, ...] = Field(default=(), alias="parameterDefinitions")


class JobRow(_Answer):
    """A job with some of its builds, newest first; a folder has none, not even an empty list."""

    kind: str = Field(alias="_class")
    buildable: bool | None = None
    builds: tuple[BuildRow, ...] | None = Field(default=None, alias="allBuilds")
    properties: Sequence[_Property | None] = Field(default=(), alias="property")

    def definitions(self) -> Mapping[str, Definition]:
        """The parameters that the job takes, by name."""
        return {d.name: d for row in self.properties if row is not None for d in row.definitions}


class HomeRow(_Answer):
    """The server itself, which is there where Jenkins is."""

    mode: str


class _File(_Answer):
    path: str = Field(alias="relativePath")


class FilesRow(_Answer):
    """The files of a build."""

    artifacts: tuple[_File, ...]


class CrumbRow(_Answer):
    """The crumb and the header in which it is wanted."""

    crumb: str
    field: str = Field(alias="crumbRequestField")
