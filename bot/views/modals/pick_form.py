"""The form that asks for a late change, filled in from the message that it was called on."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.views.blocks import Json, context, modal, section
from bot.views.inputs import input_block, option, plain_text_input, radio_buttons, static_select
from bot.views.modals.filled import State, element
from bot.views.text import say
from bot.views.values import PICK_FORM
from bot.views.words import one_line
from orchestration.domain.release import Release

CHANGE, RELEASE = "change", "release"
_LINKS, _RELEASES, _VALUE, _LABEL = 10, 100, 150, 75
_TITLE = "Pick into a release"


@dataclass(frozen=True, kw_only=True, slots=True)
class PickForm:
    """The links that the message holds, and the releases that may take the change; `chosen` is proposed."""

    links: Sequence[str]
    releases: Sequence[Release]
    chosen: str = ""


def pick_form(form: PickForm) -> Json:
    """One change and one release. Several links are chosen from; one alone may still be corrected."""
    return modal(
        _TITLE,
        [
            section("The captain of the release is asked, and decides. The change must be merged already."),
            _change(form.links),
            _release(form),
        ],
        callback_id=PICK_FORM,
        submit="Ask",
        private_metadata="pick",
    )


def _change(links: Sequence[str]) -> Json:
    fitting = [link for link in links if len(link) <= _VALUE][:_LINKS]
    if len(fitting) > 1:
        options = [option(_short(link), link) for link in fitting]
        return input_block("Change", radio_buttons(CHANGE, options, initial=options[0]), block_id=CHANGE)
    box = plain_text_input(CHANGE, initial=links[0] if links else None, most=1_000)
    return input_block("Change", box, block_id=CHANGE, hint="A link to a pull request or a commit, or #123")


def _short(link: str) -> str:
    """What tells links apart stands at their end."""
    plain = link.partition("://")[2]
    return plain if len(plain) <= _LABEL else f"…{plain[1 - _LABEL :]}"


def _release(form: PickForm) -> Json:
    options = {
        release.id: option(one_line(release.title, 75), release.id) for release in form.releases[:_RELEASES]
    }
    chosen = options.get(form.chosen) or (next(iter(options.values())) if len(options) == 1 else None)
    return input_block(
        "Release", static_select(RELEASE, list(options.values()), initial=chosen), block_id=RELEASE
    )


def read_pick(values: State) -> tuple[str, str]:
    """(the change, the release's id) as filled in; empty where nothing is."""
    given, chosen = element(values, CHANGE), element(values, RELEASE).get("selected_option")
    option_ = given.get("selected_option")
    change = option_.get("value") if isinstance(option_, dict) else given.get("value")
    return str(change or "").strip(), str(chosen.get("value", "")) if isinstance(chosen, dict) else ""


def looking_up(change: str) -> Json:
    """Shown while the repository is asked."""
    return modal(_TITLE, [section(say("Looking up {change}…", change=one_line(change, 300)))], close="Close")


def picked_view(said: str, *, asked: bool) -> Json:
    """How it ended; where nothing was asked for, what to do."""
    foot = () if asked else (context("Nothing was asked for. Use the shortcut again, or /release pick."),)
    return modal(_TITLE, [section(said), *foot], close="Close")
