"""The answer to `/release config`: every configuration with what it is connected to, and what can be done."""

from collections.abc import Iterator

from bot.views.blocks import Json, actions, button, context, divider, header, section
from bot.views.configurations import Configurations, Linked, Row, Unsaved
from bot.views.inputs import option, overflow
from bot.views.rendered import MESSAGE, Rendered, fit
from bot.views.text import Mrkdwn, bold, code, escape, joined, plural, say
from bot.views.values import CONFIG_ACT, CONFIG_DISCARD, CONFIG_EDIT, CONFIG_NEW, carried
from bot.views.words import brief, dotted, listed, when

COPY, DEFAULT, ACTIVATE, DEACTIVATE, DELETE, SHOW = (
    "copy",
    "default",
    "activate",
    "deactivate",
    "delete",
    "show",
)
_ACTS = {
    COPY: "Copy",
    DEFAULT: "Make default",
    ACTIVATE: "Activate",
    DEACTIVATE: "Deactivate",
    DELETE: "Delete",
    SHOW: "Show as YAML",
}
_MARKS = {
    "verified": ":white_check_mark:",
    "failing": ":x:",
    "revoked": ":no_entry:",
    "missing": ":grey_question:",
}
_ROOMS = (16, 10, 6, 3, 1)
_CONNECTIONS, _RELEASES, _UNSAVED, _VALUE, _SAYS = 6, 3, 3, 150, 300


def configuration_list(shown: Configurations, *, says: str = "") -> Rendered:
    """All of them; `says` what was just done."""
    active = sum(row.active for row in shown.rows)
    summary = f"{plural(len(shown.rows), 'release configuration')}, {active} active"
    text = joined((brief(says, _SAYS), summary), " ") if says else escape(f"{summary}.")

    def render(most: int) -> Rendered:
        blocks = [
            *([section(brief(says, _SAYS))] if says else []),
            header("Release configurations"),
            *_rows(shown, most),
            *_foot(shown),
        ]
        return Rendered(text=text, blocks=tuple(blocks))

    return fit(render, _ROOMS, limit=MESSAGE)


def _rows(shown: Configurations, most: int) -> Iterator[Json]:
    # The default and those in use first: a list that is too long must not hide them.
    ordered = sorted(shown.rows, key=lambda row: (not row.default, not row.active))
    for row in ordered[:most]:
        yield section(_told(row))
        yield _acts(row, may=shown.may_change)
    rest = ordered[most:]
    if rest:
        ids = listed([code(brief(row.id, 60)) for row in rest], most=15)
        edit = code("/release config edit <id>")
        yield section(
            say("…and {count} more: {ids}. Open one with {edit}.", count=len(rest), ids=ids, edit=edit)
        )
    if not shown.rows:
        yield section("There is none yet. One says what a kind of release consists of.")


def _told(row: Row) -> Mrkdwn:
    state = "Default" if row.default else "Active" if row.active else "Switched off"
    head = (bold(brief(row.name, 60)), code(brief(row.id, 64)), escape(state))
    what = (brief(row.app, 40), listed([brief(pair, 20) for pair in row.pairs], most=5))
    lines = [dotted(head), dotted(what), _connections(row.connections), _releases(row)]
    return joined([line for line in lines if line])


def _connections(links: tuple[Linked, ...]) -> Mrkdwn:
    """Each by name; what is well is said once for all, and what is not beside its mark."""
    if links and all(link.state == "verified" for link in links):
        return listed([brief(link.id, 40) for link in links], most=_CONNECTIONS) + ": all verified"
    return dotted(_linked(link) for link in links[:_CONNECTIONS]) + (
        f" and {len(links) - _CONNECTIONS} more" if len(links) > _CONNECTIONS else ""
    )


def _linked(link: Linked) -> Mrkdwn:
    """A word stands beside every mark."""
    mark = Mrkdwn(_MARKS.get(link.state, ""))
    return say("{mark} {name} {state}", mark=mark, name=brief(link.id, 40), state=link.state)


def _releases(row: Row) -> Mrkdwn:
    if not row.releases:
        return escape("No release was started with it yet")
    started = f"{plural(row.releases, 'release was', 'releases were')} started with it"
    if not row.running:
        return escape(started)
    running = listed([brief(title, 40) for title in row.running], most=_RELEASES)
    return say("{started}; running: {running}", started=started, running=running)


def _acts(row: Row, *, may: bool) -> Json:
    """What can be done with it as it is. An id that is too long for a menu is typed."""
    acts = [SHOW]
    if may:
        acts = [COPY, SHOW]
        acts += [DEACTIVATE] if row.active else [ACTIVATE]
        acts += [DEFAULT] if row.active and not row.default else []
        acts += [] if row.releases else [DELETE]
    choices = {act: carried(act=act, configuration=row.id) for act in _ACTS if act in acts}
    if any(len(value) > _VALUE for value in choices.values()):
        return context(say("Its id is too long for buttons: {edit}", edit=code("/release config edit <id>")))
    edit = [button("Edit", action_id=CONFIG_EDIT, value=row.id)] if may else []
    menu = overflow(CONFIG_ACT, [option(_ACTS[act], value) for act, value in choices.items()])
    return actions(*edit, menu)


def _foot(shown: Configurations) -> Iterator[Json]:
    yield divider()
    if not shown.may_change:
        yield context("An editor or owner may change them.")
        return
    for draft in shown.unsaved[:_UNSAVED]:
        yield section(
            _unsaved(draft),
            accessory=button("Discard", action_id=CONFIG_DISCARD, value=carried(configuration=draft.subject)),
        )
    yield actions(button("New", action_id=CONFIG_NEW, style="primary"))


def _unsaved(draft: Unsaved) -> Mrkdwn:
    what = say("your changes of {id}", id=code(brief(draft.subject, 64))) if draft.subject else "a new one"
    return say("Not saved yet: {what}, kept until {until}.", what=what, until=when(draft.until))
