"""What a connection to Jenkins needs."""

import re

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

PARAMETER = r"^[A-Za-z_][A-Za-z0-9_.-]*$"
API_TOKEN = re.compile(r"(11)?[0-9a-f]{32}")
"""How Jenkins makes API tokens: 32 hexadecimal digits, with the version 11 before them since 2.129."""


class JenkinsSettings(BaseModel):
    """Settings that are no secret."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    base_url: str = Field(
        title="Address",
        description="Where your Jenkins is, with its path if it has one: https://ci.example.com/jenkins.",
        pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*)?$",
        max_length=200,
    )
    username: str = Field(
        title="User",
        description="The user to whom the API token belongs. It needs Job: Read, Build and Cancel.",
        pattern=r"^[^:\s]+$",
        max_length=200,
    )
    correlation_parameter: str = Field(
        default="correlation_id",
        title="Parameter for our id",
        description=(
            "Each job declares a string parameter of this name. By it a build is found again, and by it"
            " Jenkins does not take two builds in its queue for one."
        ),
        pattern=PARAMETER,
    )
    ref_parameter: str = Field(
        default="ref",
        title="Parameter for the branch or tag",
        description=(
            "Each job declares a string parameter of this name and builds what it says. Empty: nothing is"
            " sent. Not sent either where the job is of a multibranch project, written folder/project/{ref}."
        ),
        pattern=rf"{PARAMETER}|^$",
    )
    accept_unstable: bool = Field(
        default=False,
        title="Take unstable builds",
        description="Whether a build whose result is UNSTABLE (mostly: tests failed) counts as a success.",
    )
    run_delay: float = Field(
        default=10.0,
        title="Seconds until a build shows",
        description="How long a build that was asked for may stay out of Jenkins' queue.",
        ge=0,
        le=120,
    )
    timeout: float = Field(
        default=15.0, title="Time-out", description="Seconds to wait for an answer.", gt=0, le=60
    )

    @field_validator("base_url")
    @classmethod
    def _no_slash_at_the_end(cls, value: str) -> str:
        return value.rstrip("/")


class JenkinsSecrets(BaseModel):
    """The secret part."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    token: SecretStr = Field(
        title="API token",
        description="Made on the user's page: Security, API Token. A password works too, but is worth more.",
        min_length=1,
    )
    callback_secret: SecretStr | None = Field(
        default=None,
        title="Callback secret",
        description="What your pipelines send in the header X-Stationmaster-Secret when a build has ended.",
        min_length=16,
    )

    @property
    def is_api_token(self) -> bool:
        """Whether `token` looks like one: such requests need no crumb."""
        return API_TOKEN.fullmatch(self.token.get_secret_value()) is not None
