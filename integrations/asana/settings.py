"""What a connection to Asana needs."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from integrations.choices import Kind, live


class AsanaSettings(BaseModel):
    """Settings that are no secret."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    base_url: str = Field(
        default="https://app.asana.com/api/1.0",
        title="Address",
        description="Asana's API. It is the same for everybody; change it for a proxy of your own only.",
        pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$",
        max_length=200,
    )
    workspace: str = Field(
        title="Workspace",
        description="The gid of the workspace or organization in which the projects of your releases are",
        pattern=r"^[1-9][0-9]{0,29}$",
        json_schema_extra=live(Kind.WORKSPACES),
    )
    status_field: str = Field(
        default="",
        title="Status field",
        description=(
            "Asana's tasks have no status. Name of the custom field that is yours, as the projects have it. "
            "Empty: the section in which a task is."
        ),
        max_length=100,
    )
    done_statuses: tuple[str, ...] = Field(
        default=(),
        title="Done statuses",
        description=(
            "Names of the sections, or of the status field's options, that count as done. "
            "Empty: a task is done when it is marked complete."
        ),
    )
    look_back: int = Field(
        default=180,
        title="Days to look back",
        description=(
            "A release's task is looked for among the open tasks of its project and those that were completed "
            "within so many days."
        ),
        ge=14,
        le=3650,
    )
    list_lag: float = Field(
        default=30.0,
        title="Seconds until lists are believed",
        description=(
            "How long after a lost answer an absent task proves nothing. Asana's lists know a task at once, "
            "but a request that was given up may still be carried out."
        ),
        ge=0,
        le=900,
    )

    @field_validator("base_url")
    @classmethod
    def _no_slash_at_the_end(cls, value: str) -> str:
        return value.rstrip("/")


class AsanaSecrets(BaseModel):
    """The secret part."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    token: SecretStr = Field(
        title="Token",
        description=(
            "A personal access token (Asana: My apps in the developer console), or the token of a service account."
        ),
        min_length=1,
    )
