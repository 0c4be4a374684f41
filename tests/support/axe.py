"""What axe-core, the accessibility checker, finds on a page."""

from importlib import resources
from typing import Any

from playwright.async_api import Page

AXE = resources.files("axe_playwright_python").joinpath("axe.min.js")
GRAVE = {"serious", "critical"}


async def grave_faults(page: Page) -> list[str]:
    """What is serious, with where."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    result: dict[str, Any] = await page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in result["violations"]
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    ]
