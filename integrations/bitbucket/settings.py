"""What a connection to Bitbucket Cloud needs."""

from enum import StrEnum
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from integrations.choices import Kind, live

NAME = r"^[A-Za-z0-9_.-]+$"
VARIABLE = r"^[A-Za-z_][A-Za-z0-9_]*$"


class Access(StrEnum):
    """How the token is sent: an API token with its owner's e-mail (Basic), an access token alone (Bearer)."""

    API_TOKEN = "api_token"  # noqa: S105 - the name of a kind of token
    ACCESS_TOKEN = "access_token"  # noqa: S105 - the name of a kind of token


class BitbucketSettings(BaseModel):
    """Settings that are not secret."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    base_url: str = Field(
        default="https://api.bitbucket.org",
        title="API address",
        description="The same for everybody; change it for a proxy of your own only",
        max_length=200,
    )
    access: Access = Field(
        default=Access.ACCESS_TOKEN,
        title="Kind of token",
        description=(
            "access_token for one that belongs to a repository, project or workspace, api_token for one that "
            "belongs to an Atlassian account"
        ),
    )
    email: str = Field(
        default="",
        title="E-mail",
        description="That of the Atlassian account, for an api_token only",
        pattern=r"^[^:\s@]+@[^:\s@]+$|^$",
        max_length=200,
    )
    workspace: str = Field(
        title="Workspace",
        description="Its short name, as in the address of its pages: bitbucket.org/WORKSPACE",
        pattern=NAME,
        max_length=100,
    )
    repository: str = Field(
        title="Repository",
        description="Its short name, as in the address of its page: bitbucket.org/WORKSPACE/REPOSITORY",
        pattern=NAME,
        max_length=100,
        json_schema_extra=live(Kind.REPOSITORIES, within="workspace"),
    )
    correlation_variable: str = Field(
        default="STATIONMASTER_CORRELATION_ID",
        title="Pipeline variable for our id",
        description="Each pipeline is started with this variable, and found again by it",
        pattern=VARIABLE,
    )
    run_delay: float = Field(
        default=10.0,
        title="Seconds until a pipeline shows",
        description="How long a started pipeline may stay out of Bitbucket's lists",
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
            raise ValueError("must be an address such as https://api.bitbucket.org")
        if url.path.rstrip("/").endswith("/2.0"):
            raise ValueError("must be the address without /2.0")
        return value.rstrip("/")

    @field_validator("workspace", "repository")
    @classmethod
    def _no_way_up(cls, value: str) -> str:
        if value in {".", ".."}:
            raise ValueError("must be a name")
        return value

    @model_validator(mode="after")
    def _whose(self) -> "BitbucketSettings":
        if self.access is Access.API_TOKEN and not self.email:
            raise ValueError("an api_token needs the e-mail of its Atlassian account")
        return self

    @property
    def web_url(self) -> str:
        """The repository's page for people, without a trailing slash."""
        url = urlsplit(self.base_url)
        return f"{url.scheme}://{url.netloc.removeprefix('api.')}/{self.workspace}/{self.repository}"


class BitbucketSecrets(BaseModel):
    """The secret part."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    token: SecretStr = Field(
        title="Token",
        description=(
            "An access token of the repository, its project or workspace, or an API token of an Atlassian account, "
            "that may read and write repositories, pull requests and pipelines"
        ),
        min_length=1,
    )
    webhook_secret: SecretStr | None = Field(
        default=None,
        title="Webhook secret",
        description="The secret of the repository's webhook, if there is one",
        min_length=8,
    )
