"""Release configurations that are listed and edited in Slack."""

from bot.configurations.office import ConfigurationsOffice

__all__ = ["ConfigurationsOffice"]
