"""News of a build, as the bot takes it: sent by the pipeline with a shared secret, and only a hint to look again.

Jenkins has no webhooks of its own. A pipeline sends, in its `post { always { … } }` and with the HTTP Request
plugin, `{"job": "<env.JOB_NAME>", "number": <env.BUILD_NUMBER>, "correlation_id": "<params.correlation_id>"}` with
the secret in the header X-Stationmaster-Secret. `result` may be added; it is not believed.
"""

import hashlib
import hmac
from collections.abc import Mapping

from pydantic import BaseModel, Field, ValidationError

from integrations.jenkins.settings import JenkinsSecrets, JenkinsSettings
from integrations.registry import Callback
from orchestration.ports.errors import Refused

HEADER = "x-stationmaster-secret"


class _News(BaseModel):
    job: str = Field(min_length=1, max_length=500)
    number: int = Field(gt=0)
    correlation_id: str | None = Field(default=None, max_length=64, pattern=r"^[A-Za-z0-9._-]*$")
    result: str | None = Field(default=None, max_length=50)


def receive(
    _settings: JenkinsSettings, secrets: JenkinsSecrets, headers: Mapping[str, str], body: bytes
) -> Callback | None:
    """The news; None where it carries no id of ours. Refused where the secret is missing or wrong, or the body odd.

    The same news have the same `delivery`.
    """
    named = {name.lower(): text for name, text in headers.items()}
    secret = secrets.callback_secret.get_secret_value() if secrets.callback_secret else ""
    given = named.get(HEADER, "")
    if not secret or not hmac.compare_digest(secret.encode(), given.encode(errors="surrogateescape")):
        raise Refused("The secret is missing or wrong")
    try:
        news = _News.model_validate_json(body)
    except ValidationError as error:
        raise Refused("The body is no news of a build") from error
    if not news.correlation_id:
        return None
    whole = f"{news.job}#{news.number}:{news.result or ''}:{news.correlation_id}"
    return Callback(
        delivery=hashlib.sha256(whole.encode()).hexdigest()[:40],
        run_id=f"{news.job}#{news.number}",
        texts=(news.correlation_id,),
    )
