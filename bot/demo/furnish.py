"""Connect a workspace to the sandbox: what an administrator would do with `stationmaster connect` and `configure`."""

from typing import Any

from bot.configure import parse_configuration
from bot.connections import ConnectionBook
from bot.opening import open_store, open_vault
from bot.settings import Settings
from bot.surroundings import SystemClock
from integrations import PROVIDERS
from orchestration.ports.runtime import Configuration

KINDS = ("PRE_REGRESSION", "REGRESSION", "AUTOMATION", "TEST_FLIGHT", "AAB")
PAIRS = ("ANDROID-PLAY_STORE", "IOS-APP_STORE")


def connections(addresses: dict[str, Any]) -> dict[str, tuple[dict[str, Any], dict[str, str]]]:
    """Provider → (settings, secrets)."""
    github, jira, checkmate = addresses["github"], addresses["jira"], addresses["checkmate"]
    return {
        "github": (
            {
                "base_url": github["url"],
                "owner": github["owner"],
                "repository": github["repository"],
                "run_delay": 1.0,
            },
            {"token": github["token"], "webhook_secret": github["webhook_secret"]},
        ),
        "jira": (
            {"base_url": jira["url"], "email": jira["email"], "search_lag": 2.0},
            {"token": jira["token"]},
        ),
        "checkmate": ({"base_url": checkmate["url"]}, {"token": checkmate["token"]}),
    }


def workflows() -> list[dict[str, Any]]:
    """One CI job per kind of build and platform."""
    return [
        {
            "key": f"{kind.lower()}-{platform.lower()}",
            "integration": "github",
            "kind": kind,
            "platform": platform,
            "job": f"{kind.lower().replace('_', '-')}.yml",
            "inputs": {"platform": "{platform}", "version": "{version}"},
        }
        for kind in KINDS
        for platform in ("ANDROID", "IOS")
    ]


def sign_offs(people: dict[str, str]) -> list[dict[str, Any]]:
    """Stage 3 needs QA and product."""
    return [
        {"area": "qa", "needed": 1, "people": [people["bo"]]},
        {"area": "product", "needed": 1, "people": [people["cleo"]]},
    ]


def configuration(addresses: dict[str, Any], **changes: object) -> dict[str, Any]:
    """A configuration of two platforms that uses every provider; times are short, because the world is fast."""
    channels = addresses["slack"]["channels"]
    buckets = ("releases", "builds", "regression", "critical")
    fields: dict[str, Any] = {
        "id": "pixel",
        "name": "Pixel",
        "app": "Pixel",
        "default": True,
        "pairs": list(PAIRS),
        "base_branch": addresses["github"]["default_branch"],
        "home": channels["releases"],
        "scm": "github",
        "pm": "jira",
        "test_platform": "checkmate",
        "workflows": workflows(),
        "tickets": {pair: {"project": addresses["jira"]["project"], "issue_type": "Task"} for pair in PAIRS},
        "test_plans": {pair: {"project": addresses["checkmate"]["project"]} for pair in PAIRS},
        "channels": {bucket: [channels[bucket]] for bucket in buckets},
        "gate": {"sign_offs": sign_offs(addresses["slack"]["people"])},
        "timing": {"check_every": 1, "gate_check_every": 2},
    }
    return {**fields, **changes}


async def furnish(settings: Settings, addresses: dict[str, Any], **changes: object) -> Configuration:
    """Store the connections, the configuration and the roles; `changes` are of the configuration."""
    tenant, people = addresses["slack"]["team"], addresses["slack"]["people"]
    store = await open_store(settings, owner="furnish")
    try:
        book = ConnectionBook(store=store, vault=open_vault(settings), providers=PROVIDERS)
        for key, (given, secrets) in connections(addresses).items():
            provider = PROVIDERS[key]
            await book.connect(
                tenant_id=tenant,
                integration_id=key,
                provider=provider,
                settings=provider.settings.model_validate(given),
                secrets=provider.secrets.model_validate(secrets),
                now=SystemClock().now(),
            )
        configured = parse_configuration(configuration(addresses, **changes), tenant)
        async with store.work() as work:
            await work.directory.save_configuration(configured)
            await work.directory.grant(tenant, people["ann"], "owner")
            await work.directory.grant(tenant, people["bo"], "approver:qa")
            await work.directory.grant(tenant, people["cleo"], "approver:product")
            await work.directory.grant(tenant, people["dan"], "editor")
            await work.directory.grant(tenant, people["eve"], "viewer")
            await work.commit()
        return configured
    finally:
        await store.close()
