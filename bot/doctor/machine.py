"""The settings, the data folder, the disk and the key ring."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from bot.doctor.finding import Finding, broken, fine, worry
from bot.opening import open_vault
from bot.settings import Settings
from integrations.vault import VaultError

_GIB = 2**30
_LITTLE, _LEAST = 2 * _GIB, _GIB // 4
_OTHERS = 0o077
_SLACK_PAGE = "See docs/setup.md: create the app from manifest.yml, install it, and set its tokens"


def examine_settings(settings: Settings) -> Iterator[Finding]:
    """Is there what `run` needs?"""
    if settings.slack_bot_token is None:
        yield broken("Bot token", "SLACK_BOT_TOKEN is not set", _SLACK_PAGE)
    socket = settings.slack_app_token is not None
    http = settings.slack_signing_secret is not None and settings.http_port is not None
    if socket or http:
        yield fine("Way of Slack's requests", "Socket Mode" if socket else "HTTP")
    else:
        yield broken(
            "Way of Slack's requests",
            "neither SLACK_APP_TOKEN nor both SLACK_SIGNING_SECRET and STATIONMASTER_HTTP_PORT are set",
            _SLACK_PAGE,
        )
    if settings.http_port is None:
        yield worry(
            "Web server",
            "there is none, so there are no health, metrics, callbacks, REST and secrets page",
            "Set STATIONMASTER_HTTP_PORT",
        )
    elif not settings.metrics_are_served:
        yield worry(
            "Metrics", "off loopback they are not served without a token", "Set STATIONMASTER_METRICS_TOKEN"
        )
    if settings.ping_url is None:
        yield worry("Dead man's switch", "nobody outside would notice our end", "Set STATIONMASTER_PING_URL")


def examine_folder(settings: Settings) -> Iterator[Finding]:
    """Can we write there, is there room, and can others read it?"""
    folder = settings.data
    needed = settings.database_url is None or settings.key is None
    if not folder.is_dir():
        says = f"{folder} does not exist"
        if needed:
            yield worry(
                "Data folder", says, "`stationmaster run` makes it; set STATIONMASTER_DATA to another"
            )
        return
    if needed and not os.access(folder, os.W_OK | os.X_OK):
        yield broken("Data folder", f"{folder} can't be written", f"Give {folder} to the user of the bot")
    else:
        yield fine("Data folder", f"{folder} is there")
    free = shutil.disk_usage(folder).free
    says = f"{free / _GIB:.1f} GiB are free"
    do = f"Make room on the disk of {folder}"
    if free < _LEAST:
        yield broken("Disk", says, do)
    else:
        yield worry("Disk", says, do) if free < _LITTLE else fine("Disk", says)
    for path in (folder / "keys", folder / "stationmaster.db"):
        yield from _private(path)


def _private(path: Path) -> Iterator[Finding]:
    if path.exists() and path.stat().st_mode & _OTHERS:
        yield worry("Files", f"others may read {path}", f"chmod 600 {path}")


def examine_key(settings: Settings) -> Iterator[Finding]:
    """Is there a key ring that opens? None is made by looking."""
    if settings.key is None and not (settings.data / "keys").exists():
        yield worry(
            "Key ring",
            "there is none yet",
            "The first `stationmaster run` or `connect` makes one; after a restore put the old one there before",
        )
        return
    try:
        vault = open_vault(settings)
    except (VaultError, OSError) as error:
        yield broken(
            "Key ring", str(error), "Restore the key ring from its backup: nothing else opens the secrets"
        )
        return
    where = "STATIONMASTER_KEY" if settings.key is not None else str(settings.data / "keys")
    yield fine("Key ring", f"{where}; secrets are sealed with the key {vault.sealing}")
