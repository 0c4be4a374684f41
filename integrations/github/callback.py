"""GitHub's news of a run, as the bot takes it: signed, of our repository, and only a hint to look again."""

from collections.abc import Mapping

from integrations.github.hooks import run_event, signed
from integrations.github.settings import GithubSecrets, GithubSettings
from integrations.registry import Callback
from orchestration.ports.errors import Refused


def receive(
    settings: GithubSettings, secrets: GithubSecrets, headers: Mapping[str, str], body: bytes
) -> Callback | None:
    """The news; None where it is about something else. Refused where it is not signed with our secret."""
    named = {name.lower(): text for name, text in headers.items()}
    secret = secrets.webhook_secret.get_secret_value() if secrets.webhook_secret else ""
    if not signed(secret=secret, body=body, header=named.get("x-hub-signature-256")):
        raise Refused("The signature is missing or wrong")
    event = run_event(headers=headers, body=body)
    if event is None or event.repository.lower() != f"{settings.owner}/{settings.repository}".lower():
        return None
    return Callback(delivery=event.delivery, run_id=event.run_id, texts=(event.title,))
