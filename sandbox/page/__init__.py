"""The workspace in the browser: our own page over the Slack simulator, on a port of its own."""

from sandbox.page.panels import Panel
from sandbox.page.server import Page

__all__ = ["Page", "Panel"]
