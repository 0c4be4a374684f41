"""Files and pictures on the page: those of the app are shown, a person's own go into a form."""

from typing import Any

from playwright.async_api import Browser, FilePayload, expect
from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from tests.sandbox.slack.slack_sim_rig import bolt_of, modal, plain, running
from tests.support.chromium import a_page
from tests.support.quiet_workspace import quiet_workspace

# One white pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe"
    "0def46b80000000049454e44ae426082"
)


async def test_a_picture_of_the_app_is_shown(browser: Browser) -> None:
    """A picture that the app uploads stands in the channel with its words for those who do not see it, and a block
    can show it again; a file of another kind can be saved."""
    async with quiet_workspace() as of, a_page(browser) as page:
        client = AsyncWebClient(token=of.slack.app_install.bot_token, base_url=f"{of.slack.url}/api/")
        await page.goto(f"{of.url}/#/ann/releases")
        shared = await client.files_upload_v2(
            content=PIXEL,
            filename="report.png",
            title="Report",
            alt_txt="Lead time fell",
            channel=of.releases,
        )
        picture = page.get_by_role("img", name="Lead time fell")
        await expect(picture).to_be_visible()
        assert await picture.evaluate("image => image.naturalWidth") == 1
        block = {"type": "image", "slack_file": {"id": shared["files"][0]["id"]}, "alt_text": "Again"}
        await of.calls("chat.postMessage", channel=of.releases, text="x", blocks=[block])
        await expect(page.get_by_role("img", name="Again")).to_be_visible()
        await client.files_upload_v2(content="<script>", filename="log.html", channel=of.releases)
        async with page.expect_download() as started:
            await page.get_by_role("link", name="log.html").click()
        assert (await started.value).suggested_filename == "log.html"


async def test_a_file_goes_into_a_form(browser: Browser) -> None:
    """A file that is chosen in a form is uploaded, and the app gets it whole with the form."""
    heard: list[Any] = []
    async with quiet_workspace() as of, a_page(browser) as page:
        app = bolt_of(of.slack)

        @app.view("start")
        async def take(ack: AsyncAck, view: dict[str, Any]) -> None:
            heard.extend(view["state"]["values"]["logs"]["logs"]["files"])
            await ack()

        async with running(of.slack, app, "socket"):
            await page.goto(f"{of.url}/#/ann/releases")
            field = {"type": "file_input", "action_id": "logs"}
            form = modal({"type": "input", "block_id": "logs", "label": plain("Logs"), "element": field})
            trigger = of.slack.workspace.tickets.trigger(of.slack.person("ann").id).id
            await of.calls("views.open", trigger_id=trigger, view=form)
            log: FilePayload = {"name": "log.txt", "mimeType": "text/plain", "buffer": b"all is well"}
            await page.get_by_label("Logs").set_input_files(files=[log])
            await expect(page.get_by_role("dialog").get_by_text("log.txt")).to_be_visible()
            await page.get_by_role("button", name="Start").click()
            await expect(page.get_by_role("dialog")).to_be_hidden()
    assert [(file["name"], file["size"]) for file in heard] == [("log.txt", 11)]
