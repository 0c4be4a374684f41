"""What people do, as Slack carries it to the app: commands, clicks, choices, submissions, shortcuts."""

from collections.abc import Mapping
from typing import Any

from sandbox.slack import payloads
from sandbox.slack.acks import failed, heed_command, heed_submission, read_options
from sandbox.slack.app import Command
from sandbox.slack.delivery import Delivery
from sandbox.slack.envelopes import Ack, EnvelopeKind
from sandbox.slack.form_checks import client_errors
from sandbox.slack.form_values import Values, initial_values
from sandbox.slack.mentions import command_text, message_text
from sandbox.slack.shapes import view_json
from sandbox.slack.values import Channel, ChannelKind, Json, Message, SharedLinks, User, View
from sandbox.slack.web_chat import tell_of_message
from sandbox.slack.web_unfurl import compose, tell_of_links
from sandbox.slack.workspace import SlackError, Workspace

_SHOWN = ("text", "value", "style", "url", "placeholder", "confirm")


class Interactions:
    """Carries what people do to the app, and does what the app answers."""

    def __init__(self, workspace: Workspace, delivery: Delivery) -> None:
        self._workspace = workspace
        self._delivery = delivery
        self._offered: dict[tuple[str, str, str], list[Json]] = {}

    async def command(self, user: User, channel: Channel, command: Command, typed: str) -> Ack:
        """Run a slash command and show its answer."""
        text = command_text(self._workspace.world, typed, should_escape=command.should_escape)
        payload = payloads.command(self._workspace, user, channel, command.name, text)
        ticket = self._workspace.tickets.response_urls[payload["response_url"].rsplit("/", 1)[1]]
        ack = await self._delivery.send(EnvelopeKind.COMMAND, payload, accepts_response=True)
        heed_command(self._workspace, user, ack, about=command.name, ticket=ticket)
        return ack

    def message(self, user: User, channel: Channel, typed: str, thread_ts: str = "") -> Message:
        """Post a message as a person, and tell the app of it and of being mentioned."""
        world, app = self._workspace.world, self._workspace.app
        message = world.put_message(
            Message(
                channel=channel.id,
                ts=world.new_ts(),
                user=user.id,
                text=message_text(world, typed),
                thread_ts=thread_ts,
            )
        )
        tell_of_message(self._workspace, channel, message)
        tell_of_links(self._workspace, message)
        member = app.bot_user in channel.members
        if f"<@{app.bot_user}>" in message.text and member and channel.kind is not ChannelKind.IM:
            event: Json = {
                "type": "app_mention",
                "user": user.id,
                "text": message.text,
                "ts": message.ts,
                "channel": channel.id,
                "event_ts": message.ts,
                "team": world.team_id,
            }
            self._workspace.emit("app_mention", event | ({"thread_ts": thread_ts} if thread_ts else {}))
        return message

    def compose(self, user: User, typed: str) -> SharedLinks | None:
        """Write a message without posting it; the app hears of its links already."""
        return compose(self._workspace, user, typed)

    def _action(self, block: Json, element: Json, held: Mapping[str, Any]) -> Json:
        return {
            **{k: element[k] for k in _SHOWN if k in element and k != "confirm"},
            **held,
            "type": element["type"],
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            "action_ts": self._workspace.world.new_ts(),
        }

    def hold(
        self, user: User, message: Message, block: Json, element: Json, held: Mapping[str, Any]
    ) -> Values:
        """Keep what a person has entered in a message, and return all that they have entered there."""
        world = self._workspace.world
        values = initial_values(list(message.blocks))
        for block_id, actions in world.choices.get((user.id, message.channel, message.ts), {}).items():
            if block_id in values:
                values[block_id].update(actions)
        if element["action_id"] in values.get(block["block_id"], {}):
            values[block["block_id"]][element["action_id"]] = dict(held)
        world.choose(user.id, message, values)
        return values

    async def act_on_message(
        self, user: User, message: Message, block: Json, element: Json, held: Mapping[str, Any]
    ) -> Ack:
        """Click or choose in a message."""
        values = self.hold(user, message, block, element, held)
        action = self._action(block, element, held)
        payload = payloads.message_action(self._workspace, user, message, action, values)
        ack = await self._delivery.send(EnvelopeKind.INTERACTIVE, payload)
        failed(self._workspace, user, ack, about=element["action_id"])
        return ack

    def enter(self, view: View, block: Json, element: Json, held: Json) -> View:
        """Put into a view what the person entered; errors shown for that block go away."""
        values = {b: dict(actions) for b, actions in view.values.items()}
        values.setdefault(block["block_id"], {})[element["action_id"]] = held
        errors = {b: words for b, words in view.errors.items() if b != block["block_id"]}
        return self._workspace.world.change_view(view, values=values, errors=errors)

    async def act_on_view(
        self, user: User, view: View, block: Json, element: Json, held: Mapping[str, Any]
    ) -> Ack:
        """Click or choose in a view."""
        action = self._action(block, element, held)
        payload = payloads.view_action(self._workspace, user, view, action)
        ack = await self._delivery.send(EnvelopeKind.INTERACTIVE, payload)
        failed(self._workspace, user, ack, about=element["action_id"])
        return ack

    async def submit(self, user: User, view: View) -> dict[str, str]:
        """Submit a modal and return the errors that the person then sees, by block_id."""
        world = self._workspace.world
        errors = client_errors(view)
        if errors:
            world.change_view(view, errors=errors)
            return errors
        view = world.change_view(view, errors={}, waiting=True)
        payload = payloads.submission(self._workspace, user, view)
        ack = await self._delivery.send(EnvelopeKind.INTERACTIVE, payload, accepts_response=True)
        heed_submission(self._workspace, user, ack, view)
        current = world.views.get(view.id)
        return dict(current.errors) if current else {}

    async def close(self, user: User, view: View, *, everything: bool) -> None:
        """Close a modal, or the whole stack; views that asked for it tell the app."""
        world = self._workspace.world
        stack = list(world.stacks.get(user.id, []))
        everything = everything or bool(view.body.get("clear_on_close"))
        gone = [world.views[v] for v in (stack if everything else [view.id])]
        world.close_views(user.id, [v.id for v in gone])
        for each in reversed(gone):
            if each.body.get("notify_on_close"):
                payload = payloads.closed(self._workspace, user, each, cleared=everything)
                await self._delivery.send(EnvelopeKind.INTERACTIVE, payload)

    async def suggest(
        self, user: User, target: Message | View, block: Json, element: Json, query: str
    ) -> list[Json]:
        """Return the options that the app offers for what was typed into an external select."""
        if len(query) < element.get("min_query_length", 1):
            return []
        payload = payloads.suggestion(
            self._workspace,
            user,
            target,
            block_id=block["block_id"],
            action_id=element["action_id"],
            query=query,
        )
        ack = await self._delivery.send(EnvelopeKind.INTERACTIVE, payload, accepts_response=True)
        if failed(self._workspace, user, ack, about=element["action_id"]):
            return []
        try:
            options = read_options(ack)
        except SlackError as refusal:
            self._workspace.world.violation("ack_body", element["action_id"], refusal.body)
            return []
        self._offered[user.id, block["block_id"], element["action_id"]] = options
        return options

    async def offers(
        self, user: User, target: Message | View, block: Json, element: Json, wanted: Any
    ) -> list[Json]:
        """Return what a person may choose: what was offered already if it has the whole option, or a new answer."""
        offered = self._offered.get((user.id, block["block_id"], element["action_id"]), [])
        if isinstance(wanted, dict):
            return [*offered, *_chosen_before(element)]
        return await self.suggest(user, target, block, element, str(wanted))

    async def shortcut(self, user: User, callback_id: str, message: Message | None) -> Ack:
        """Run a global shortcut, or a message shortcut when a message is given."""
        if message is None:
            payload = payloads.global_shortcut(self._workspace, user, callback_id)
        else:
            payload = payloads.message_shortcut(self._workspace, user, callback_id, message)
        ack = await self._delivery.send(EnvelopeKind.INTERACTIVE, payload)
        failed(self._workspace, user, ack, about=callback_id)
        return ack

    def open_home(self, user: User, tab: str = "home") -> None:
        """Open the app's home or its messages, and tell the app."""
        world, app = self._workspace.world, self._workspace.app
        channel = world.direct_message(app.bot_user, user.id)
        event: Json = {
            "type": "app_home_opened",
            "user": user.id,
            "channel": channel.id,
            "tab": tab,
            "event_ts": world.new_ts(),
        }
        home = world.views.get(world.homes.get(user.id, ""))
        if home is not None and tab == "home":
            event["view"] = view_json(world, app, home)
        self._workspace.emit("app_home_opened", event)


def _chosen_before(element: Json) -> list[Json]:
    one = element.get("initial_option")
    return [*([one] if one else []), *element.get("initial_options", [])]
