"""A simulated Jira, Cloud or Data Center."""

from sandbox.jira.simulator import CLOUD_ID, EMAIL, GATEWAY, TOKEN, JiraSimulator
from sandbox.jira.site import Account, Flavour
from sandbox.jira.world import ENGLISH, GERMAN

__all__ = [
    "CLOUD_ID",
    "EMAIL",
    "ENGLISH",
    "GATEWAY",
    "GERMAN",
    "TOKEN",
    "Account",
    "Flavour",
    "JiraSimulator",
]
