"""Who may do what from Slack, as data: every word, button, form, shortcut and event, and the kinds of people.

A row's texts may hold the names of `hall.names_in`, in braces. A word may have several rows, one for each thing
that follows it.

It is longer than the house rule, because it is one table.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.views import values as v
from orchestration.domain.submission import Verb

ANYBODY = frozenset({"owner", "editor", "approver", "viewer", "captain", "member", "nobody"})
"""Whoever is in the workspace; a deactivated person is nowhere."""
READS = ANYBODY - {"nobody"}
"""Who sees this release, its captain among them."""
READS_ALL = READS - {"captain"}
"""Who sees what belongs to no single release: a captain has no role beyond their own."""
DECIDES = frozenset({"owner", "editor", "approver", "captain", "member"})
CHANGES = frozenset({"owner", "editor", "captain", "member"})
CHANGES_ALL = CHANGES - {"captain"}
FORCES = frozenset({"owner", "captain"})
OWNS = frozenset({"owner"})

Json = Mapping[str, Any]
RELEASE = {"release": "{release}"}
TASK = {**RELEASE, "task": "{task}"}
GATE = {**RELEASE, "gate": "{gate}", "digest": "{digest}"}
FREEZE = {**RELEASE, "freeze": "{freeze}"}
TRAIN = {"train": "{train}"}
SUBMISSION = {**RELEASE, "submission": "{release}/d1"}
PICK = {**RELEASE, "pick": "P1"}
CONNECTION = {"connection": "github", "home": ""}
CONFIGURED = {"subject": "pixel"}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A request, and who gets further than a refusal. `stage` is the database of `tests.support.prepared`."""

    kind: str
    name: str
    may: frozenset[str]
    text: str = ""
    ids: Json = field(default_factory=dict)
    value: str = ""
    state: Json = field(default_factory=dict)
    event: Json = field(default_factory=dict)
    stage: str = "asking"

    @property
    def title(self) -> str:
        """For the name of its test."""
        more = self.text or self.ids.get("act", "")
        return f"{self.kind} {self.name} {more}".strip()


def _word(name: str, may: frozenset[str], text: str = "", *, stage: str = "asking") -> Row:
    return Row(kind="command", name=name, may=may, text=text, stage=stage)


def _button(
    name: str, may: frozenset[str], ids: Json | None = None, *, value: str = "", stage: str = "asking"
) -> Row:
    return Row(kind="action", name=name, may=may, ids=ids or {}, value=value, stage=stage)


def _form(
    name: str, may: frozenset[str], ids: Json, state: Json | None = None, *, stage: str = "asking"
) -> Row:
    return Row(kind="view", name=name, may=may, ids=ids, state=state or {}, stage=stage)


def _typed(**texts: str) -> dict[str, Any]:
    return {name: {"value": text} for name, text in texts.items()}


_WHY = _typed(reason="Because")
_DAYS = {
    "reason": {"value": "Christmas"},
    "zone": {"value": "UTC"},
    "scope": {"selected_option": {"value": "*"}},
    "from_day": {"selected_date": "{today}"},
    "from_time": {"value": "00:00"},
    "until_day": {"selected_date": "{later}"},
    "until_time": {"value": "00:00"},
}
_ORDER = {
    "configuration": "pixel",
    "type": "MINOR",
    "versions": {"ANDROID-PLAY_STORE": "2.20.0"},
    "kick_off": None,
    "target": "{target}",
    "slots": ["{soon}"],
    "automation": False,
    "base": None,
    "branch": None,
    "captain": None,
}
_TRAIN_TEXTS = {
    "name": "Nightly",
    "configuration": "pixel",
    "frequency": "weeks:2",
    "first_on": "{later}",
    "kick_off": "10:00",
    "zone": "UTC",
    "slots": "1 10:00",
    "target": "5 18:00",
    "working_days": "1,2,3,4,5",
    "holidays": "",
    "days_off": "",
    "ahead": "7",
    "remind": "",
    "late": "start",
}

WORD_ROWS = (
    _word("start", CHANGES_ALL),
    _word("status", READS, "{release}"),
    _word("list", READS),
    _word("why", READS, "{release}"),
    _word("approve", READS, "{release}"),
    _word("approve", FORCES, "{release} force Because"),
    _word("reject", DECIDES, "{release} Because"),
    _word("delegate", READS_ALL, "U0SOMEBODY {tomorrow}"),
    _word("delegate", READS_ALL, "end"),
    _word("me", READS_ALL),
    _word("me", READS_ALL, "octocat"),
    _word("me", OWNS, "<@U0SOMEBODY> octocat"),
    _word("hold", CHANGES, "{release} Because"),
    _word("resume", CHANGES, "{release}"),
    _word("rollout", READS, "{release}", stage="submitting"),
    _word("rollout", READS, "{release} submit ios", stage="submitting"),
    _word("rollout", CHANGES, "{release} withdraw ios", stage="submitting"),
    _word("rollout", CHANGES, "{release} step 20 android", stage="submitting"),
    _word("rollout", CHANGES, "{release} resubmit ios", stage="submitting"),
    _word("rollout", CHANGES, "{release} build 4712 ios", stage="submitting"),
    _word("rollout", CHANGES, "{release} finish Out", stage="submitting"),
    _word("halt", CHANGES, "{release} Because", stage="submitting"),
    _word("halt", CHANGES, "{release} android Because", stage="submitting"),
    _word("retry", CHANGES, "{release} {type}", stage="failed"),
    _word("skip", CHANGES, "{release} {type} Because", stage="failed"),
    _word("done", CHANGES, "{release} {type} 4711 https://ci.example/4711", stage="failed"),
    _word("slot", READS, "{release}"),
    _word("slot", CHANGES, "{release} add {tomorrow}"),
    _word("slot", CHANGES, "{release} remove 1"),
    _word("cycle", CHANGES, "{release}"),
    _word("cycle", CHANGES, "{release} abandon Because"),
    _word("pick", READS, "{release} #12"),
    _word("plan", READS, "{release}"),
    _word("where", READS_ALL, "#12"),
    _word("notes", READS, "{release}"),
    _word("report", READS, "{release}"),
    _word("health", READS, "{release}"),
    _word("health", CHANGES, "{release} overrule Because"),
    _word("rehearse", CHANGES_ALL),
    _word("edit", CHANGES, "{release}"),
    _word("edit", CHANGES, "{release} replan"),
    _word("archive", CHANGES, "{release} Because"),
    _word("calendar", READS_ALL),
    _word("train", READS_ALL),
    _word("train", CHANGES_ALL, "new"),
    _word("train", CHANGES_ALL, "pause {train} Because"),
    _word("train", CHANGES_ALL, "skip {train}"),
    _word("freeze", READS_ALL),
    _word("freeze", CHANGES_ALL, "add {tomorrow} {later} 12:00 UTC Because"),
    _word("freeze", CHANGES_ALL, "remove {freeze}"),
    _word("captain", READS_ALL),
    _word("captain", CHANGES, "set {release} <@U0SOMEBODY>"),
    _word("captain", CHANGES_ALL, "order <@U0SOMEBODY>"),
    _word("captain", READS_ALL, "away {today}"),
    _word("captain", CHANGES_ALL, "away <@U0SOMEBODY> {today}"),
    _word("connect", READS_ALL),
    _word("connect", OWNS, "github"),
    _word("config", READS_ALL),
    _word("config", CHANGES_ALL, "new"),
    _word("config", CHANGES_ALL, "edit pixel"),
    _word("config", CHANGES_ALL, "deactivate pixel"),
    _word("roles", OWNS),
    _word("roles", OWNS, "grant <@U0SOMEBODY> editor"),
    _word("roles", OWNS, "revoke <@U0NOBODY> editor"),
    _word("token", READS_ALL),
    _word("token", READS_ALL, "mine"),
    _word("token", READS_ALL, "mine laptop read"),
    _word("token", OWNS, "create ci build:report"),
    _word("token", OWNS, "revoke AAAAAAAAAAAA"),
    _word("evidence", DECIDES, "{release}"),
    _word("report", READS, "{release}"),
    _word("notes", READS, "{release}"),
    _word("help", ANYBODY),
)
BUTTON_ROWS = (
    _button(v.HOLD, READS, RELEASE),
    _button(v.RESUME, CHANGES, RELEASE),
    _button(v.WHY, READS, RELEASE),
    _button(v.PLAN, READS, RELEASE),
    _button(v.NUDGE, READS, {**RELEASE, "matter": "slots"}),
    _button(v.WHERE_SHARE, READS_ALL, {"asked": "#12"}),
    _button(v.NOTES_EDIT, CHANGES, RELEASE),
    _button(v.NOTES_RESTORE, CHANGES, RELEASE),
    _button(v.WHATS_NEW, CHANGES, RELEASE),
    _button(v.ARCHIVE, READS, RELEASE),
    _button(v.STOP_ALL, CHANGES, RELEASE, stage="submitting"),
    _button(v.STORE_RESUBMIT, CHANGES, SUBMISSION, stage="submitting"),
    _button(v.STORE_RESUBMIT_OTHERWISE, CHANGES, SUBMISSION, stage="submitting"),
    *(_button(v.tell_store(verb), CHANGES, SUBMISSION, stage="submitting") for verb in Verb),
    _button(v.MORE, READS, {**RELEASE, "act": v.STORES}, stage="submitting"),
    _button(v.RETRY, CHANGES, TASK, stage="failed"),
    _button(v.SKIP, READS, TASK, stage="failed"),
    _button(v.DONE, READS, TASK, stage="failed"),
    _button(v.APPROVE, DECIDES, GATE),
    _button(v.REJECT, DECIDES, GATE),
    _button(v.PICK_ACCEPT, CHANGES, PICK),
    _button(v.PICK_DECLINE, READS, PICK),
    _button(v.MORE, READS, {**RELEASE, "act": v.SLOTS}),
    _button(v.MORE, CHANGES, {**RELEASE, "act": v.EDIT}),
    _button(v.MORE, READS, {**RELEASE, "act": v.ARCHIVE}),
    _button(v.REPLAN, CHANGES, {**RELEASE, "seen": "abc"}),
    _button(v.FORCE, FORCES, GATE),
    _button(v.CYCLE, CHANGES, RELEASE),
    _button(v.ACCEPT_DRIFT, READS, GATE),
    _button(v.SLOT_ADD, READS, RELEASE),
    _button(v.SLOT_ACT, READS, {**RELEASE, "slot": "1", "act": "move"}),
    _button(v.DEPUTY, ANYBODY),
    _button(v.DEPUTY_END, READS_ALL, value="end"),
    _button(v.LOGIN, ANYBODY),
    _button(v.WORD, READS, {"word": "why", "text": "{release}"}),
    _button(v.WORD, CHANGES, {"word": "hold", "text": "{release} Because"}),
    _button(v.START, CHANGES_ALL, value="home"),
    _button(v.START_CONFIGURATION, CHANGES_ALL),
    _button(v.START_TYPE, CHANGES_ALL),
    _button(v.TRAIN_ACT, READS_ALL, {**TRAIN, "act": "dates"}),
    _button(v.TRAIN_ACT, CHANGES_ALL, {**TRAIN, "act": "edit"}),
    _button(v.TRAIN_ACT, CHANGES_ALL, {**TRAIN, "act": "resume"}),
    _button(v.TRAIN_NEW, CHANGES_ALL),
    _button(v.FREEZE_NEW, CHANGES_ALL),
    _button(v.FREEZE_REMOVE, CHANGES_ALL, FREEZE),
    _button(v.EXCEPTION_GRANT, DECIDES, FREEZE),
    _button(v.EXCEPTION_DECLINE, DECIDES, FREEZE),
    _button(v.CONNECT, OWNS, value="github"),
    _button(v.CONNECT_ACT, OWNS, {"connection": "github", "act": "rename"}),
    _button(v.CONNECT_CHOICE, OWNS, {"provider": "github"}),
    _button(v.CONNECT_SECRETS, OWNS, {"provider": "github", "draft": "D1"}),
    _button(v.CONNECT_RESUME, OWNS, {"draft": "D1"}),
    _button(v.NOTES_EDIT, CHANGES, RELEASE),
    _button(v.NOTES_RESTORE, CHANGES, RELEASE),
    _button(v.WHATS_NEW, CHANGES, RELEASE),
    _button(v.CONFIG_NEW, CHANGES_ALL),
    _button(v.CONFIG_EDIT, CHANGES_ALL, value="pixel"),
    _button(v.CONFIG_ACT, CHANGES_ALL, {"configuration": "pixel", "act": "copy"}),
    _button(v.CONFIG_ACT, CHANGES_ALL, {"configuration": "pixel", "act": "deactivate"}),
    _button(v.CONFIG_DISCARD, CHANGES_ALL, {"configuration": "pixel"}),
    _button(v.CONFIG_ANEW, CHANGES_ALL, CONFIGURED),
    _button(v.CONFIG_MINE, CHANGES_ALL, CONFIGURED),
    _button(v.CONFIG_STEP, CHANGES_ALL, CONFIGURED, value="basics"),
    _button(v.CONFIG_ITEM, CHANGES_ALL, {**CONFIGURED, "step": "workflows"}, value='{{"act": "edit"}}'),
    _button(v.CONFIG_ITEM_NEW, CHANGES_ALL, {**CONFIGURED, "step": "workflows"}),
    _button(v.CONFIG_CHOICE, CHANGES_ALL, {**CONFIGURED, "step": "basics"}),
    _button(v.CONFIG_TYPED, CHANGES_ALL, {**CONFIGURED, "step": "basics"}),
    _button(v.CONFIG_ROW, CHANGES_ALL, {**CONFIGURED, "step": "basics"}),
)
FORM_ROWS = (
    _form(v.NOTES_EDIT, CHANGES, RELEASE, _typed(**{"part:0": "## Ours"})),
    _form(v.WHATS_NEW, CHANGES, RELEASE, _typed(**{"ANDROID-PLAY_STORE:en-US": "Faster"})),
    _form(v.HOLD, CHANGES, RELEASE, _WHY),
    _form(v.ARCHIVE, CHANGES, RELEASE, _WHY),
    _form(v.SKIP, CHANGES, TASK, _WHY, stage="failed"),
    _form(v.DONE, CHANGES, TASK, _typed(number="4711", note="By hand"), stage="failed"),
    _form(v.REJECT, DECIDES, GATE, _WHY),
    _form(v.PICK_DECLINE, CHANGES, PICK, _WHY),
    _form(
        v.PICK_FORM,
        READS,
        {},
        {"change": {"value": "#12"}, "release": {"selected_option": {"value": "{release}"}}},
    ),
    _form(v.FORCE, FORCES, GATE, _WHY),
    _form(v.ABANDON, CHANGES, RELEASE, _WHY),
    _form(v.ACCEPT_DRIFT, CHANGES, {**GATE, "head": "abc"}, _WHY),
    _form(v.SLOT_FORM, CHANGES, RELEASE, {"at": {"selected_date_time": "{soon}"}}),
    _form(v.EDIT, CHANGES, RELEASE, _WHY),
    _form(
        v.DEPUTY,
        READS_ALL,
        {},
        {"who": {"selected_user": "U0SOMEBODY"}, "until": {"selected_date_time": "{soon}"}},
    ),
    _form(v.WHATS_NEW, CHANGES, RELEASE),
    _form(v.START_CONFIRM, CHANGES_ALL, _ORDER),
    _form(v.TRAIN_CONFIRM, CHANGES_ALL, {"train": "", "edition": 0, "texts": _TRAIN_TEXTS}),
    _form(v.TRAIN_PAUSE, CHANGES_ALL, TRAIN, _WHY),
    _form(v.TRAIN_DELETE, CHANGES_ALL, TRAIN),
    _form(v.FREEZE_FORM, CHANGES_ALL, {}, _DAYS),
    _form(v.CONNECT_FORM, OWNS, {"provider": "github"}, _typed(id="more", name="More")),
    _form(v.CONNECT_RENAME, OWNS, CONNECTION, _typed(name="Other")),
    _form(v.CONNECT_DISCONNECT, OWNS, CONNECTION),
    _form(v.CONFIG_SAVE, CHANGES_ALL, CONFIGURED),
    _form(v.CONFIG_FORM, CHANGES_ALL, {**CONFIGURED, "step": "basics"}),
    _form(v.CONFIG_COPY, CHANGES_ALL, CONFIGURED, _typed(id="other", name="Other")),
    _form(v.CONFIG_DELETE, CHANGES_ALL, CONFIGURED),
)
SHORTCUT_ROWS = (
    _form(v.LOGIN, READS_ALL, {}, _typed(login="octocat")),
    Row(kind="event", name="app_home_opened", may=ANYBODY, event={"tab": "home"}),
    Row(kind="event", name="app_mention", may=READS, event={"text": "why"}),
    Row(kind="event", name="app_mention", may=CHANGES, text="hold", event={"text": "hold Because"}),
    Row(kind="shortcut", name=v.START, may=CHANGES_ALL),
    Row(
        kind="shortcut", name=v.PICK, may=READS, event={"message": {"text": "https://github.com/a/b/pull/12"}}
    ),
)
EVENT_ROWS: tuple[Row, ...] = ()
JUDGED_ROWS = (
    _form(v.START, CHANGES_ALL, {}, {"configuration": {"selected_option": {"value": "pixel"}}}),
    _form(v.TRAIN_FORM, CHANGES_ALL, {"train": "{train}", "edition": 0, "texts": {}}, _typed(**_TRAIN_TEXTS)),
)
"""Forms that are answered by another one: they are judged, and nothing is stored of them."""
LIST_ROWS = (
    Row(
        kind="options",
        name=v.CONNECT_CHOICE,
        may=OWNS,
        ids={"provider": "jira", "connection": "github"},
        value="connection",
    ),
    Row(
        kind="options",
        name=v.CONFIG_CHOICE,
        may=CHANGES_ALL,
        ids={**CONFIGURED, "step": "basics"},
        value="subject",
    ),
)
"""Lists that ask while somebody types; `value` says which of the ids is of a thing of the workspace."""
ROWS = (*WORD_ROWS, *BUTTON_ROWS, *FORM_ROWS, *SHORTCUT_ROWS, *EVENT_ROWS)
