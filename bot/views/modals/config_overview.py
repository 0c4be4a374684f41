"""The views around the forms of a configuration: the overview of its steps, a step that is a list, and the endings."""

from collections.abc import Iterator

from bot.views.blocks import Json, actions, button, confirm, context, divider, modal, section
from bot.views.configurations import STEP_TITLES, Carried, Items, Overview, Row, Saved, StepLine
from bot.views.inputs import input_block, option, overflow, plain_text_input
from bot.views.rendered import Rendered
from bot.views.text import Mrkdwn, bold, bullets, code, code_block, escape, joined, plural, say
from bot.views.values import (
    CONFIG_ANEW,
    CONFIG_COPY,
    CONFIG_DELETE,
    CONFIG_ITEM,
    CONFIG_ITEM_NEW,
    CONFIG_MINE,
    CONFIG_SAVE,
    CONFIG_STEP,
    carried,
)
from bot.views.words import brief, listed, one_line, when

EDIT, DUPLICATE, REMOVE = "edit", "duplicate", "remove"
ID, NAME, INPUT = "id", "name", "value"
_ITEM_ACTS = {EDIT: "Edit", DUPLICATE: "Copy", REMOVE: "Remove"}
_NEEDS, _RELEASES, _ITEMS = 8, 5, 90
_NEED, _SUMMARY = 200, 400
# A view has room for so many of them.
_ITEM, _ITEM_NEED, _ITEM_NEEDS = 200, 100, 3
_CODE, _SECTIONS = 2_900, 80


def overview(shown: Overview, *, carried: Carried, says: str = "") -> Json:
    """The steps with what stands in each, and the way into each. `says` is what just happened."""
    kept = Carried(subject=shown.subject, home=carried.home, since=carried.since)
    return modal(
        "Edit a configuration" if shown.subject else "New configuration",
        [*_head(shown, says), *_steps(shown), *_foot(shown)],
        callback_id=CONFIG_SAVE,
        submit="Save",
        close="Close",
        private_metadata=kept.packed(),
    )


def _head(shown: Overview, says: str) -> Iterator[Json]:
    if says:
        yield section(bold(says))
    if shown.stale:
        yield section(
            say(
                "*Somebody else changed this configuration meanwhile*, so yours can't be saved over it unseen. "
                "The two differ in {changed}.",
                changed=listed(shown.changed, most=10) if shown.changed else "nothing",
            )
        )
        yield actions(
            button("Start Over from Theirs", action_id=CONFIG_ANEW),
            button("Go On with Mine", action_id=CONFIG_MINE),
        )
    if shown.running:
        yield context(
            say(
                "{count} started with: {titles}",
                count=plural(
                    len(shown.running),
                    "release runs with it and keeps what it was",
                    "releases run with it and keep what they were",
                ),
                titles=listed([brief(title, 60) for title in shown.running], most=_RELEASES),
            )
        )


def _steps(shown: Overview) -> Iterator[Json]:
    for number, line in enumerate(shown.lines, start=1):
        title = STEP_TITLES[line.step]
        yield section(
            _line(number, title, line),
            accessory=button(
                "Open", action_id=CONFIG_STEP, value=line.step.value, accessibility_label=f"Open {title}"
            ),
        )


def _line(number: int, title: str, line: StepLine) -> Mrkdwn:
    mark = ":warning:" if line.needs else ":white_check_mark:" if line.summary else ":white_circle:"
    head = say("{mark} {title}", mark=Mrkdwn(mark), title=bold(f"{number} · {title}"))
    summary = brief(line.summary, _SUMMARY) if line.summary else escape("Nothing yet")
    needs = [say("needs: {what}", what=brief(need, _NEED)) for need in line.needs[:_NEEDS]]
    if len(line.needs) > _NEEDS:
        needs.append(escape(f"…and {len(line.needs) - _NEEDS} more"))
    lacks = [say("A release would lack: {what}", what=brief(each, _NEED)) for each in line.lacks[:_NEEDS]]
    return joined((head, summary, *needs, *lacks))


def _foot(shown: Overview) -> Iterator[Json]:
    yield divider()
    since = "You go on where you left it. " if shown.resumed else ""
    yield context(
        say(
            "{since}Nothing counts before Save. What you changed is kept for you until {until}.",
            since=since,
            until=when(shown.until),
        )
    )
    if not shown.stale:
        ask = confirm("Start over?", "What you changed since you opened it is forgotten.", yes="Start Over")
        yield actions(button("Start Over", action_id=CONFIG_ANEW, confirm=ask))


def items(shown: Items) -> Json:
    """A step that is a list: what is in it, and one more."""
    blocks: list[Json] = [actions(button("Add", action_id=CONFIG_ITEM_NEW))]
    if shown.lacks:
        blocks.append(
            context(bullets([f"A release would lack: {each}" for each in shown.lacks], most=_NEEDS))
        )
    for each in shown.items[:_ITEMS]:
        needs = [say("needs: {what}", what=brief(need, _ITEM_NEED)) for need in each.needs[:_ITEM_NEEDS]]
        value = {"item": str(each.number), "seen": each.seen}
        menu = overflow(
            CONFIG_ITEM, [option(words, carried(act=act, **value)) for act, words in _ITEM_ACTS.items()]
        )
        blocks.append(section(joined((brief(each.says, _ITEM), *needs)), accessory=menu))
    if not shown.items:
        blocks.append(section("Nothing yet."))
    if len(shown.items) > _ITEMS:
        blocks.append(context(f"…and {len(shown.items) - _ITEMS} more: they are changed in the file"))
    return modal(shown.title, blocks, close="Back", private_metadata=shown.carried.packed())


# --- the endings ---


def saving(name: str) -> Json:
    """Shown while it is stored."""
    return modal("Saving", [section(say("Saving {name}…", name=one_line(name, 100)))], close="Close")


def saved(shown: Saved) -> Json:
    """How it ended."""
    return modal("Saved", [section(text) for text in _saved_lines(shown)], close="Close")


def saved_answer(shown: Saved) -> Rendered:
    """The same as a message, for who closed the form."""
    text = joined(_saved_lines(shown))
    return Rendered(text=text, blocks=(section(text),))


def _saved_lines(shown: Saved) -> tuple[Mrkdwn, ...]:
    name = bold(one_line(shown.name, 100))
    if shown.new:
        lines = [say("{name} is saved.", name=name)]
    elif shown.changed:
        lines = [say("{name} is saved. Changed: {what}.", name=name, what=listed(shown.changed, most=15))]
    else:
        return (say("{name} is as it was: nothing had been changed.", name=name),)
    if not shown.active:
        lines.append(escape("It is switched off, so no release can start with it."))
    elif shown.default:
        lines.append(say("{start} begins with it.", start=code("/release start")))
    if shown.running:
        count = plural(
            len(shown.running), "release that runs keeps what it was", "releases that run keep what they were"
        )
        lines.append(say("{count} started with.", count=count))
    return tuple(lines)


def announced(shown: Saved, who: Mrkdwn) -> Rendered:
    """What the release channel is told."""
    name = bold(one_line(shown.name, 100))
    if shown.new:
        text = say("{who} made the release configuration {name}.", who=who, name=name)
    else:
        text = say(
            "{who} changed the release configuration {name}: {what}. "
            "Releases that run keep what they started with.",
            who=who,
            name=name,
            what=listed(shown.changed, most=15),
        )
    return Rendered(text=text, blocks=(section(text),))


def trouble(title: str, says: str) -> Json:
    """What went wrong, where no form is left to show it in."""
    return modal(title, [section(says)], close="Close")


# --- copying, deleting, showing ---


def copy(row: Row, *, home: str) -> Json:
    """What the copy is called."""
    return modal(
        "Copy",
        [
            section(
                say(
                    "A copy of {name}, switched off until you activate it.",
                    name=bold(one_line(row.name, 100)),
                )
            ),
            input_block("Id", plain_text_input(INPUT, most=64, focus=True), block_id=ID, hint="It stays"),
            input_block("Name", plain_text_input(INPUT, initial=row.name, most=200), block_id=NAME),
        ],
        callback_id=CONFIG_COPY,
        submit="Copy",
        private_metadata=Carried(subject=row.id, home=home).packed(),
    )


def delete(row: Row, *, home: str) -> Json:
    """The question before it is forgotten."""
    text = say("Delete {name}? No release was ever started with it.", name=bold(one_line(row.name, 100)))
    return modal(
        "Delete",
        [section(text)],
        callback_id=CONFIG_DELETE,
        submit="Delete",
        private_metadata=Carried(subject=row.id, home=home).packed(),
    )


def as_file(name: str, text: str) -> Json:
    """The configuration in the format of its file."""
    pieces = [*_pieces(text)]
    blocks = [section(code_block(piece)) for piece in pieces[:_SECTIONS]]
    if len(pieces) > _SECTIONS:
        blocks.append(context("It is longer than Slack can show: read it over REST."))
    return modal(one_line(name, 24), blocks, close="Close")


def _pieces(text: str) -> Iterator[str]:
    """As few pieces as hold it, cut between lines where they are short enough."""
    lines = [chunk for line in text.splitlines() for chunk in _chunks(line)]
    piece = ""
    for line in lines:
        longer = f"{piece}\n{line}" if piece else line
        if piece and len(escape(longer)) > _CODE:
            yield piece
            longer = line
        piece = longer
    yield piece


def _chunks(line: str) -> Iterator[str]:
    """What is escaped may be five times as long."""
    if len(escape(line)) <= _CODE:
        yield line
    else:
        size = _CODE // 5
        yield from (line[start : start + size] for start in range(0, len(line), size))
