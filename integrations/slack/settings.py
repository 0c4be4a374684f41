"""What a connection to Slack needs."""

from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator


class SlackSettings(BaseModel):
    """Settings that are not secret."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: str = Field(
        default="https://slack.com/api/",
        title="Web API address",
        description="Leave as it is. GovSlack: https://slack-gov.com/api/",
    )
    timeout: float = Field(
        default=15.0, title="Time-out", description="Seconds to wait for an answer", gt=0, le=60
    )

    @field_validator("base_url")
    @classmethod
    def _plain(cls, value: str) -> str:
        url = urlsplit(value)
        if url.scheme not in {"http", "https"} or not url.hostname or url.query or url.fragment:
            raise ValueError("must be an address such as https://slack.com/api/")
        return value.rstrip("/") + "/"


class SlackSecrets(BaseModel):
    """Secrets; docs/setup lists the scopes that the token needs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bot_token: SecretStr = Field(
        title="Bot token", description="xoxb-…, from OAuth & Permissions in the app's settings"
    )

    @field_validator("bot_token")
    @classmethod
    def _of_a_bot(cls, value: SecretStr) -> SecretStr:
        token = value.get_secret_value().strip()
        if not token.startswith("xoxb-") or not token.isascii() or not token.isprintable() or " " in token:
            raise ValueError("must be a bot's token, which starts with xoxb-")
        return SecretStr(token)
