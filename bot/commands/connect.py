"""`/release connect`: what is connected, and the way to connect more."""

from bot.actions.connect import open_blank, show_list
from bot.commands.spec import Word
from bot.slack.desk import Call


async def run_connect(call: Call) -> None:
    """The list, or the form of the provider that is named."""
    provider = call.intent.text.strip().lower().replace("-", "_").replace(" ", "_")
    if provider:
        await open_blank(call, provider)
    else:
        await show_list(call)


CONNECT = Word(
    word="connect",
    usage="connect [provider]",
    does="Show what is connected and how it is; connect, edit, rename or disconnect an account",
    example="/release connect github",
    run=run_connect,
)
