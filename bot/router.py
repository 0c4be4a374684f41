"""Which handler serves which word, button, form, shortcut and event: one table each."""

from collections.abc import Awaitable, Callable, Mapping

from bot.actions import gate, release, start, task
from bot.actions.carrying import check_reason
from bot.commands import WORDS, run_unknown
from bot.slack.desk import Routes
from bot.slack.edge import Verdict
from bot.slack.intent import Intent
from bot.views import values
from orchestration.services.engine import Engine

CheckForm = Callable[[Engine, Intent], Awaitable[Verdict]]

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
    },
    views={
        values.HOLD: release.hold,
        values.ARCHIVE: release.archive,
        values.SKIP: task.skip,
        values.DONE: task.done,
        values.REJECT: gate.reject,
        values.START_CONFIRM: start.start,
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
}
