"""The fields of each form as it is today: one that comes back with others was opened by another version of the bot."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.views import values
from bot.views.modals import (
    config_overview,
    connect_form,
    connect_steps,
    deputy_form,
    edit_form,
    freeze_form,
    hand_build,
    login_form,
    pick_form,
    reasons,
    slot_form,
    start_form,
    train_form,
    whats_new_form,
)
from orchestration.domain.pairs import LEGAL_TARGETS, Pair
from orchestration.domain.whats_new import LIMITS

OLD_FORM = (
    "This form is of an older version of Stationmaster, so nothing was saved. Close it and open it again."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fields:
    """The names of a form's fields: those that it always has, and those that it may have besides."""

    always: frozenset[str]
    sometimes: frozenset[str] = frozenset()

    def fit(self, shown: Iterable[str], filled: Iterable[str]) -> bool:
        """Whether a form showed these, and came back with those. What a block says behind its name does not matter.

        Who sends a form back need not send what was left empty, nor say again what it showed.
        """
        asked, given = _names(shown), _names(filled)
        whole = not asked or self.always <= asked
        return whole and asked | given <= self.always | self.sometimes


_END_OF_NAME = re.compile("[:@]")


def _names(blocks: Iterable[str]) -> set[str]:
    return {_END_OF_NAME.split(block, maxsplit=1)[0] for block in blocks}


_REASON = Fields(always=frozenset({reasons.REASON}))
_STORES = frozenset(
    Pair(platform=platform, target=target).key
    for platform, targets in LEGAL_TARGETS.items()
    for target in targets
    if target in LIMITS
)
FIELDS: Mapping[str, Fields] = MappingProxyType(
    {
        **dict.fromkeys(reasons.ReasonAct, _REASON),
        values.FORCE: _REASON,
        values.START: Fields(
            always=frozenset(
                {
                    start_form.CONFIGURATION,
                    start_form.TYPE,
                    start_form.KICK_OFF,
                    start_form.TARGET,
                    *start_form.SLOTS,
                    start_form.AUTOMATION,
                    start_form.CAPTAIN,
                    start_form.BASE,
                    start_form.BRANCH,
                }
            ),
            sometimes=frozenset({start_form.VERSION, start_form.PARENT, start_form.SKIP}),
        ),
        values.PICK_FORM: Fields(always=frozenset({pick_form.CHANGE, pick_form.RELEASE})),
        values.SLOT_FORM: Fields(always=frozenset({slot_form.AT, slot_form.FLAGS})),
        values.NOTES_EDIT: Fields(always=frozenset({"part"})),
        values.WHATS_NEW: Fields(always=frozenset({whats_new_form.LANGUAGE}), sometimes=_STORES),
        values.EDIT: Fields(
            always=frozenset({edit_form.TARGET, edit_form.REASON}),
            sometimes=frozenset(
                {
                    edit_form.KICK_OFF,
                    edit_form.TYPE,
                    edit_form.BASE,
                    edit_form.BRANCH,
                    edit_form.PARENT,
                    "version",
                }
            ),
        ),
        values.DEPUTY: Fields(always=frozenset({deputy_form.WHO, deputy_form.UNTIL})),
        values.LOGIN: Fields(always=frozenset({login_form.NAME})),
        values.DONE: Fields(
            always=frozenset({hand_build.LINK, hand_build.NOTE}), sometimes=frozenset({hand_build.NUMBER})
        ),
        values.TRAIN_FORM: Fields(always=frozenset(train_form.FIELDS)),
        values.FREEZE_FORM: Fields(always=frozenset(freeze_form.FIELDS)),
        values.CONNECT_FORM: Fields(
            always=frozenset(),
            sometimes=frozenset(
                {
                    connect_form.ID,
                    connect_form.NAME,
                    connect_form.LENDER,
                    connect_form.NEW_SECRETS,
                    "field",
                }
            ),
        ),
        values.CONNECT_RENAME: Fields(always=frozenset({connect_steps.NAME})),
        values.CONFIG_FORM: Fields(always=frozenset(), sometimes=frozenset({"f"})),
        values.CONFIG_COPY: Fields(always=frozenset({config_overview.ID, config_overview.NAME})),
    }
)
"""Forms that are not here have no field."""


def outdated(form: str, *, shown: Iterable[str], filled: Iterable[str]) -> bool:
    """Whether a form of this name was made by another version: by the fields that it showed and came back with."""
    fields = FIELDS.get(form)
    return fields is not None and not fields.fit(shown, filled)
