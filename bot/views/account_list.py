"""The answer to `/release connect`: what is connected in each category, how it is, and what can be done."""

from collections.abc import Iterator

from bot.views.accounts import CATEGORIES, Account, Accounts
from bot.views.blocks import Json, actions, context, divider, header, section
from bot.views.inputs import OPTIONS, option, overflow, static_select
from bot.views.modals.connect_lines import check_line
from bot.views.rendered import MESSAGE, Rendered, fit
from bot.views.text import Mrkdwn, bold, code, escape, joined, plural, say
from bot.views.values import CONNECT, CONNECT_ACT, carried
from bot.views.words import brief, dotted, when

EDIT, TRY, RENAME, DISCONNECT = "edit", "try", "rename", "disconnect"
_STATES = {
    "verified": ":white_check_mark: Verified",
    "failing": ":x: Failing",
    "revoked": ":no_entry: Revoked",
}
_ACTS = {EDIT: "Edit", TRY: "Try again", RENAME: "Rename", DISCONNECT: "Disconnect"}
_MOST = 40
_LONGEST_ID = 40


def account_list(shown: Accounts, *, says: str = "") -> Rendered:
    """Everything that is connected; `says` what was just done."""
    broken = sum(account.state != "verified" for account in shown.accounts)
    state = f", {broken} of them not verified" if broken else ", all verified" if shown.accounts else ""
    summary = f"{plural(len(shown.accounts), 'connection')}{state}"
    text = joined((escape(says), summary), " ") if says else escape(f"{summary}.")

    def render(most: int) -> Rendered:
        blocks = [
            *([section(says)] if says else []),
            header("Connections"),
            *_categories(shown, most),
            *_foot(shown),
        ]
        return Rendered(text=text, blocks=tuple(blocks))

    return fit(render, (_MOST, 20, 12, 6, 3), limit=MESSAGE)


def _categories(shown: Accounts, most: int) -> Iterator[Json]:
    left = most
    for key, title in CATEGORIES.items():
        here = [account for account in shown.accounts if key in account.categories]
        first = [account for account in here if account.categories[0] == key]
        also = [account for account in here if account.categories[0] != key]
        yield section(_heading(title, first, also))
        for account in first[:left]:
            yield _line(account, may=shown.may_connect)
        if len(first) > left:
            yield context(f"…and {len(first) - left} more: `stationmaster connections` lists them all")
        left = max(0, left - len(first))
    for account in [a for a in shown.accounts if not a.categories]:
        yield _line(account, may=shown.may_connect)


def _heading(title: str, first: list[Account], also: list[Account]) -> Mrkdwn:
    if first:
        return bold(title)
    if also:
        names = joined([brief(account.name, 60) for account in also], ", ")
        return say("{title}: by {names}", title=bold(title), names=names)
    # No account is connected for messages: the bot is in this workspace by the tokens that it was started with.
    here = "by Slack, with the tokens of the bot" if title == CATEGORIES["notification"] else "nothing yet"
    return say("{title}: {here}", title=bold(title), here=here)


def _line(account: Account, *, may: bool) -> Json:
    # An id that is longer than ours can be does not fit into a menu: it came from elsewhere.
    menu = _menu(account) if may and len(account.id) <= _LONGEST_ID else None
    return section(_told(account), accessory=menu)


def _menu(account: Account) -> Json:
    acts = [option(words, carried(act=act, connection=account.id)) for act, words in _ACTS.items()]
    return overflow(CONNECT_ACT, acts)


def _told(account: Account) -> Mrkdwn:
    head = dotted((bold(brief(account.name, 60)), escape(account.title), code(account.id), _state(account)))
    wrong = [check_line(check) for check in account.checks if not check.ok][:3]
    times = dotted(
        (
            say("Tried {at}", at=when(account.tried_at)) if account.tried_at else Mrkdwn(""),
            say("Good until {at}", at=when(account.expires_at)) if account.expires_at else Mrkdwn(""),
        )
    )
    return joined([line for line in (head, *wrong, times) if line])


def _state(account: Account) -> Mrkdwn:
    return escape(_STATES.get(account.state, account.state))


def _foot(shown: Accounts) -> Iterator[Json]:
    yield divider()
    if not shown.may_connect:
        yield context("An owner may connect, edit and disconnect.")
        return
    options = [option(offered.title, offered.key) for offered in shown.providers[:OPTIONS]]
    if options:
        yield actions(static_select(CONNECT, options, placeholder="Connect another…"))
