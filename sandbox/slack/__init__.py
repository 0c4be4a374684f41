"""A strict, stateful Slack workspace: Web API, Socket Mode, signed HTTP, and people who use it."""

from sandbox.slack.app import App, Command, Shortcut, app_of_manifest
from sandbox.slack.people import Person
from sandbox.slack.screen import NotThere, text_on
from sandbox.slack.simulator import SlackSimulator
from sandbox.slack.values import Channel, Message, View
from sandbox.slack.workspace import Settings
from sandbox.slack.world import NotSeen

__all__ = [
    "App",
    "Channel",
    "Command",
    "Message",
    "NotSeen",
    "NotThere",
    "Person",
    "Settings",
    "Shortcut",
    "SlackSimulator",
    "View",
    "app_of_manifest",
    "text_on",
]
