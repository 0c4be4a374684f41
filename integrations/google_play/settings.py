"""What a connection to Google Play needs: one app, and the key of a service account that was invited for it."""

import json
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from integrations.choices import Kind, live
from integrations.google_play.account import ServiceAccount

PRODUCTION = "production"


def is_production(track: str) -> bool:
    """Whether everybody gets what is on this track; form factors have such a track of their own (wear:production)."""
    return track.rpartition(":")[2].casefold() == PRODUCTION


class GooglePlaySettings(BaseModel):
    """Settings that are no secret."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    package_name: str = Field(
        title="Package name",
        description=(
            "The app's id, for example com.example.pixel. Typed, because Google Play lists apps to nobody: it stands "
            "below the app's name in Play Console."
        ),
        pattern=r"^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+$",
        max_length=150,
    )
    track: str = Field(
        default="internal",
        title="Testing track",
        description="The track whose testers get release candidates. Never a production track.",
        pattern=r"^[^/?#\x00-\x1f\x7f]+$",
        max_length=100,
        json_schema_extra=live(Kind.TRACKS),
    )
    console_url: str = Field(
        default="https://play.google.com/console",
        title="Page in Play Console",
        description="Where links lead people: open the app's page in Play Console and copy its address.",
        pattern=r"^https://[^\s<>|]+$",
        max_length=300,
    )
    base_url: str = Field(
        default="https://androidpublisher.googleapis.com",
        title="Address",
        description="Google Play's API. It is the same for everybody; change it for a proxy of your own only.",
        pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$",
        max_length=200,
    )

    @field_validator("base_url")
    @classmethod
    def _no_slash_at_the_end(cls, value: str) -> str:
        return value.rstrip("/")

    @field_validator("track")
    @classmethod
    def _for_testers(cls, value: str) -> str:
        if is_production(value):
            raise ValueError("must be a testing track: what is put on production reaches everybody")
        return value


class GooglePlaySecrets(BaseModel):
    """The secret part."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    service_account: SecretStr = Field(
        title="Service-account key",
        description=(
            "The whole JSON file of a key (Google Cloud: IAM & Admin, Service Accounts, Keys) of a service account "
            "that was invited in Play Console with the permissions to view the app and to release it to testing tracks"
            " (and to production, for what everybody is to get)."
        ),
        min_length=1,
    )

    @field_validator("service_account", mode="before")
    @classmethod
    def _as_text(cls, value: Any) -> Any:  # noqa: ANN401 - a text, or the object that a file of secrets holds
        return json.dumps(value) if isinstance(value, dict) else value

    @field_validator("service_account")
    @classmethod
    def _a_key(cls, value: SecretStr) -> SecretStr:
        ServiceAccount.read(value)
        return value
