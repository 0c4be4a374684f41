"""Which handler serves which word, button, form, shortcut and event: one table each."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from bot.actions import (
    configuration_steps,
    connect,
    edit,
    freeze,
    gate,
    home,
    links,
    notes,
    nudge,
    people,
    pick,
    regression,
    release,
    replan,
    rollout,
    slot,
    start,
    steps,
    task,
    train,
)
from bot.actions import configurations as configuring
from bot.actions.carrying import check_reason
from bot.commands import WORDS, run_unknown
from bot.commands.mention import open_word, run_mention
from bot.commands.where import share
from bot.slack.accounts import AccountDesk
from bot.slack.configurations import ConfigurationDesk
from bot.slack.desk import Call, Handler, Routes
from bot.slack.edge import Verdict
from bot.slack.intent import Intent
from bot.views import values
from bot.views.modals.fields import OLD_FORM, outdated
from bot.views.offers import Offers, offers
from orchestration.domain.errors import NotAllowed, NotNow, Unknown
from orchestration.domain.submission import Verb
from orchestration.ports.runtime import NoSuchRelease
from orchestration.services.engine import Engine
from orchestration.services.recognise import recognised

Means = TypeVar("Means")
Found = TypeVar("Found")
CheckForm = Callable[[Engine, Intent], Awaitable[Verdict]]
CheckAccountForm = Callable[[AccountDesk, Intent], Awaitable[Verdict]]
CheckConfigurationForm = Callable[[ConfigurationDesk, Intent], Awaitable[Verdict]]
Offer = Callable[[AccountDesk, Intent], Awaitable[Offers]]
ConfigurationOffer = Callable[[ConfigurationDesk, Intent], Awaitable[Offers]]


def _of_today(intent: Intent) -> None:
    """NotNow for a form that another version opened: what is read of it would be a part."""
    if outdated(intent.name, shown=intent.fields, filled=intent.state):
        raise NotNow(OLD_FORM)


def _forms(table: Mapping[str, Handler]) -> dict[str, Handler]:
    """The handlers, for forms of today: what a bot of another version stored comes to them too."""

    def form(serve: Handler) -> Handler:
        async def served(call: Call) -> None:
            _of_today(call.intent)
            await serve(call)

        return served

    return {name: form(serve) for name, serve in table.items()}


ROUTES = Routes(
    commands={word.word: word.run for word in WORDS},
    unknown_command=run_unknown,
    actions={
        values.HOLD: release.ask_hold,
        values.RESUME: release.resume,
        values.WHY: release.why,
        values.PLAN: release.plan,
        values.NUDGE: nudge.nudge,
        values.ARCHIVE: release.ask_archive,
        values.RETRY: task.retry,
        values.SKIP: task.ask_skip,
        values.DONE: task.ask_done,
        values.APPROVE: gate.approve,
        values.REJECT: gate.ask_reject,
        values.PICK_ACCEPT: pick.accept,
        values.PICK_DECLINE: pick.ask_decline,
        values.WHERE_SHARE: share,
        values.NOTES_EDIT: notes.ask_edit,
        values.NOTES_RESTORE: notes.restore,
        values.WHATS_NEW: notes.ask_whats_new,
        values.STOP_ALL: rollout.stop_all,
        values.STORE_RESUBMIT: rollout.resubmit,
        values.STORE_RESUBMIT_OTHERWISE: rollout.resubmit,
        **{values.tell_store(verb): rollout.told(verb) for verb in Verb},
        values.MORE: edit.menu,
        values.REPLAN: replan.replan,
        values.FORCE: gate.ask_force,
        values.CYCLE: regression.cycle,
        values.ACCEPT_DRIFT: regression.ask_accept,
        values.SLOT_ADD: slot.ask_add,
        values.SLOT_ACT: slot.act,
        values.DEPUTY: people.ask_deputy,
        values.DEPUTY_END: people.end_deputy,
        values.WORD: open_word,
        values.LOGIN: home.ask_login,
        values.START: start.open_form,
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
        values.CONFIG_NEW: configuring.open_new,
        values.CONFIG_EDIT: configuring.open_edit,
        values.CONFIG_ACT: configuring.act,
        values.CONFIG_DISCARD: configuring.discard,
        values.CONFIG_ANEW: configuring.start_anew,
        values.CONFIG_MINE: configuring.go_on,
        values.CONFIG_STEP: configuration_steps.open_step,
        values.CONFIG_ITEM: configuration_steps.act_on_item,
        values.CONFIG_ITEM_NEW: configuration_steps.open_item,
        values.CONFIG_CHOICE: configuration_steps.choose,
        values.CONFIG_TYPED: configuration_steps.toggle,
        values.CONFIG_ROW: configuration_steps.extend,
    },
    views=_forms(
        {
            values.HOLD: release.hold,
            values.ARCHIVE: release.archive,
            values.SKIP: task.skip,
            values.DONE: task.done,
            values.REJECT: gate.reject,
            values.PICK_DECLINE: pick.decline,
            values.PICK_FORM: pick.ask_by_form,
            values.FORCE: gate.force,
            values.ABANDON: regression.abandon,
            values.ACCEPT_DRIFT: regression.accept,
            values.SLOT_FORM: slot.submit,
            values.NOTES_EDIT: notes.edit,
            values.WHATS_NEW: notes.write_whats_new,
            values.EDIT: edit.submit,
            values.DEPUTY: people.name_deputy,
            values.LOGIN: home.link_login,
            values.START_CONFIRM: start.start,
            values.TRAIN_CONFIRM: train.save,
            values.TRAIN_PAUSE: train.pause,
            values.TRAIN_DELETE: train.delete,
            values.FREEZE_FORM: freeze.add,
            values.CONNECT_FORM: connect.submit,
            values.CONNECT_RENAME: connect.rename,
            values.CONNECT_DISCONNECT: connect.disconnect,
            values.CONFIG_SAVE: configuring.save,
            values.CONFIG_FORM: configuration_steps.kept,
            values.CONFIG_COPY: configuring.copy,
            values.CONFIG_DELETE: configuring.delete,
        }
    ),
    shortcuts={values.START: start.open_form, values.PICK: pick.open_form},
    events={
        "app_home_opened": home.opened,
        "app_mention": run_mention,
        "function_executed": steps.executed,
        "link_shared": links.shared,
    },
)
# Forms are judged before they are stored, so that errors stand at their fields.
CHECKS: Mapping[str, CheckForm] = {
    values.START: start.check_form,
    values.START_CONFIRM: start.check_confirmed,
    values.HOLD: check_reason,
    values.ARCHIVE: check_reason,
    values.SKIP: check_reason,
    values.REJECT: check_reason,
    values.PICK_DECLINE: check_reason,
    values.PICK_FORM: pick.check_form,
    values.FORCE: check_reason,
    values.ABANDON: check_reason,
    values.ACCEPT_DRIFT: check_reason,
    values.SLOT_FORM: slot.check,
    values.NOTES_EDIT: notes.check_edit,
    values.WHATS_NEW: notes.check_whats_new,
    values.EDIT: edit.check,
    values.DEPUTY: people.check_deputy,
    values.LOGIN: home.check_login,
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
CONFIGURATION_CHECKS: Mapping[str, CheckConfigurationForm] = {
    values.CONFIG_SAVE: configuring.check_save,
    values.CONFIG_FORM: configuration_steps.check_step,
    values.CONFIG_COPY: configuring.check_copy,
    values.CONFIG_DELETE: configuring.check_delete,
}
# Lists that ask us while somebody types.
OFFERING: Mapping[str, Offer] = {values.CONNECT_CHOICE: connect.offer}
CONFIGURATION_OFFERING: Mapping[str, ConfigurationOffer] = {values.CONFIG_CHOICE: configuration_steps.offer}


def checks_with(
    engine: Engine, accounts: AccountDesk, configurations: ConfigurationDesk
) -> dict[str, Callable[[Intent], Awaitable[Verdict]]]:
    """Every form's check, given what it works with.

    What the person may not do, or what is not theirs, is stored unjudged: the desk refuses it in words, and records it.
    """
    checks = {
        **_given(CHECKS, engine, engine),
        **_given(ACCOUNT_CHECKS, accounts, engine),
        **_given(CONFIGURATION_CHECKS, configurations, engine),
    }

    def guarded(check: Callable[[Intent], Awaitable[Verdict]]) -> Callable[[Intent], Awaitable[Verdict]]:
        async def judged(intent: Intent) -> Verdict:
            _of_today(intent)
            try:
                return await check(intent)
            except (NoSuchRelease, NotAllowed, Unknown):
                return Verdict(answer={}, store=True)

        return judged

    return {name: guarded(check) for name, check in checks.items()}


def offering_with(
    engine: Engine, accounts: AccountDesk, configurations: ConfigurationDesk
) -> dict[str, Callable[[Intent], Awaitable[Offers]]]:
    """Every list, given what it is read with."""
    lists = {
        **_given(OFFERING, accounts, engine),
        **_given(CONFIGURATION_OFFERING, configurations, engine),
    }

    def guarded(offer: Callable[[Intent], Awaitable[Offers]]) -> Callable[[Intent], Awaitable[Offers]]:
        async def offered(intent: Intent) -> Offers:
            try:
                return await offer(intent)
            except NotAllowed as error:
                return offers((), says=error.reason)

        return offered

    return {name: guarded(offer) for name, offer in lists.items()}


def _given(
    table: Mapping[str, Callable[[Means, Intent], Awaitable[Found]]], means: Means, engine: Engine
) -> dict[str, Callable[[Intent], Awaitable[Found]]]:
    def given(serve: Callable[[Means, Intent], Awaitable[Found]]) -> Callable[[Intent], Awaitable[Found]]:
        async def asked(intent: Intent) -> Found:
            actor = await recognised(engine, intent.tenant_id, intent.actor)
            return await serve(means, replace(intent, actor=actor))

        return asked

    return {name: given(serve) for name, serve in table.items()}
