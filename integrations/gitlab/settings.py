"""What a connection to GitLab needs."""

from urllib.parse import quote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from integrations.choices import Kind, live

VARIABLE = r"^[A-Za-z_][A-Za-z0-9_]*$"


class GitlabSettings(BaseModel):
    """Settings that are not secret."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: str = Field(
        default="https://gitlab.com",
        title="Address",
        description="Leave as it is for gitlab.com. Self-managed: https://HOST, with its path if it has one",
    )
    project: str = Field(
        title="Project",
        description="Its path with all groups, as in the address of its page: group/subgroup/app",
        pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$",
        json_schema_extra=live(Kind.REPOSITORIES),
    )
    correlation_variable: str = Field(
        default="STATIONMASTER_CORRELATION_ID",
        title="Pipeline variable for our id",
        description=(
            "Each pipeline is started with this variable, and found again by it. Where .gitlab-ci.yml has "
            "workflow:name, let it show the variable, so that people see which build a pipeline is: "
            "name: 'Build $STATIONMASTER_CORRELATION_ID'"
        ),
        pattern=VARIABLE,
    )
    workflow_variable: str = Field(
        default="STATIONMASTER_WORKFLOW",
        title="Pipeline variable for the workflow",
        description=(
            "A project has one .gitlab-ci.yml: this variable carries the workflow's name of the release "
            "configuration, and the rules of your jobs choose by it"
        ),
        pattern=VARIABLE,
    )
    run_delay: float = Field(
        default=10.0,
        title="Seconds until a pipeline shows",
        description="How long a started pipeline may stay out of GitLab's lists",
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
            raise ValueError("must be an address such as https://gitlab.com")
        if "/api/v" in url.path:
            raise ValueError("must be the address without /api/v4")
        return value.rstrip("/")

    @property
    def web_url(self) -> str:
        """The project's page for people, without a trailing slash."""
        return f"{self.base_url}/{quote(self.project)}"


class GitlabSecrets(BaseModel):
    """Secrets; the token needs the scope `api` and, in the project, the role Developer or higher."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    token: SecretStr = Field(
        title="Token",
        description="A project, group or personal access token with the scope api and the role Developer or higher",
        min_length=1,
    )
    webhook_secret: SecretStr | None = Field(
        default=None,
        title="Webhook secret token",
        description=(
            "The signing token (whsec_…) or the secret token of the project's webhook for pipeline events, if there "
            "is one"
        ),
    )
