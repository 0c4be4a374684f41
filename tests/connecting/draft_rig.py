"""Drafts of the library's two providers, and one of Ann's."""

from typing import Any

from bot.accounts.drafting import DraftBook
from integrations.vault import Vault
from orchestration.domain.people import Actor
from orchestration.store.drafts import Draft
from orchestration.store.store import Store
from tests.support.databases import START
from tests.support.library import Library

ANN = Actor(id="U0ANN")
VAULT = Vault({"k1": b"1" * 32})


def draft_book(store: Store) -> DraftBook:
    """Drafts of the library's two providers."""
    library = Library()
    return DraftBook(store=store, vault=VAULT, providers={"shelf": library.provider(), "box": library.box()})


def new_draft(**changes: Any) -> Draft:
    """A draft of Ann's."""
    fields: dict[str, Any] = {
        "id": "D1",
        "tenant_id": "T0001",
        "person": ANN.id,
        "provider": "box",
        "connection": "box",
        "name": "Box",
        "settings": {"label": "red"},
        "expires_at": START,
    }
    return Draft(**{**fields, **changes})
