"""Bitbucket's news of a build, as the bot takes it: signed, of our repository, and only a hint to look again."""

from collections.abc import Mapping

from integrations.bitbucket.hooks import news_of, signed
from integrations.bitbucket.settings import BitbucketSecrets, BitbucketSettings
from integrations.registry import Callback
from orchestration.ports.errors import Refused


def receive(
    settings: BitbucketSettings, secrets: BitbucketSecrets, headers: Mapping[str, str], body: bytes
) -> Callback | None:
    """The news; None where it is about something else. Refused where it is not signed with our secret."""
    named = {name.lower(): text for name, text in headers.items()}
    secret = secrets.webhook_secret.get_secret_value() if secrets.webhook_secret else ""
    if not signed(secret=secret, body=body, header=named.get("x-hub-signature")):
        raise Refused("The signature is missing or wrong")
    news = news_of(headers=headers, body=body)
    ours = f"{settings.workspace}/{settings.repository}".lower()
    # Not every span names its repository; the webhook is one repository's, and a pipeline's UUID is no other's.
    if news is None or news.repository.lower() not in {ours, ""}:
        return None
    return Callback(delivery=news.delivery, run_id=news.run_id, texts=news.texts)
