"""The workspace itself: who acts, what is private, what an app hears, what hostile words cannot do."""

from typing import Any

from playwright.async_api import Browser, expect
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.page import Page as WorkspacePage
from sandbox.slack import App, Shortcut
from tests.sandbox.slack.slack_sim_rig import actions, bolt_of, button, plain, running, section
from tests.support.chromium import a_page
from tests.support.quiet_workspace import quiet_workspace

HOSTILE = (
    "<img src=x onerror=alert(1)> <script>alert(1)</script> &lt;script&gt;alert(2)&lt;/script&gt;",
    '<javascript:alert(1)|here> <https://x.example/" onmouseover="alert(1)|there> <data:text/html,x|data>',
    '<@U1" onclick="x> <!date^1^{date}^javascript:alert(1)|when> <!subteam^S"|<b>> :"><script>:',
)


async def test_one_click_is_another_person(browser: Browser) -> None:
    """Who acts is changed by one click; the place stays, and what the other sees alone is not seen."""
    async with quiet_workspace() as of, a_page(browser) as page:
        await of.calls(
            "chat.postEphemeral", channel=of.releases, user=of.slack.person("ann").id, text="psst, Ann"
        )
        await page.goto(f"{of.url}/#/ann/releases")
        await expect(page.get_by_text("psst, Ann")).to_be_visible()
        bo = page.get_by_role("group", name="Act as").get_by_role("button", name="Bo")
        await bo.click()
        await expect(bo).to_have_attribute("aria-pressed", "true")
        await expect(page.get_by_text("psst, Ann")).to_have_count(0)
        await expect(page.get_by_role("heading", level=1)).to_contain_text("releases")
        await page.get_by_role("combobox", name="Message #releases").fill("hello, @ann")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("article").last).to_contain_text("Bo Berg")
        await page.get_by_role("button", name="Ann").first.click()
        await expect(page.get_by_role("article").last.locator(".to-me")).to_have_text("@Ann Archer")


async def test_an_address_of_another_workspace_leads_here(browser: Browser) -> None:
    """A kept address may name people and places that are not here: the captain's channel is shown instead."""
    async with quiet_workspace() as of, a_page(browser, allowed=("404",)) as page:
        await page.goto(f"{of.url}/#/zoe/nowhere")
        await expect(page.get_by_role("heading", level=1)).to_contain_text("releases")
        await expect(page.get_by_role("button", name="Ann")).to_have_attribute("aria-pressed", "true")
        await expect(page.locator("#banner")).not_to_contain_text("Reconnecting")


async def test_hostile_words_are_only_words(browser: Browser) -> None:
    """Whatever stands in a message, nothing is run, nothing is loaded, and links lead to the web only."""
    async with quiet_workspace() as of, a_page(browser) as page:
        dialogs: list[str] = []
        page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        for words in HOSTILE:
            blocks = [
                section(words),
                {"type": "header", "text": plain(words[:150])},
                {"type": "markdown", "text": words},
                {"type": "context", "elements": [{"type": "mrkdwn", "text": words}]},
                actions(button(words[:75], "go", accessibility_label=words[:75])),
            ]
            await of.calls("chat.postMessage", channel=of.releases, text=words, blocks=blocks)
            await of.slack.person("bo").types(words, channel="#releases")
        await page.goto(f"{of.url}/#/ann/releases")
        await expect(page.get_by_role("article")).to_have_count(2 * len(HOSTILE))
        strange = await page.evaluate(
            """() => [...document.querySelectorAll('main *')].filter((e) =>
                ['SCRIPT', 'IFRAME', 'OBJECT'].includes(e.tagName)
                || [...e.attributes].some((a) => a.name.startsWith('on'))
                || (e.tagName === 'A' && !/^https?:$/.test(e.protocol))).map((e) => e.outerHTML)"""
        )
        assert (strange, dialogs) == ([], [])


async def test_a_new_sandbox_is_found_again(browser: Browser) -> None:
    """A sandbox that was started anew has another key: the page loads itself again, once, and goes on."""
    async with quiet_workspace() as of, a_page(browser, allowed=("403",)) as page:
        await page.goto(f"{of.url}/#/ann/releases")
        await expect(page.get_by_role("heading", level=1)).to_contain_text("releases")
        await of.page.stop()
        await expect(page.locator("#banner")).to_contain_text("Reconnecting")
        again = WorkspacePage(of.slack)
        await again.start(int(of.url.rpartition(":")[2]))
        try:
            await of.slack.person("bo").types("here we are", channel="#releases")
            await expect(page.get_by_text("here we are")).to_be_visible()
        finally:
            await page.goto("about:blank")
            await again.stop()


SHORTCUTS = (
    Shortcut(name="Start a release", callback_id="start"),
    Shortcut(name="Attach to release", callback_id="attach", kind="message"),
)


DIALOG = {
    "title": plain("Skip it?"),
    "text": plain("For good"),
    "confirm": plain("Skip"),
    "deny": plain("No"),
}
CHOICES = [{"text": plain("Skip"), "value": "skip"}, {"text": plain("Retry"), "value": "retry"}]
CARD = [
    actions(
        {"type": "external_select", "action_id": "branch", "placeholder": plain("Branch")},
        {"type": "overflow", "action_id": "more", "confirm": DIALOG, "options": CHOICES},
    )
]


def _listening(app: AsyncApp, client: AsyncWebClient, heard: list[tuple[str, str]]) -> None:
    @app.event("app_home_opened")
    async def home(event: dict[str, Any]) -> None:
        heard.append(("home", event["tab"]))
        view = {"type": "home", "blocks": [section("*Your releases*")]}
        await client.views_publish(user_id=event["user"], view=view)

    @app.shortcut("start")
    async def start(ack: AsyncAck, shortcut: dict[str, Any]) -> None:
        heard.append(("shortcut", shortcut["user"]["username"]))
        await ack()

    @app.shortcut("attach")
    async def attach(ack: AsyncAck, shortcut: dict[str, Any]) -> None:
        heard.append(("attach", shortcut["message"]["text"]))
        await ack()

    @app.options("branch")
    async def options(ack: AsyncAck, payload: dict[str, Any]) -> None:
        value = payload["value"]
        await ack(options=[{"text": plain(f"release/{value}"), "value": value}])

    @app.action("branch")
    async def branch(ack: AsyncAck, action: dict[str, Any]) -> None:
        heard.append(("branch", action["selected_option"]["value"]))
        await ack()

    @app.action("more")
    async def more(ack: AsyncAck, action: dict[str, Any]) -> None:
        heard.append(("more", action["selected_option"]["value"]))
        await ack()


async def test_the_app_hears_what_people_do(browser: Browser) -> None:
    """The home is opened, shortcuts run, options searched and chosen, a menu used: each reaches the app once, and a
    confirm dialog that is denied does not."""
    heard: list[tuple[str, str]] = []
    async with quiet_workspace(App(shortcuts=SHORTCUTS)) as of, a_page(browser) as page:
        app = bolt_of(of.slack)
        _listening(app, app.client, heard)
        async with running(of.slack, app, "socket"):
            await of.calls("chat.postMessage", channel=of.releases, text="the card", blocks=CARD)
            await page.goto(f"{of.url}/#/ann/@app")
            await expect(page.get_by_role("region", name="Home")).to_contain_text("Your releases")
            await page.get_by_role("link", name="releases").click()
            await page.get_by_role("combobox", name="Branch").fill("2.14")
            await page.get_by_role("option", name="release/2.14").click()
            for answer in ("No", "Skip"):
                await page.get_by_role("button", name="More choices").click()
                await page.get_by_role("menuitem", name="Skip").click()
                await page.get_by_role("alertdialog").get_by_role("button", name=answer, exact=True).click()
            await page.get_by_role("button", name="Shortcuts").click()
            await page.get_by_role("menuitem", name="Start a release").click()
            await page.get_by_role("article").hover()
            await page.get_by_role("button", name="More actions").click()
            await page.get_by_role("menuitem", name="Attach to release").click()
            await of.slack.until(lambda: len(heard) >= 5)
    wanted = [
        ("home", "home"),
        ("branch", "2.14"),
        ("more", "skip"),
        ("shortcut", "ann"),
        ("attach", "the card"),
    ]
    assert heard == wanted
