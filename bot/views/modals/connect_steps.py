"""The views around a connection's form: the link to the secrets, the wait, how it ended, another name."""

from bot.views.accounts import Account, SecretsLink, Tried
from bot.views.blocks import Json, actions, button, context, modal, section
from bot.views.inputs import input_block, plain_text_input
from bot.views.modals.connect_lines import check_lines
from bot.views.rendered import Rendered
from bot.views.text import bold, bullets, code_block, link, say
from bot.views.values import CONNECT_DISCONNECT, CONNECT_RENAME, CONNECT_RESUME, carried
from bot.views.words import one_line, when

NAME, INPUT = "name", "value"


def working(title: str, says: str) -> Json:
    """Shown while the provider is asked."""
    return modal(title, [section(says)], close="Close")


def enter_secrets(shown: SecretsLink) -> Json:
    """Where the secrets are entered. Nothing here can be pressed: a press would send us the link back, to be stored."""
    if shown.url and shown.until is not None:
        blocks = [
            section(
                say(
                    "*Enter the secrets* of {title} on a page of ours: {link}",
                    title=shown.title,
                    link=link(shown.url, "open the page"),
                )
            ),
            context(
                say(
                    "The link works once, until {until}, in the browser that opens it first. "
                    "Nobody else can finish it here. Leave this form open: it goes on by itself.",
                    until=when(shown.until),
                )
            ),
        ]
    else:
        blocks = [
            section("This bot has no web page to enter secrets on. Run this where it runs:"),
            section(code_block(one_line(shown.command, 2_500))),
            context("It asks for each secret, tries the connection and saves it if everything holds."),
        ]
    return modal(shown.title, blocks, close="Close")


def tried(shown: Tried) -> Json:
    """How it ended, line by line."""
    return modal(shown.title, [section(_sentence(shown)), *check_lines(shown.checks)], close="Close")


def tried_answer(shown: Tried) -> Rendered:
    """The same as a message, for who closed the form."""
    sentence = _sentence(shown)
    return Rendered(text=sentence, blocks=(section(sentence), *check_lines(shown.checks)))


def _sentence(shown: Tried) -> str:
    name = bold(shown.connection)
    if shown.saved:
        return say("{title} is connected as {name}.", title=shown.title, name=name)
    if shown.away:
        return say(
            "{title} can't be asked now, so nothing was saved. Try again in a moment.", title=shown.title
        )
    return say("{name} was not saved: not everything holds.", name=name)


def go_on(title: str, connection: str, draft: str) -> Rendered:
    """The secrets are in, and something is still to be chosen: for who closed the form."""
    sentence = say(
        "The secrets of {name} are in. Choose what it is for, within ten minutes.", name=bold(connection)
    )
    again = button("Go On", action_id=CONNECT_RESUME, value=carried(draft=draft), style="primary")
    return Rendered(
        text=say("{title}: {sentence}", title=title, sentence=sentence),
        blocks=(section(sentence), actions(again)),
    )


def rename(account: Account, *, home: str) -> Json:
    """The form for another name."""
    box = plain_text_input(INPUT, initial=account.name, most=60, focus=True)
    return modal(
        "Rename",
        [input_block("Name", box, block_id=NAME, hint=f"Configurations go on calling it {account.id}")],
        callback_id=CONNECT_RENAME,
        submit="Rename",
        private_metadata=carried(connection=account.id, home=home),
    )


def disconnect(account: Account, configurations: tuple[str, ...], *, home: str) -> Json:
    """The question before a connection is forgotten, with what still names it."""
    blocks = [
        section(
            say(
                "Disconnect {name} ({title})? Its secrets are deleted.",
                name=bold(account.name),
                title=account.title,
            )
        )
    ]
    if configurations:
        named = bullets(configurations, most=20)
        blocks.append(
            section(
                say("These configurations still name it, and can't be used without it:\n{named}", named=named)
            )
        )
    return modal(
        "Disconnect",
        blocks,
        callback_id=CONNECT_DISCONNECT,
        submit="Disconnect",
        private_metadata=carried(connection=account.id, home=home),
    )


def trouble(title: str, says: str) -> Json:
    """What went wrong, where no form is left to show it in."""
    return modal(title, [section(says)], close="Close")
