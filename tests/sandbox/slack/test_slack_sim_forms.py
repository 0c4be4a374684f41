"""What people enter into forms, and what Slack's client checks itself."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from sandbox.slack import SlackSimulator, View
from tests.sandbox.slack.slack_sim_rig import bolt_of, client_of, modal, plain, running, text_input


def option(text: str, value: str = "") -> dict[str, Any]:
    """Return an option."""
    return {"text": plain(text), "value": value or text}


def field(label: str, block_id: str, kind: str, **element: Any) -> dict[str, Any]:
    """Return an input block around an element."""
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": {"type": kind, "action_id": "value", **element},
    }


OPTIONS = [option("Android", "a"), option("iOS", "i")]
PEOPLE = {"users": "multi_users_select", "owner": "users_select"}
BLOCKS = [
    field("Platform", "platform", "static_select", options=OPTIONS),
    field("Targets", "targets", "multi_static_select", options=OPTIONS),
    field("Checks", "checks", "checkboxes", options=OPTIONS, initial_options=[OPTIONS[0]]),
    field("Mode", "mode", "radio_buttons", options=OPTIONS),
    *(field(name, name, kind) for name, kind in PEOPLE.items()),
    field("Channel", "channel", "channels_select"),
    field("Place", "place", "conversations_select", default_to_current_conversation=True),
    field("Day", "day", "datepicker"),
    field("Hour", "hour", "timepicker"),
    field("Moment", "moment", "datetimepicker"),
]

VALUES = {
    "Platform": "iOS",
    "Targets": ["Android", "i"],
    "Mode": "Android",
    "users": ["bo", "@cleo"],
    "owner": "dan",
    "Channel": "#builds",
    "Day": "2026-03-01",
    "Hour": "09:30",
    "Moment": 1_772_355_600,
}


async def filled(slack: SlackSimulator) -> dict[str, Any]:
    """Fill a form with a field of every kind and return what the app hears, by block_id."""
    app = bolt_of(slack)
    heard: dict[str, Any] = {}

    @app.command("/release")
    async def start(ack: AsyncAck, body: dict[str, Any], client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(*BLOCKS))

    @app.view("start")
    async def submitted(ack: AsyncAck, view: dict[str, Any]) -> None:
        for block_id, state in view["state"]["values"].items():
            heard[block_id] = state["value"]
        await ack()

    async with running(slack, app, "socket"):
        ann = slack.person("ann")
        await ann.types("/release start", channel="#releases")
        assert await ann.submits(ann.modal, VALUES) == {}
    return heard


async def test_every_kind_of_field_can_be_filled(slack: SlackSimulator) -> None:
    """What a person means becomes what Slack sends for each element."""
    heard = await filled(slack)
    assert slack.violations == []
    assert heard["platform"] == {"type": "static_select", "selected_option": OPTIONS[1]}
    assert heard["targets"]["selected_options"] == OPTIONS
    assert heard["checks"]["selected_options"] == [OPTIONS[0]]
    assert heard["mode"]["selected_option"] == OPTIONS[0]
    assert heard["users"]["selected_users"] == [slack.person(n).id for n in ("bo", "cleo")]
    assert heard["owner"]["selected_user"] == slack.person("dan").id
    assert heard["channel"]["selected_channel"] == slack.world.channel("builds").id
    assert heard["place"]["selected_conversation"] == slack.world.channel("releases").id
    assert [heard[n][f"selected_{k}"] for n, k in (("day", "date"), ("hour", "time"))] == [
        "2026-03-01",
        "09:30",
    ]
    assert heard["moment"]["selected_date_time"] == 1_772_355_600


async def shown(slack: SlackSimulator, *blocks: dict[str, Any], **fields: Any) -> View:
    """Open a modal for Ann and return it."""
    trigger = slack.workspace.tickets.trigger(slack.person("ann").id).id
    await client_of(slack).views_open(trigger_id=trigger, view=modal(*blocks, **fields))
    view = slack.person("ann").modal
    assert view is not None
    return view


async def test_the_client_checks_a_form(slack: SlackSimulator) -> None:
    """Required, length, number, e-mail and URL errors are shown at once and the app hears nothing."""
    view = await shown(
        slack,
        text_input("Version", "version"),
        text_input("Notes", "notes", min_length=3, max_length=5),
        field("Count", "count", "number_input", is_decimal_allowed=False, min_value="1", max_value="9"),
        field("Mail", "mail", "email_text_input"),
        field("Link", "link", "url_text_input"),
        {**text_input("More", "more"), "optional": True},
    )
    values = {"Notes": "no", "Count": "1.5", "Mail": "nobody", "Link": "x"}
    errors = await slack.person("ann").submits(view, values)
    assert errors == {
        "version": "Please complete this required field.",
        "notes": "Please enter at least 3 characters.",
        "count": "Please enter a whole number.",
        "mail": "Please enter a valid email address.",
        "link": "Please enter a valid URL.",
    }
    assert slack.violations == []
