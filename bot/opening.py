"""What both the bot and the command line open first: the key ring and the store."""

from bot.settings import Settings
from bot.surroundings import SystemClock
from integrations.vault import Vault, parse_ring, ring_file
from orchestration.store.database import open_engine
from orchestration.store.migrate import upgrade
from orchestration.store.store import Store


def open_vault(settings: Settings) -> Vault:
    """The key ring from the settings, or from its file in the data folder, made on the first start."""
    if settings.key is not None:
        return Vault(parse_ring(settings.key.get_secret_value()))
    return Vault(ring_file(settings.data / "keys"))


async def open_store(settings: Settings, *, owner: str) -> Store:
    """The store at the newest migration."""
    settings.data.mkdir(parents=True, exist_ok=True)
    await upgrade(settings.database)
    return Store(open_engine(settings.database), clock=SystemClock(), lease=settings.lease, owner=owner)
