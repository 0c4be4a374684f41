"""GitLab's news of a pipeline, as the bot takes it: with our token or signed by it, of our project, and only a hint."""

from collections.abc import Mapping

from integrations.gitlab.hooks import pipeline_event, signed, trusted
from integrations.gitlab.settings import GitlabSecrets, GitlabSettings
from integrations.registry import Callback
from orchestration.ports.errors import Refused


def receive(
    settings: GitlabSettings, secrets: GitlabSecrets, headers: Mapping[str, str], body: bytes
) -> Callback | None:
    """The news; None where it is about something else. Refused where neither our token nor its signature is there."""
    named = {name.lower(): text for name, text in headers.items()}
    secret = secrets.webhook_secret.get_secret_value() if secrets.webhook_secret else ""
    if not (
        trusted(secret=secret, header=named.get("x-gitlab-token"))
        or signed(secret=secret, headers=named, body=body)
    ):
        raise Refused("The token is missing or wrong")
    event = pipeline_event(headers=headers, body=body)
    if event is None or event.project.lower() != settings.project.lower():
        return None
    return Callback(delivery=event.delivery, run_id=event.run_id, texts=event.texts)
