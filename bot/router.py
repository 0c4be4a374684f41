"""Which handler serves which word, button, form, shortcut and event: one table each."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from bot.actions import connect, freeze, gate, release, start, task, train
from bot.actions.carrying import check_reason
from bot.commands import WORDS, run_unknown
from bot.slack.accounts import AccountDesk
from bot.slack.desk import Routes
from bot.slack.edge import Verdict
from bot.slack.intent import Intent
from bot.views import values
from bot.views.offers import Offers
from orchestration.services.engine import Engine

Means = TypeVar("Means")
Found = TypeVar("Found")
CheckForm = Callable[[Engine, Intent], Awaitable[Verdict]]
CheckAccountForm = Callable[[AccountDesk, Intent], Awaitable[Verdict]]
Offer = Callable[[AccountDesk, Intent], Awaitable[Offers]]

ROUTES = Routes(
    commands={word.word: word.run for word in WORDS},
    unknown_command=run_unknown,
    actions={
        values.HOLD: release.ask_hold,
        values.RESUME: release.resume,
        values.WHY: release.why,
        values.ARCHIVE: release.ask_archive,
        values.RETRY: task.retry,
        values.SKIP: task.ask_skip,
        values.DONE: task.ask_done,
        values.APPROVE: gate.approve,
        values.REJECT: gate.ask_reject,
        values.START_CONFIGURATION: start.choose,
        values.START_TYPE: start.choose,
        values.TRAIN_ACT: train.act,
        values.TRAIN_NEW: train.open_new,
        values.FREEZE_NEW: freeze.open_new,
        values.FREEZE_REMOVE: freeze.remove,
        values.EXCEPTION_GRANT: freeze.grant,
        values.EXCEPTION_DECLINE: freeze.decline,
        values.CONNECT: connect.choose_provider,
        values.CONNECT_ACT: connect.act,
        values.CONNECT_CHOICE: connect.choose,
        values.CONNECT_SECRETS: connect.other_secrets,
        values.CONNECT_RESUME: connect.resume,
    },
    views={
        values.HOLD: release.hold,
        values.ARCHIVE: release.archive,
        values.SKIP: task.skip,
        values.DONE: task.done,
        values.REJECT: gate.reject,
        values.START_CONFIRM: start.start,
        values.TRAIN_CONFIRM: train.save,
        values.TRAIN_PAUSE: train.pause,
        values.TRAIN_DELETE: train.delete,
        values.FREEZE_FORM: freeze.add,
        values.CONNECT_FORM: connect.submit,
        values.CONNECT_RENAME: connect.rename,
        values.CONNECT_DISCONNECT: connect.disconnect,
    },
    shortcuts={values.START: start.open_form},
    events={},
)
# Forms are judged before they are stored, so that errors stand at their fields.
CHECKS: Mapping[str, CheckForm] = {
    values.START: start.check_form,
    values.START_CONFIRM: start.check_confirmed,
    values.HOLD: check_reason,
    values.ARCHIVE: check_reason,
    values.SKIP: check_reason,
    values.REJECT: check_reason,
    values.DONE: task.check_done,
    values.TRAIN_FORM: train.check_form,
    values.TRAIN_CONFIRM: train.check_confirmed,
    values.TRAIN_PAUSE: check_reason,
    values.FREEZE_FORM: freeze.check_form,
}
ACCOUNT_CHECKS: Mapping[str, CheckAccountForm] = {
    values.CONNECT_FORM: connect.check_form,
    values.CONNECT_RENAME: connect.check_rename,
    values.CONNECT_DISCONNECT: connect.check_disconnect,
}
# Lists that ask us while somebody types.
OFFERING: Mapping[str, Offer] = {values.CONNECT_CHOICE: connect.offer}


def bound(
    means: Means, check: Callable[[Means, Intent], Awaitable[Found]]
) -> Callable[[Intent], Awaitable[Found]]:
    """A check or an offer, with what it works with."""

    async def asked(intent: Intent) -> Found:
        return await check(means, intent)

    return asked
