"""What a connection to GitHub needs."""

from typing import Literal
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from integrations.choices import Kind, live

NAME = r"^[A-Za-z0-9._-]+$"


class GithubSettings(BaseModel):
    """Settings that are not secret."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: str = Field(
        default="https://api.github.com",
        title="API address",
        description="Leave as it is for github.com. GitHub Enterprise Server: https://HOST/api/v3",
    )
    app_id: str = Field(
        default="",
        title="GitHub App",
        description=(
            "The App ID or client ID of a GitHub App that works as the account; its private key is then the "
            "secret. Empty: a token is"
        ),
        pattern=r"^[A-Za-z0-9.]*$",
        max_length=64,
    )
    owner: str = Field(
        title="Owner",
        description="The user or organisation that owns the repository",
        pattern=NAME,
        json_schema_extra=live(Kind.WORKSPACES),
    )
    repository: str = Field(
        title="Repository",
        description="Its name without the owner",
        pattern=NAME,
        json_schema_extra=live(Kind.REPOSITORIES, within="owner"),
    )
    api_version: Literal["2022-11-28", "2026-03-10"] = Field(
        default="2022-11-28",
        title="API version",
        description="The REST version that requests name; the commit of a merge is always asked for in the first",
    )
    correlation_input: str = Field(
        default="correlation_id",
        title="Workflow input for our id",
        description=(
            "Each workflow declares this input and shows it in its run-name, so that a run is found again: "
            "run-name: Build ${{ inputs.correlation_id }}. Empty: nothing is sent, and a run whose start was "
            "not answered cannot be found again"
        ),
        pattern=r"^[A-Za-z_][A-Za-z0-9_-]*$|^$",
    )
    run_delay: float = Field(
        default=20.0,
        title="Seconds until a run shows",
        description="How long a started run may stay out of GitHub's lists",
        ge=0,
        le=120,
    )
    timeout: float = Field(
        default=15.0, title="Time-out", description="Seconds to wait for an answer", gt=0, le=60
    )

    @field_validator("base_url")
    @classmethod
    def _plain(cls, value: str) -> str:
        url = urlsplit(value)
        if url.scheme not in {"http", "https"} or not url.hostname or url.query or url.fragment:
            raise ValueError("must be an address such as https://api.github.com")
        return value.rstrip("/")

    @property
    def web_url(self) -> str:
        """The repository's page for people, without a trailing slash."""
        url = urlsplit(self.base_url)
        host = url.netloc.removeprefix("api.") if url.netloc.startswith("api.") else url.netloc
        return f"{url.scheme}://{host}/{self.owner}/{self.repository}"


class GithubSecrets(BaseModel):
    """Secrets: a token, or the private key of a GitHub App.

    Either needs the permissions contents, pull requests and actions: read and write.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    token: SecretStr | None = Field(
        default=None,
        title="Token",
        description="A fine-grained personal access token with contents, pull requests and actions: write",
        min_length=1,
    )
    private_key: SecretStr | None = Field(
        default=None,
        title="Private key of the GitHub App",
        description="The .pem file that GitHub gave you, whole; instead of a token",
        min_length=1,
    )
    webhook_secret: SecretStr | None = Field(
        default=None,
        title="Webhook secret",
        description="The secret of the repository's webhook, if there is one",
    )

    @field_validator("private_key")
    @classmethod
    def _readable(cls, value: SecretStr | None) -> SecretStr | None:
        """A key that can't be read is told here, and not at the first release; nothing of it is repeated."""
        if value is None:
            return None
        try:
            key = load_pem_private_key(value.get_secret_value().strip().encode(), password=None)
        except (TypeError, ValueError):
            raise ValueError("is no private key in PEM form, or is one behind a password") from None
        if not isinstance(key, RSAPrivateKey):
            raise ValueError("is no RSA key, as GitHub gives them")  # noqa: TRY004 - pydantic wants a ValueError
        return value

    @model_validator(mode="after")
    def _one(self) -> "GithubSecrets":
        if self.token is None and self.private_key is None:
            raise ValueError("a token is needed, or the private key of a GitHub App")
        return self
