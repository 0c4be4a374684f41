"""Connecting accounts: forms, drafts, one-time links and tries, as Slack and the page for secrets use them."""

from bot.accounts.drafting import DraftBook, NoLink
from bot.accounts.office import AccountsOffice

__all__ = ["AccountsOffice", "DraftBook", "NoLink"]
