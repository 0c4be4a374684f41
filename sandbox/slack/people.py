"""People: what a user of Slack can do and see, for tests, the demo and the page.

    ann = slack.person("ann")
    await ann.types("/release start", channel="#releases")
    errors = await ann.submits(ann.modal, {"Version": "1.4.0"})
    card = await slack.until(lambda: next(iter(ann.sees("#releases")), None))
    await ann.clicks(card, "Approve", confirm=True)

A person touches only what is on the screen: anything else raises `NotThere`.
"""

from collections.abc import Mapping
from typing import Any

from sandbox.slack import channel_life
from sandbox.slack.form_entry import entered, pick
from sandbox.slack.interactions import Interactions
from sandbox.slack.screen import NotThere, elements_on, find_element
from sandbox.slack.values import Channel, ChannelKind, Json, Message, Notice, SharedLinks, User, View
from sandbox.slack.workspace import Workspace

Target = Message | View


class Person:
    """One user at the keyboard."""

    def __init__(self, workspace: Workspace, interactions: Interactions, user_id: str) -> None:
        self._workspace = workspace
        self._interactions = interactions
        self.id = user_id

    @property
    def user(self) -> User:
        """The user as they are now."""
        return self._workspace.world.users[self.id]

    # --- seeing ---

    def channel(self, name: str) -> Channel:
        """Return a channel the person can see, by id or name; `@name` is the direct message with a user."""
        world = self._workspace.world
        if name.startswith("@"):
            return world.direct_message(self.id, world.user(name).id)
        channel = world.channel(name)
        if channel.kind is not ChannelKind.PUBLIC and self.id not in channel.members:
            raise NotThere(f"{self.user.name} cannot see {name}")
        return channel

    def sees(self, channel: str, *, thread: str = "") -> list[Message]:
        """Return what the person sees in a channel, or in one thread of it, oldest first."""
        kept = self._workspace.world.messages[self.channel(channel).id].values()
        shown = [m for m in kept if m.only_for in ("", self.id)]
        if thread:
            return [m for m in shown if thread in (m.ts, m.thread_ts)]
        return [m for m in shown if m.thread_ts in ("", m.ts) or m.broadcast]

    @property
    def modal(self) -> View | None:
        """The modal on top, or None."""
        return self._workspace.world.top_view(self.id)

    @property
    def home(self) -> View | None:
        """The app's home as it was last published to the person, or None."""
        world = self._workspace.world
        return world.views.get(world.homes.get(self.id, ""))

    @property
    def errors(self) -> list[Notice]:
        """What Slack's own client has told the person, oldest first."""
        return [n for n in self._workspace.world.notices if n.user == self.id]

    # --- doing ---

    async def types(self, text: str, *, channel: str, thread: str = "") -> Message | None:
        """Type into a channel: a slash command (returns None once it was answered) or a message."""
        place = self.channel(channel)
        if place.archived:
            raise NotThere(f"{channel} is archived")
        if not text.startswith("/"):
            if self.id not in place.members:
                raise NotThere(f"{self.user.name} is not in {channel}")
            self._check_app_takes_messages(place)
            return self._interactions.message(self.user, place, text, thread)
        name, _, rest = text.partition(" ")
        command = self._workspace.app.commands.get(name)
        if command is None or self.user.team_id:  # people of another workspace have its commands, not ours
            self._tell("invalid_command", f"{name} is not a valid command.", name)
        elif thread:
            self._tell("command_in_thread", f"{name} is not supported in threads. Sorry!", name)
        else:
            await self._interactions.command(self.user, place, command, rest.strip())
        return None

    def composes(self, text: str) -> SharedLinks | None:
        """Write a message without posting it; what becomes of the app's links in it, None where there are none."""
        return self._interactions.compose(self.user, text)

    def _check_app_takes_messages(self, place: Channel) -> None:
        app = self._workspace.app
        if app.bot_user in place.members and place.kind is ChannelKind.IM and not app.takes_messages:
            raise NotThere(f"{app.name} takes no messages")

    def _tell(self, kind: str, text: str, about: str) -> None:
        self._workspace.world.notice(self.id, kind, text, about)

    def _now(self, target: Target, *, stale: bool) -> Target:
        world = self._workspace.world
        if isinstance(target, Message):
            current: Target | None = world.message(target.channel, target.ts)
            if target.only_for not in ("", self.id):
                raise NotThere("another person's ephemeral message")
        else:
            current = world.views.get(target.id)
            if current is None or current.id not in {v.id for v in (self.modal, self.home) if v}:
                raise NotThere(f"the view {target.id} is not on the screen of {self.user.name}")
        if current is None:
            raise NotThere("the message is gone")
        return target if stale else current

    async def clicks(
        self,
        target: Target,
        name: str,
        *,
        confirm: bool = False,
        option: str = "",
        stale: bool = False,
    ) -> None:
        """Click a button or pick from an overflow menu, called by its words or `action_id`.

        `confirm` answers the confirm dialog, and must be given exactly when there is one. `stale` clicks
        what `target` showed, as when the message is edited while the finger comes down.
        """
        target = self._now(target, stale=stale)
        block, element = find_element(target, name)
        self._answer_dialog(element, confirm=confirm)
        held: Json = {}
        if element["type"] == "overflow":
            held = {"selected_option": pick(element["options"], option)}
        elif element["type"] == "feedback_buttons":
            button = pick([element["positive_button"], element["negative_button"]], option)
            held = {"text": button["text"], "value": button["value"]}
        elif element["type"] not in {"button", "icon_button", "workflow_button"}:
            raise NotThere(f"a {element['type']} is not clicked but chosen from")
        await self._act(target, block, element, held)

    @staticmethod
    def _answer_dialog(element: Json, *, confirm: bool) -> None:
        if ("confirm" in element) != confirm:
            raise NotThere(
                f"{'a' if 'confirm' in element else 'no'} confirm dialog on {element['action_id']}"
            )

    async def _act(self, target: Target, block: Json, element: Json, held: Mapping[str, Any]) -> None:
        if isinstance(target, View):
            await self._interactions.act_on_view(self.user, target, block, element, held)
        else:
            await self._interactions.act_on_message(self.user, target, block, element, held)

    async def chooses(
        self, target: Target, name: str, value: Any, *, confirm: bool = False, stale: bool = False
    ) -> None:
        """Choose in a select, picker or checkbox group, or fill a field, called by label or `action_id`.

        The app hears of it at once, unless the element stands in an `input` without `dispatch_action`.
        """
        target = self._now(target, stale=stale)
        block, element = find_element(target, name)
        self._answer_dialog(element, confirm=confirm)
        held = await self._entered(target, block, element, value)
        if isinstance(target, View):
            target = self._interactions.enter(self._view(target), block, element, held)
        if block["type"] != "input" or block.get("dispatch_action"):
            await self._act(target, block, element, held)

    async def writes(self, target: Target, name: str, value: Any) -> None:
        """Fill a field of which the app hears only with the form, or with the next click in the message."""
        target = self._now(target, stale=False)
        block, element = find_element(target, name)
        held = await self._entered(target, block, element, value)
        if isinstance(target, View):
            self._interactions.enter(self._view(target), block, element, held)
        else:
            self._interactions.hold(self.user, target, block, element, held)

    async def _entered(self, target: Target, block: Json, element: Json, value: Any) -> Json:
        return await entered(
            self._workspace.world,
            element,
            value,
            lambda query: self._interactions.offers(self.user, target, block, element, query),
        )

    async def searches(self, target: Target, name: str, query: str) -> list[str]:
        """Type into an external select and return the words of the options that the app offers."""
        return [o["text"]["text"] for o in await self.looks_up(target, name, query)]

    async def looks_up(self, target: Target, name: str, query: str) -> list[Json]:
        """Type into an external select and return the options that the app offers; one may be chosen whole."""
        target = self._now(target, stale=False)
        block, element = find_element(target, name)
        if not element["type"].endswith("external_select"):
            raise NotThere(f"a {element['type']} is not searched")
        return await self._interactions.suggest(self.user, target, block, element, query)

    def _view(self, view: View) -> View:
        return self._workspace.world.views[view.id]

    async def submits(self, view: View | None, values: Mapping[str, Any] | None = None) -> dict[str, str]:
        """Fill a modal and submit it; return the errors shown then by block_id, empty when there are none.

        `values` are called by label, block_id or action_id; `{block_id: {action_id: value}}` is understood
        too. A field that is not named keeps what it holds.
        """
        if view is None or self.modal is None or self.modal.id != view.id:
            raise NotThere(f"the modal is not on top of the screen of {self.user.name}")
        if view.body.get("submit") is None and any(b["type"] == "input" for b in view.blocks):
            raise NotThere("the modal has no submit button")
        for name, value in (values or {}).items():
            for field, content in _fields(view, name, value):
                block, element = find_element(self._view(view), field)
                held = await self._entered(view, block, element, content)
                self._interactions.enter(self._view(view), block, element, held)
        return await self._interactions.submit(self.user, self._view(view))

    async def closes(self, view: View, *, everything: bool = False) -> None:
        """Close the modal on top, or with `everything` the whole stack."""
        if self.modal is None or self.modal.id != view.id:
            raise NotThere("only the modal on top can be closed")
        await self._interactions.close(self.user, self._view(view), everything=everything)

    async def runs_shortcut(self, name: str, *, message: Message | None = None) -> None:
        """Run a shortcut by its name or callback id, on a message if it is a message shortcut."""
        kind = "global" if message is None else "message"
        for shortcut in self._workspace.app.shortcuts:
            if shortcut.kind == kind and name in (shortcut.name, shortcut.callback_id):
                await self._interactions.shortcut(self.user, shortcut.callback_id, message)
                return
        raise NotThere(f"no {kind} shortcut {name!r}")

    def opens_home(self, tab: str = "home") -> None:
        """Open the app's home (or its `messages` tab)."""
        if tab == "home" and not self._workspace.app.has_home:
            raise NotThere(f"{self._workspace.app.name} has no home")
        self._interactions.open_home(self.user, tab)

    # --- channels ---

    def joins(self, channel: str) -> None:
        """Join a public channel."""
        channel_life.add_member(self._workspace, self.channel(channel), self.id)

    def leaves(self, channel: str) -> None:
        """Leave a channel."""
        channel_life.remove_member(self._workspace, self.channel(channel), self.id)

    def invites(self, name: str, *, channel: str) -> None:
        """Bring another user or the app's bot into a channel."""
        user = self._workspace.world.user(name)
        channel_life.add_member(self._workspace, self.channel(channel), user.id)

    def removes(self, name: str, *, channel: str) -> None:
        """Take another user or the app's bot out of a channel."""
        user = self._workspace.world.user(name)
        channel_life.remove_member(self._workspace, self.channel(channel), user.id)

    def renames(self, channel: str, name: str) -> None:
        """Give a channel another name."""
        channel_life.rename(self._workspace, self.channel(channel), name)

    def archives(self, channel: str, *, archived: bool = True) -> None:
        """Archive a channel, or bring it back."""
        channel_life.set_archived(self._workspace, self.channel(channel), self.id, archived=archived)


def _fields(view: View, name: str, value: Any) -> list[tuple[str, Any]]:
    blocks = {b.get("block_id") for b, _ in elements_on(view)}
    if name in blocks and isinstance(value, Mapping) and "type" not in value:
        return [(f"{name}/{action_id}", content) for action_id, content in value.items()]
    return [(name, value)]
