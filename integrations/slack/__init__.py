"""Slack.

`PROVIDER` has no opener: the workspace that the bot is installed in is no connection of a tenant. The bot makes one
client of the installation's token, which Bolt, `SlackWeb` and `SlackNotification` share.
"""

from integrations.registry import Provider
from integrations.slack.channels import SlackChannels
from integrations.slack.client import open_client, open_session
from integrations.slack.notification import SlackNotification
from integrations.slack.settings import SlackSecrets, SlackSettings
from integrations.slack.web import Conversation, Identity, Person, SlackWeb

PROVIDER = Provider(key="slack", title="Slack", settings=SlackSettings, secrets=SlackSecrets)

__all__ = [
    "PROVIDER",
    "Conversation",
    "Identity",
    "Person",
    "SlackChannels",
    "SlackNotification",
    "SlackSecrets",
    "SlackSettings",
    "SlackWeb",
    "open_client",
    "open_session",
]
