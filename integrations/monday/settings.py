"""What a connection to monday.com needs.

Columns are named by their titles, because a connection serves several boards and every board has column ids of its
own. An id is taken too.
"""

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from integrations.choices import Kind, live


class MondaySettings(BaseModel):
    """Settings that are no secret. The account is that of the token."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    base_url: str = Field(
        default="https://api.monday.com",
        title="Address",
        description="monday.com's API. It is the same for everybody; change it for a proxy of your own only.",
        pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$",
        max_length=200,
    )
    board: str = Field(
        title="Board",
        description=(
            "The board of your releases, by its id. Further boards that a release configuration names need columns "
            "of the same titles."
        ),
        pattern=r"^[1-9][0-9]{0,19}$",
        json_schema_extra=live(Kind.PROJECTS),
    )
    label_column: str = Field(
        default="Stationmaster",
        title="Label column",
        description=(
            "Title of a text column that Stationmaster alone writes to: it finds its items again by what stands there."
        ),
        min_length=1,
        max_length=200,
        json_schema_extra=live(Kind.FIELDS, within="board"),
    )
    status_column: str = Field(
        default="",
        title="Status column",
        description="Title of the status column that says whether an item is done. Empty: the board's first one.",
        max_length=200,
        json_schema_extra=live(Kind.FIELDS, within="board"),
    )
    done_labels: tuple[str, ...] = Field(
        default=(),
        title="Done labels",
        description="Labels of that column that count as done. Empty: those that monday.com marks as done.",
        json_schema_extra=live(Kind.STATUSES, within="board"),
    )
    type_column: str = Field(
        default="",
        title="Issue type column",
        description=(
            "Title of a status or dropdown column whose labels are the issue types. Empty: the board's groups are."
        ),
        max_length=200,
        json_schema_extra=live(Kind.FIELDS, within="board"),
    )
    description_column: str = Field(
        default="",
        title="Description column",
        description="Title of a long text column for an item's description. Empty: the description is left out.",
        max_length=200,
        json_schema_extra=live(Kind.FIELDS, within="board"),
    )

    @field_validator("base_url")
    @classmethod
    def _no_slash_at_the_end(cls, value: str) -> str:
        return value.rstrip("/")


class MondaySecrets(BaseModel):
    """The secret part."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    token: SecretStr = Field(
        title="Token",
        description=(
            "A personal API token (monday.com: profile picture, Developers, API token) of a member who may edit the "
            "boards of your releases, or an app's token with me:read, account:read, boards:read, boards:write, "
            "updates:read and updates:write (and users:read where a ticket names people)."
        ),
        min_length=1,
    )
