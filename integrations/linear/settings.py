"""What a connection to Linear needs."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator


class Access(StrEnum):
    """How the token is sent: an API key as it is, an OAuth token after the word Bearer."""

    API_KEY = "api_key"
    OAUTH = "oauth"


class LinearSettings(BaseModel):
    """Settings that are no secret. The workspace is that of the token."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    base_url: str = Field(
        default="https://api.linear.app",
        title="Address",
        description="Linear's API. It is the same for everybody; change it for a proxy of your own only.",
        pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$",
        max_length=200,
    )
    access: Access = Field(
        default=Access.API_KEY,
        title="Kind of token",
        description="api_key for a personal API key, oauth for an access token of an OAuth application.",
    )
    done_states: tuple[str, ...] = Field(
        default=(),
        title="Done states",
        description="Names of the states that count as done. Empty: every state of the types completed and canceled.",
    )

    @field_validator("base_url")
    @classmethod
    def _no_slash_at_the_end(cls, value: str) -> str:
        return value.rstrip("/")


class LinearSecrets(BaseModel):
    """The secret part."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    token: SecretStr = Field(
        title="Token",
        description=(
            "An API key (Linear: Settings, Security & access, Personal API keys) that may read, create issues and "
            "create comments in the teams of your releases, or an OAuth token with read and write."
        ),
        min_length=1,
    )
