"""A real Chromium for tests of pages; skipped where there is none, except in CI."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, async_playwright

PATH = Path("/usr/bin/chromium")
_THERE = PATH.exists()
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser of its own."""
    if not _THERE:
        missing = "There is no Chromium: apt-get install chromium"
        if os.environ.get("CI") == "true":  # noqa: TID251 - no settings of the bot: whether a test may be left out
            pytest.fail(missing)
        pytest.skip(missing)
    options: dict[str, Any] = {"executable_path": str(PATH), "args": list(_ARGUMENTS)}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**options)
        try:
            yield browser
        finally:
            await browser.close()
