"""What a connection to Checkmate needs."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator


class CheckmateSettings(BaseModel):
    """Settings that are no secret."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    base_url: str = Field(
        title="Address",
        description="Where your Checkmate is, for example https://checkmate.example.com.",
        pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$",
        max_length=200,
    )

    @field_validator("base_url")
    @classmethod
    def _no_slash_at_the_end(cls, value: str) -> str:
        return value.rstrip("/")


class CheckmateSecrets(BaseModel):
    """The secret part."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    token: SecretStr = Field(
        title="Token",
        description="An API token of a user with the role User or Admin (your page in Checkmate, Generate token).",
        min_length=1,
    )
