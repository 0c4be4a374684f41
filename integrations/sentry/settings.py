"""What a connection to Sentry needs."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator


class SentrySettings(BaseModel):
    """Settings that are no secret."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    base_url: str = Field(
        default="https://sentry.io",
        title="Address",
        description="https://sentry.io, that of your region such as https://de.sentry.io, or of your own Sentry.",
        pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$",
        max_length=200,
    )
    organization: str = Field(
        title="Organization",
        description="Its slug, as it stands in the addresses of its pages.",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$",
        max_length=100,
    )
    environment: str = Field(
        default="production",
        title="Environment",
        description="Only sessions of this environment count. Empty: those of all.",
        pattern=r"^[^\s/]*$",
        max_length=64,
    )

    @field_validator("base_url")
    @classmethod
    def _no_slash_at_the_end(cls, value: str) -> str:
        return value.rstrip("/")


class SentrySecrets(BaseModel):
    """The secret part."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    token: SecretStr = Field(
        title="Token",
        description=(
            "The token of an internal integration (Sentry: Settings, Custom Integrations) that may read the "
            "organization and its projects."
        ),
        min_length=1,
    )
