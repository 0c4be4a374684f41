"""The settings: the only reader of the environment."""

from datetime import timedelta
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What the operator sets, by environment variables or an `.env` file. Nothing else reads the environment."""

    model_config = SettingsConfigDict(
        env_prefix="STATIONMASTER_", env_file=".env", extra="ignore", frozen=True, populate_by_name=True
    )

    data: Path = Field(default=Path("data"), description="Folder of the embedded database and the key file")
    database_url: str | None = Field(
        default=None,
        validation_alias="DATABASE_URL",
        description="postgresql://… for PostgreSQL; without it SQLite in the data folder",
    )
    slack_bot_token: SecretStr | None = Field(
        default=None, validation_alias="SLACK_BOT_TOKEN", description="xoxb-…, the bot's token"
    )
    slack_app_token: SecretStr | None = Field(
        default=None, validation_alias="SLACK_APP_TOKEN", description="xapp-…, for Socket Mode"
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None, validation_alias="SLACK_SIGNING_SECRET", description="For requests over HTTP"
    )
    slack_api_url: str = Field(default="https://slack.com/api/", description="Base of the Web API")
    http_host: str = Field(default="127.0.0.1", description="Address of the web server")
    http_port: int | None = Field(
        default=None, description="Port of the web server: Slack over HTTP, webhooks, health; none by default"
    )
    key: SecretStr | None = Field(
        default=None,
        description="Key ring for secrets at rest, `id:base64,…`; without it a file in the data folder",
    )
    egress_allow: tuple[str, ...] = Field(
        default=(), description="Hosts and networks that providers may live on although they are private"
    )
    lease_seconds: float = Field(default=30.0, ge=0.5, description="How long a worker may be silent")
    tick_seconds: float = Field(default=1.0, gt=0, description="How often due work is looked for in any case")
    concurrency: int = Field(default=16, ge=1, description="Tasks at once in this process")
    drain_seconds: float = Field(
        default=20.0, ge=0, description="How long work under way may end after SIGTERM"
    )
    card_seconds: float = Field(default=3.0, ge=0, description="Least time between two edits of one card")
    slack_pace: float = Field(
        default=1.0, ge=0, description="Multiplies our own waits between messages; 0 only for a local sandbox"
    )
    log_format: str = Field(default="console", pattern="^(console|json)$", description="console or json")
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR")

    @property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.data / 'stationmaster.db'}"

    @property
    def lease(self) -> timedelta:
        """The length of a lease."""
        return timedelta(seconds=self.lease_seconds)
