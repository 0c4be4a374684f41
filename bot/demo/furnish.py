"""Connect a workspace to the sandbox: what an administrator would do with `stationmaster connect` and `configure`."""

from typing import Any

from bot.configure import parse_configuration
from bot.connections import ConnectionBook
from bot.opening import open_store, open_vault
from bot.settings import Settings
from bot.surroundings import SystemClock
from integrations import PROVIDERS
from orchestration.domain.workflow_steps import WORKFLOW
from orchestration.ports.runtime import Configuration
from orchestration.store.store import Store

KINDS = ("PRE_REGRESSION", "REGRESSION", "AUTOMATION", "TEST_FLIGHT", "AAB")
JUDGED = "ANDROID-PLAY_STORE"
"""The pair whose sessions are counted."""
PAIRS = ("ANDROID-PLAY_STORE", "IOS-APP_STORE")


def workflows(addresses: dict[str, Any]) -> list[dict[str, Any]]:
    """One CI job per kind of build and platform."""
    key = addresses["roles"]["cicd"]
    builder = addresses["providers"][key]
    return [
        {
            "key": f"{kind.lower()}-{platform.lower()}",
            "integration": key,
            "kind": kind,
            "platform": platform,
            "job": builder["jobs"][kind.lower().replace("_", "-")],
            "inputs": builder["inputs"],
        }
        for kind in KINDS
        for platform in ("ANDROID", "IOS")
    ]


def stores(addresses: dict[str, Any]) -> dict[str, Any]:
    """The store, the testers and the way to the users of each pair that has one."""
    shops = {key: addresses["providers"][key] for key in addresses["roles"]["app_stores"]}
    rollout = {"steps": [5, 20, 50], "whats_new": "Faster start, and the cart is kept."}
    rule = health(addresses)
    return {
        shop["pair"]: {
            "integration": key,
            "group": shop["group"],
            "rollout": rollout,
            **({"health": rule} if rule and shop["pair"] == JUDGED else {}),
        }
        for key, shop in shops.items()
    }


def health(addresses: dict[str, Any]) -> dict[str, Any]:
    """The rule of the app that people use: it stops the store. Empty where nothing counts crashes."""
    for key in addresses["roles"]["release_health"]:
        told = addresses["providers"][key]
        return {"integration": key, "project": told["project"], "app": told["package"], "action": "pause"}
    return {}


def sign_offs(people: dict[str, str]) -> list[dict[str, Any]]:
    """Stage 3 needs QA and product."""
    return [
        {"area": "qa", "needed": 1, "people": [people["bo"]]},
        {"area": "product", "needed": 1, "people": [people["cleo"]]},
    ]


def configuration(addresses: dict[str, Any], **changes: object) -> dict[str, Any]:
    """A configuration of two platforms that uses every provider; times are short, because the world is fast.

    `changes` are of the document's own fields, or `ticket_fields`, those that each ticket has besides.
    """
    channels, roles = addresses["slack"]["channels"], addresses["roles"]
    tracker, lab = (addresses["providers"][roles[role]] for role in ("pm", "test_platform"))
    ticket = {
        "project": tracker["project"],
        "issue_type": tracker["issue_type"],
        "fields": changes.pop("ticket_fields", {}),
    }
    buckets = ("releases", "builds", "regression", "critical")
    fields: dict[str, Any] = {
        "id": "pixel",
        "name": "Pixel",
        "app": "Pixel",
        "default": True,
        "pairs": list(PAIRS),
        "base_branch": addresses["git"]["default_branch"],
        "home": channels["releases"],
        "scm": roles["scm"],
        "pm": roles["pm"],
        "test_platform": roles["test_platform"],
        "workflows": workflows(addresses),
        "tickets": dict.fromkeys(PAIRS, ticket),
        "test_plans": {pair: {"project": lab["project"]} for pair in PAIRS},
        "stores": stores(addresses),
        "channels": {bucket: [channels[bucket]] for bucket in buckets},
        "gate": {"sign_offs": sign_offs(addresses["slack"]["people"])},
        "timing": {"check_every": 1, "gate_check_every": 2, "store_check_every": 1, "health_check_every": 1},
    }
    return {**fields, **changes}


async def connect_all(store: Store, settings: Settings, addresses: dict[str, Any]) -> None:
    """Store the connections, in the place of those of the same name."""
    book = ConnectionBook(store=store, vault=open_vault(settings), providers=PROVIDERS)
    for key, entered in addresses["providers"].items():
        provider = PROVIDERS[key]
        await book.connect(
            tenant_id=addresses["slack"]["team"],
            integration_id=key,
            provider=provider,
            settings=provider.settings.model_validate(entered["settings"]),
            secrets=provider.secrets.model_validate(entered["secrets"]),
            now=SystemClock().now(),
        )


async def furnish(settings: Settings, addresses: dict[str, Any], **changes: object) -> Configuration:
    """Store the connections, the configuration and the roles; `changes` as in `configuration`."""
    tenant, people = addresses["slack"]["team"], addresses["slack"]["people"]
    store = await open_store(settings, owner="furnish")
    try:
        await connect_all(store, settings, addresses)
        configured = parse_configuration(configuration(addresses, **changes), tenant)
        async with store.work() as work:
            await work.directory.save_configuration(configured)
            await work.directory.grant(tenant, people["ann"], "owner")
            await work.directory.grant(tenant, people["bo"], "approver:qa")
            await work.directory.grant(tenant, people["cleo"], "approver:product")
            await work.directory.grant(tenant, people["dan"], "editor")
            await work.directory.grant(tenant, people["eve"], "viewer")
            await work.directory.grant(tenant, WORKFLOW.id, "editor")
            await work.commit()
        return configured
    finally:
        await store.close()
