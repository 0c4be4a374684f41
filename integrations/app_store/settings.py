"""What a connection to App Store Connect needs."""

import re

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from integrations.choices import Kind, live

UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
PEM = re.compile(r"-----BEGIN (?P<kind>[A-Z ]+)-----(?P<body>[A-Za-z0-9+/=\s]+)-----END (?P=kind)-----")


class AppStoreSettings(BaseModel):
    """Settings that are no secret."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    base_url: str = Field(
        default="https://api.appstoreconnect.apple.com",
        title="Address",
        description="App Store Connect's API. It is the same for everybody; change it for a proxy of your own only.",
        pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*)?$",
        max_length=200,
    )
    issuer_id: str = Field(
        default="",
        title="Issuer ID",
        description=(
            "Shown above the list of team keys (Users and Access, Integrations, App Store Connect API)."
            " Empty: the key is an individual one, which has none."
        ),
        pattern=rf"^({UUID})?$",
    )
    key_id: str = Field(
        title="Key ID",
        description="Shown beside the key, ten letters and digits; also part of the file's name, AuthKey_<Key ID>.p8.",
        pattern=r"^[A-Za-z0-9]{1,40}$",
    )
    app: str = Field(
        title="App",
        description="The bundle ID of the app: com.example.app.",
        pattern=r"^[A-Za-z0-9.-]+$",
        max_length=155,
        json_schema_extra=live(Kind.APPS),
    )
    build_delay: float = Field(
        default=120.0,
        title="Minutes until a build shows",
        description="How long an uploaded build may stay unknown to App Store Connect. Mostly minutes, at times hours.",
        ge=0,
        le=1440,
    )
    timeout: float = Field(
        default=15.0, title="Time-out", description="Seconds to wait for an answer.", gt=0, le=60
    )

    @field_validator("base_url")
    @classmethod
    def _no_slash_at_the_end(cls, value: str) -> str:
        return value.rstrip("/")

    @property
    def web_url(self) -> str:
        """App Store Connect's pages for people, without a trailing slash."""
        return self.base_url.replace("://api.", "://", 1)


class AppStoreSecrets(BaseModel):
    """The secret part. What is wrong with it is told without repeating it."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    private_key: SecretStr = Field(
        title="Private key",
        description=(
            "The whole text of the file AuthKey_<Key ID>.p8, which Apple lets you download once,"
            " with its lines BEGIN PRIVATE KEY and END PRIVATE KEY."
        ),
        min_length=1,
        max_length=4000,
    )

    webhook_secret: SecretStr | None = Field(
        default=None,
        title="Webhook secret",
        description="The secret of the webhook in App Store Connect, if there is one",
    )

    @field_validator("private_key")
    @classmethod
    def _of_the_right_kind(cls, value: SecretStr) -> SecretStr:
        """A form or a variable may have changed the ends of lines: they are put right here."""
        found = PEM.search(value.get_secret_value().replace("\\n", "\n"))
        if found is None:
            raise ValueError(
                "must be the whole text of a .p8 file, from BEGIN PRIVATE KEY to END PRIVATE KEY"
            )
        body = "".join(found["body"].split())
        lines = [body[start : start + 64] for start in range(0, len(body), 64)]
        edges = (f"-----{word} {found['kind']}-----" for word in ("BEGIN", "END"))
        pem = "\n".join([next(edges), *lines, next(edges), ""])
        signing_key(pem)
        return SecretStr(pem)


def signing_key(pem: str) -> EllipticCurvePrivateKey:
    """The key that a text holds. ValueError, without the text, where it holds none that Apple would have made."""
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # Its own words may say what was in the text.
        raise ValueError("is no private key that can be read: part of the file may be missing") from None
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        raise ValueError("is a key of another kind: Apple's are elliptic curve keys on P-256")  # noqa: TRY004 - pydantic tells it at the field
    return key
