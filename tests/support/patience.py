"""A Slack that waits for a busy machine: how soon the bot answers is what the benchmarks measure."""

from sandbox.slack.workspace import Settings

_SECONDS = 20.0


def patient(settings: Settings) -> Settings:
    """The settings, changed: an acknowledgement or a form that is on its way, however slowly, is waited for."""
    settings.ack_seconds = settings.trigger_seconds = _SECONDS
    return settings
