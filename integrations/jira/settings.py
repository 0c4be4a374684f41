"""What a connection to Jira needs."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator


class JiraSettings(BaseModel):
    """Settings that are no secret. Cloud or Data Center is found out from the site itself (serverInfo)."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    base_url: str = Field(
        title="Address",
        description=(
            "https://your-site.atlassian.net, or your Data Center's address with its path. "
            "For an API token with scopes: https://api.atlassian.com/ex/jira/<cloud id>."
        ),
        pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$",
        max_length=200,
    )
    email: str = Field(
        default="",
        title="E-mail",
        description=(
            "Jira Cloud: the e-mail address of the account whose API token this is. Data Center: leave it empty."
        ),
        max_length=254,
    )
    done_statuses: tuple[str, ...] = Field(
        default=(),
        title="Done statuses",
        description="Names of the statuses that count as done. Empty: every status of Jira's category Done.",
    )
    link_type: str = Field(
        default="Relates",
        title="Link type",
        description="The kind of link between the tickets of one release, by its name in Jira.",
        min_length=1,
        max_length=100,
    )

    search_lag: float = Field(
        default=120.0,
        title="Seconds until search knows",
        description="How long a new ticket may stay unknown to Jira's search. Atlassian: a few seconds to minutes.",
        ge=0,
        le=900,
    )

    @field_validator("base_url")
    @classmethod
    def _no_slash_at_the_end(cls, value: str) -> str:
        return value.rstrip("/")


class JiraSecrets(BaseModel):
    """The secret part."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    token: SecretStr = Field(
        title="Token",
        description="Jira Cloud: an API token. Data Center: a personal access token.",
        min_length=1,
    )
