"""The settings: the only reader of the environment."""

import ipaddress
import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


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
    web_url: str | None = Field(
        default=None,
        description="Where people reach the web server, https://bot.acme.example: "
        "the page for secrets and links of releases stand there",
    )
    api_per_minute: int = Field(
        default=300, ge=1, description="How many REST requests a token may make in a minute, in each process"
    )
    build_file_megabytes: int = Field(
        default=1024, ge=0, description="The largest file of a build that REST takes; 0: it takes none"
    )
    build_files_gigabytes: int = Field(
        default=20, ge=1, description="How much of them the data folder may hold"
    )
    url: str | None = Field(
        default=None, description="Where `stationmaster release` finds the bot's web server, from any machine"
    )
    tenant: str | None = Field(
        default=None, pattern="^[TE][A-Z0-9]+$", description="The Slack workspace that it asks about"
    )
    token: SecretStr | None = Field(default=None, description="The token that it shows; or in a file")
    token_file: Path = Field(
        default=Path("~/.config/stationmaster/token"), description="The token's file, which only you may read"
    )
    key: SecretStr | None = Field(
        default=None,
        description="Key ring for secrets at rest, `id:base64,…`; without it a file in the data folder",
    )
    egress_allow: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="JSON list of hosts and networks that providers may live on although they are private",
    )
    metrics_token: SecretStr | None = Field(
        default=None,
        min_length=16,
        description="What Prometheus shows at /metrics; off loopback there is no such page without it",
    )
    ping_url: SecretStr | None = Field(
        default=None,
        description="Asked with GET while everything is well, so that its silence is an alarm; may hold a secret",
    )
    ping_seconds: float = Field(default=60.0, ge=1, description="How often it is asked")
    migrate: bool = Field(
        default=True,
        description="Whether `run` migrates the database first; false where a job does it, and then it must be done",
    )
    traces: str | None = Field(
        default=None,
        validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT",
        description="Collector of traces over OTLP/HTTP; other variables OTEL_… hold too; none by default",
    )
    only_traces: str | None = Field(
        default=None,
        validation_alias="OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        description="The same, for traces alone",
    )
    retention_days: int = Field(
        default=30,
        ge=2,
        description="How long requests that were served and messages that were sent are kept",
    )
    lease_seconds: float = Field(default=30.0, ge=0.5, description="How long a worker may be silent")
    tick_seconds: float = Field(default=1.0, gt=0, description="How often due work is looked for in any case")
    concurrency: int = Field(default=16, ge=1, description="Tasks at once in this process")
    drain_seconds: float = Field(
        default=20.0, ge=0, description="How long work under way may end after SIGTERM"
    )
    clock_file: Path | None = Field(
        default=None,
        description="Only for a local sandbox: a file that says how the time of releases goes; see ADR 12",
    )
    card_seconds: float = Field(default=3.0, ge=0, description="Least time between two edits of one card")
    slack_pace: float = Field(
        default=1.0, ge=0, description="Multiplies our own waits between messages; 0 only for a local sandbox"
    )
    log_format: str = Field(default="console", pattern="^(console|json)$", description="console or json")
    log_level: str = Field(
        default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="DEBUG, INFO, WARNING or ERROR"
    )

    @field_validator("egress_allow", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        """A variable holds JSON."""
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise ValueError('must be a JSON list, such as ["10.1.0.0/16", "jira.acme.example"]') from None

    @field_validator("web_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        """Secrets are typed there: only TLS will do, unless they never leave the machine."""
        if value is None:
            return None
        url = urlsplit(value)
        plain = url.scheme == "http" and _loopback(url.hostname or "")
        if (
            not url.hostname
            or url.scheme not in {"http", "https"}
            or url.username
            or url.query
            or url.fragment
        ):
            raise ValueError("must be an address such as https://bot.acme.example")
        if url.path.strip("/"):
            raise ValueError("must have no path: the bot answers at the root of its address")
        if url.scheme != "https" and not plain:
            raise ValueError(
                "must be https: secrets are typed there, and only a loopback address may be plain"
            )
        return f"{url.scheme}://{url.netloc}"

    @field_validator("url")
    @classmethod
    def _no_token_in_clear(cls, value: str | None) -> str | None:
        """A token goes over TLS, unless it never leaves the machine."""
        url = urlsplit(value or "https://localhost")
        if url.scheme != "https" and not (url.scheme == "http" and _loopback(url.hostname or "")):
            raise ValueError("must be https: a token travels there, and only a loopback address may be plain")
        return value

    @field_validator("ping_url")
    @classmethod
    def _ping_address(cls, value: SecretStr | None) -> SecretStr | None:
        """A plain address would show what may be a secret to whoever listens, unless it stays on the machine."""
        url = urlsplit(value.get_secret_value() if value is not None else "https://localhost")
        if url.scheme != "https" and not (url.scheme == "http" and _loopback(url.hostname or "")):
            raise ValueError("must be https; only a loopback address may be plain")
        return value

    @model_validator(mode="after")
    def _local(self) -> "Settings":
        """A release that people wait for goes by no other time than theirs."""
        if self.clock_file is not None and not _loopback(urlsplit(self.slack_api_url).hostname or ""):
            raise ValueError(
                "STATIONMASTER_CLOCK_FILE is only for a local sandbox: STATIONMASTER_SLACK_API_URL is not loopback"
            )
        return self

    @property
    def signing_secret(self) -> str | None:
        """With what Slack signs its requests over HTTP."""
        return self.slack_signing_secret.get_secret_value() if self.slack_signing_secret else None

    @property
    def traces_to(self) -> str | None:
        """The address that takes spans, None where no collector is set."""
        whole = f"{self.traces.rstrip('/')}/v1/traces" if self.traces else None
        return self.only_traces or whole

    @property
    def metrics_are_served(self) -> bool:
        """Whether there is a page of metrics: on loopback, or for those who show a token."""
        return self.metrics_token is not None or _loopback(self.http_host)

    @property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.data / 'stationmaster.db'}"

    @property
    def lease(self) -> timedelta:
        """The length of a lease."""
        return timedelta(seconds=self.lease_seconds)


_HEAD = """# Settings

Environment variables, or lines of an `.env` file in the working directory; a variable goes before the file.
This page is made by `stationmaster settings --markdown`; a test keeps it true.

| Variable | Default | What it is for |
| --- | --- | --- |
"""


def variable(name: str) -> str:
    """The environment variable of a field."""
    alias = Settings.model_fields[name].validation_alias
    prefix = Settings.model_config.get("env_prefix", "")
    return alias if isinstance(alias, str) else f"{prefix}{name}".upper()


def wrong_settings(error: ValidationError) -> Sequence[str]:
    """What is wrong at which variable, without the values, which may be secrets."""
    return tuple(
        f"{_told(each['loc'])}{each['msg'].removeprefix('Value error, ')}"
        for each in error.errors(include_input=False, include_url=False)
    )


def _told(place: Sequence[int | str]) -> str:
    name = str(place[0]) if place else ""
    return f"{variable(name) if name in Settings.model_fields else name}: " if name else ""


def settings_page(*, markdown: bool) -> str:
    """Every setting with its variable, default and meaning: as a page, or as lines for a terminal."""
    rows = [
        (variable(name), _default(about.default), about.description or "")
        for name, about in Settings.model_fields.items()
    ]
    if markdown:
        cells = ((f"`{name}`", f"`{default}`" if default else "", says) for name, default, says in rows)
        return _HEAD + "".join(f"| {' | '.join(row)} |\n" for row in cells)
    return "".join(f"{name}{f' ({default})' if default else ''}: {says}\n" for name, default, says in rows)


def _default(value: object) -> str:
    if value is None:
        return ""
    return json.dumps(value) if isinstance(value, tuple) else str(value)
