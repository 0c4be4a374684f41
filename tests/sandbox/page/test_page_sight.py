"""What a person sees and does through the page's routes: their own things only, and what was on their screen."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncAck

from sandbox.slack import App, Channel
from sandbox.slack.values import ChannelKind
from tests.sandbox.slack.slack_sim_rig import actions, bolt_of, button, modal, plain, running, text_input
from tests.support.quiet_workspace import QuietWorkspace, quiet_workspace

DIALOG = {"title": plain("t"), "text": plain("t"), "confirm": plain("y"), "deny": plain("n")}


class Eyes:
    """One browser and what it asks."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def state(self, person: str) -> dict[str, Any]:
        """Everything that a person sees."""
        async with self._session.get(f"/page/state?as={person}") as answer:
            found: dict[str, Any] = await answer.json()
            return found

    async def act(self, person: str, **deed: Any) -> tuple[int, dict[str, Any]]:
        """Do something as a person."""
        path, headers = f"/page/act?as={person}", {"Origin": self._url}
        async with self._session.post(path, json=deed, headers=headers) as answer:
            return answer.status, await answer.json()

    def live(self, person: str, after: int) -> Any:
        """The changes that a person sees."""
        return self._session.ws_connect(f"/page/live?as={person}&after={after}", origin=self._url)


@pytest.fixture
async def of() -> AsyncIterator[QuietWorkspace]:
    """A workspace with its page; a home is there to be opened."""
    async with quiet_workspace(App(has_home=True)) as made:
        yield made


@pytest.fixture
async def eyes(of: QuietWorkspace) -> AsyncIterator[Eyes]:
    """A browser that has loaded the page."""
    async with aiohttp.ClientSession(of.url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        async with session.get("/"):
            pass
        yield Eyes(session, of.url)


async def test_what_is_private_stays_private(of: QuietWorkspace, eyes: Eyes) -> None:
    """Another person's whispers, views, private channels and direct messages are in nobody else's state."""
    world, ann = of.slack.world, of.slack.person("ann")
    room = Channel(id=world.new_id("C"), name="board", kind=ChannelKind.PRIVATE, members=(ann.id,))
    world.put_channel(room)
    await ann.types("only for us", channel=room.id)
    await ann.types("a word with Cleo", channel="@cleo")
    await of.calls("chat.postEphemeral", channel=of.releases, user=ann.id, text="psst")
    await of.opens("modal-texts")
    mine, others = str(await eyes.state("ann")), str(await eyes.state("bo"))
    for secret in ("only for us", "a word with Cleo", "psst", "Three numbers"):
        assert secret in mine
        assert secret not in others


async def test_changes_are_those_that_a_person_sees(of: QuietWorkspace, eyes: Eyes) -> None:
    """Over the wire comes what happens for this person, in order, from the state that they have on."""
    number = (await eyes.state("bo"))["number"]
    await of.calls("chat.postEphemeral", channel=of.releases, user=of.slack.person("ann").id, text="psst")
    await of.slack.person("cleo").types("hello", channel="#releases")
    async with eyes.live("bo", number) as socket:
        batch = await socket.receive_json()
        assert [c["item"]["text"] for c in batch["changes"] if c["kind"] == "message"] == ["hello"]
        await of.slack.person("cleo").types("again", channel="#releases")
        batch = await socket.receive_json()
        assert [c["item"]["text"] for c in batch["changes"]] == ["again"]


async def test_a_page_of_an_earlier_sandbox_starts_over(eyes: Eyes) -> None:
    """Whoever knows more changes than there are is told to load the state again."""
    async with eyes.live("bo", 10_000) as socket:
        frame = await socket.receive()
        assert (frame.type, frame.data) == (aiohttp.WSMsgType.CLOSE, 4000)


async def test_a_click_carries_what_was_on_the_screen(of: QuietWorkspace, eyes: Eyes) -> None:
    """A person who presses while the message is being edited sends the old button's value, as in Slack."""
    heard: list[str] = []
    app = bolt_of(of.slack)

    @app.action("go")
    async def go(ack: AsyncAck, action: dict[str, Any]) -> None:
        heard.append(action["value"])
        await ack()

    async with running(of.slack, app, "socket"):
        old = [actions(button("Go", "go", value="old", confirm=DIALOG), block_id="b1")]
        posted = await of.calls("chat.postMessage", channel=of.releases, text="x", blocks=old)
        await eyes.state("ann")
        new = [actions(button("Gone", "else", value="new"), block_id="b2")]
        await of.calls("chat.update", channel=of.releases, ts=posted["ts"], text="x", blocks=new)
        place = {"channel": of.releases, "ts": posted["ts"], "revision": 0}
        status, _ = await eyes.act("ann", do="press", message=place, element="b1/go", confirmed=True)
        assert (status, heard) == (200, ["old"])
        status, answer = await eyes.act("ann", do="press", message={**place, "revision": 9}, element="b1/go")
        assert (status, answer["error"]) == (409, "That is no longer on your screen.")


async def test_an_option_is_chosen_as_it_was_offered(of: QuietWorkspace, eyes: Eyes) -> None:
    """The app is asked for options once; the one that is chosen is the one that it gave, and no other is taken."""
    asked: list[str] = []
    chosen: list[str] = []
    app = bolt_of(of.slack)

    @app.options("branch")
    async def branch(ack: AsyncAck, payload: dict[str, Any]) -> None:
        asked.append(payload["value"])
        await ack(options=[{"text": plain("Release 2"), "value": "release/2"}])

    @app.action("branch")
    async def take(ack: AsyncAck, action: dict[str, Any]) -> None:
        chosen.append(action["selected_option"]["value"])
        await ack()

    async with running(of.slack, app, "socket"):
        select = {"type": "external_select", "action_id": "branch"}
        blocks = [actions(select, block_id="b")]
        posted = await of.calls("chat.postMessage", channel=of.releases, text="x", blocks=blocks)
        place = {"channel": of.releases, "ts": posted["ts"], "revision": 0}
        target = {"message": place, "element": "b/branch"}
        _, answer = await eyes.act("ann", do="options", query="rel", **target)
        (option,) = answer["result"]
        status, _ = await eyes.act("ann", do="choose", value=option, **target)
        assert (status, asked, chosen) == (200, ["rel"], ["release/2"])
        status, _ = await eyes.act("ann", do="choose", value={**option, "value": "main"}, **target)
        assert (status, chosen) == (409, ["release/2"])


async def test_a_form_is_filled_field_by_field(of: QuietWorkspace, eyes: Eyes) -> None:
    """What is typed is in the view at once, for every page of that person; only they can fill and close it.
    A field that the app has replaced meanwhile is no error: what was typed into it goes with it."""
    trigger = of.slack.workspace.tickets.trigger(of.slack.person("ann").id).id
    form = modal(text_input("Version", "version"))
    opened = await of.calls("views.open", trigger_id=trigger, view=form)
    view = opened["view"]["id"]
    field = {"view": view, "element": "version/value", "value": "2.14.0"}
    assert (await eyes.act("bo", do="write", **field))[0] == 409
    assert (await eyes.act("ann", do="write", **field))[0] == 200
    assert (await eyes.act("ann", do="write", **{**field, "element": "replaced/value"}))[0] == 200
    (shown,) = (await eyes.state("ann"))["views"]
    assert shown["state"]["values"]["version"]["value"]["value"] == "2.14.0"
    assert (await eyes.act("bo", do="close", view=view))[0] == 409
    assert (await eyes.act("ann", do="close", view=view))[0] == 200
    assert (await eyes.state("ann"))["stack"] == []


async def test_what_is_typed_in_a_message_comes_with_the_next_click(of: QuietWorkspace, eyes: Eyes) -> None:
    """A field of a message that does not dispatch is kept for the person, and the app gets it with a button."""
    heard: list[Any] = []
    app = bolt_of(of.slack)

    @app.action("go")
    async def go(ack: AsyncAck, body: dict[str, Any]) -> None:
        heard.append(body["state"]["values"]["why"]["value"]["value"])
        await ack()

    async with running(of.slack, app, "socket"):
        blocks = [text_input("Why", "why"), actions(button("Go", "go"), block_id="b")]
        posted = await of.calls("chat.postMessage", channel=of.releases, text="x", blocks=blocks)
        place = {"channel": of.releases, "ts": posted["ts"], "revision": 0}
        assert (await eyes.act("ann", do="write", message=place, element="why/value", value="late"))[0] == 200
        assert heard == []
        assert (await eyes.act("ann", do="press", message=place, element="b/go"))[0] == 200
    assert heard == ["late"]


async def test_what_was_read_stays_read(of: QuietWorkspace, eyes: Eyes) -> None:
    """A mark is kept for a person and only goes forward; a whisper can be dismissed by whom it was for."""
    ts = await of.posts("divider")
    await eyes.act("ann", do="read", channel=of.releases, ts=ts)
    await eyes.act("ann", do="read", channel=of.releases, ts="1.000000")
    assert (await eyes.state("ann"))["read"] == {of.releases: ts}
    assert (await eyes.state("bo"))["read"] == {}
    bo = of.slack.person("bo").id
    told = await of.calls("chat.postEphemeral", channel=of.releases, user=bo, text="psst")
    place = {"channel": of.releases, "ts": told["message_ts"], "revision": 0}
    assert (await eyes.act("bo", do="dismiss", message={**place, "ts": ts}))[0] == 409
    assert (await eyes.act("bo", do="dismiss", message=place))[0] == 200
    assert "psst" not in str(await eyes.state("bo"))


async def test_nothing_is_sent_while_slack_is_down(of: QuietWorkspace, eyes: Eyes) -> None:
    """The page says so; what was typed into a form is kept all the same."""
    of.slack.go_down()
    status, answer = await eyes.act("ann", do="type", channel="#releases", text="hello")
    assert (status, answer["error"]) == (409, "Slack cannot be reached. Try again in a moment.")
    assert (await eyes.state("ann"))["slack"] == {"down": True, "connected": False}


@pytest.mark.parametrize(
    "deed", [{"do": "fly"}, {}, {"do": "type"}, {"do": "press", "view": "V1", "element": "x"}]
)
async def test_what_cannot_be_done_is_said(eyes: Eyes, deed: dict[str, Any]) -> None:
    """Unknown deeds, missing words and things that are not there are answered with 409 and words."""
    status, answer = await eyes.act("ann", **deed)
    assert status == 409
    assert answer["error"]
