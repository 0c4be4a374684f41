"""What a connection to ClickUp needs."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from integrations.choices import Kind, live


class ClickupSettings(BaseModel):
    """Settings that are no secret. What ClickUp's API calls a team is a workspace to people, and here."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    workspace: str = Field(
        title="Workspace",
        description="Number of the workspace: the first one in its address, as in https://app.clickup.com/9001/.",
        pattern=r"^[1-9][0-9]{0,18}$",
        json_schema_extra=live(Kind.WORKSPACES),
    )
    done_statuses: tuple[str, ...] = Field(
        default=(),
        title="Done statuses",
        description=(
            "Names of the statuses that count as done, whatever the case. Empty: every status of ClickUp's groups "
            "Done and Closed."
        ),
    )
    look_back: int = Field(
        default=90,
        title="Days to look back",
        description=(
            "How old a ticket may be to be found again by its mark, before another one is made. Each hundred tasks "
            "that the list got in these days cost a request."
        ),
        ge=1,
        le=3650,
    )
    search_lag: float = Field(
        default=15.0,
        title="Seconds until a list knows",
        description="How long a new task may stay out of its list's tasks. ClickUp gives no number.",
        ge=0,
        le=900,
    )
    base_url: str = Field(
        default="https://api.clickup.com/api",
        title="Address",
        description="ClickUp's API. It is the same for everybody; change it for a proxy of your own only.",
        pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$",
        max_length=200,
    )

    @field_validator("base_url")
    @classmethod
    def _no_slash_at_the_end(cls, value: str) -> str:
        return value.rstrip("/")


class ClickupSecrets(BaseModel):
    """The secret part."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    token: SecretStr = Field(
        title="Token",
        description=(
            "A personal token, which starts with pk_ (ClickUp: your avatar, Settings, Apps, API Token), or the access "
            "token of an OAuth app."
        ),
        min_length=1,
    )

    @property
    def is_personal(self) -> bool:
        """Whether the token is a personal one: ClickUp starts those, and no others, with pk_."""
        return self.token.get_secret_value().startswith("pk_")
