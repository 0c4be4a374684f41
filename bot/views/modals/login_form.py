"""The form that links a login in source control."""

from bot.views.blocks import Json, modal, section
from bot.views.inputs import input_block, plain_text_input
from bot.views.modals.filled import State, element
from bot.views.values import LOGIN

NAME = "login"
_MOST = 100


def login_form() -> Json:
    """One field."""
    about = (
        "What you write in source control is then known as yours: where authors may not approve, and when a "
        "cherry-pick of yours needs you."
    )
    box = plain_text_input(NAME, placeholder="octocat", most=_MOST, focus=True)
    return modal(
        "Link your login",
        [section(about), input_block("Login in source control", box, block_id=NAME)],
        callback_id=LOGIN,
        submit="Link Login",
        private_metadata="login",
    )


def read_login(values: State) -> str:
    """What was typed, trimmed."""
    return str(element(values, NAME).get("value") or "").strip()
