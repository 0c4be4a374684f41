"""The release card: one living message that says where a release stands, what is in its way and what to press."""

from datetime import datetime

from bot.views import pick_lines, store_lines
from bot.views import release_lines as lines
from bot.views.blocks import Json, actions, button, context, header, section
from bot.views.inputs import option, overflow
from bot.views.release_lines import ROOMS, Room
from bot.views.rendered import SECTION, TEXT, Rendered, fit, paragraphs
from bot.views.store_buttons import stop_all_button
from bot.views.task_buttons import task_buttons, waits_for_hand
from bot.views.test_lines import tests
from bot.views.text import plural, say, truncate
from bot.views.values import ABANDON, ARCHIVE, EDIT, HOLD, MORE, RESUME, SLOTS, STORES, WHY, carried
from bot.views.words import brief, one_line, person, when
from orchestration.domain.explain import Explanation, explain
from orchestration.domain.holds import HoldCause
from orchestration.domain.phase import PHASE_TITLES
from orchestration.domain.release import Release

# An edit is refused at about 13,200 characters; what is under way must still be readable well before that.
LIMIT = 9_000
_TASKS_WITH_BUTTONS = 2


def release_card(release: Release, *, now: datetime) -> Rendered:
    """The card as it is at `now`, within Slack's limits whatever the release holds."""
    explained = explain(release, now=now)
    text = summary(release, explained)
    return fit(
        lambda room: Rendered(text=text, blocks=(*body(release, explained, room), *_foot(release, now))),
        ROOMS,
        limit=LIMIT,
    )


def summary(release: Release, explained: Explanation) -> str:
    """The card in a sentence or three, for notifications and screen readers."""
    room = Room(words=200, link=0)
    said = say("{title}: {where}.", title=brief(release.title, 200), where=PHASE_TITLES[explained.phase])
    if explained.next:
        said += say(" Next: {step}.", step=lines.step(release, explained.next[0], room))
    if explained.obstacles:
        count = plural(len(explained.obstacles), "thing")
        said += say(" {n} in the way: {what}.", n=count, what=brief(explained.obstacles[0].what, room.words))
    return truncate(said, size=TEXT)


def body(release: Release, explained: Explanation, room: Room) -> tuple[Json, ...]:
    """What the card says, without buttons."""
    groups = (
        [lines.headline(release, explained, room), *lines.origin(release, room)],
        lines.obstacles(release, explained, room),
        lines.pairs(release, room),
        store_lines.stores(release, most=room.link),
        lines.tasks(release, room),
        pick_lines.picks(release, room),
        lines.backmerges(release, room),
        tests(release, room),
        [*lines.cycles(release, room), *lines.links(release, room)],
    )
    return (
        header(one_line(release.title, 150)),
        *(section(text) for group in groups for text in paragraphs(group, most=SECTION)),
    )


def _foot(release: Release, now: datetime) -> tuple[Json, ...]:
    about = say(
        "Target {target} · Captain {captain} · Updated {now} · {id}",
        target=when(release.target_at),
        captain=person(release.captain),
        now=when(now),
        id=release.id,
    )
    return (*_buttons(release, now), context(about))


def _menu(release: Release) -> Json:
    """What is rarely done, behind three dots."""
    running = release.active_cycle is not None
    acts = (
        ("Regression slots", SLOTS),
        ("Edit…", EDIT),
        *((("Abandon the cycle…", ABANDON),) if running else ()),
        *((("Stores", STORES),) if release.submissions else ()),
    )
    made = [
        option(label, carried(release=release.id, act=act)) for label, act in (*acts, ("Archive…", ARCHIVE))
    ]
    return overflow(MORE, made)


def _buttons(release: Release, now: datetime) -> tuple[Json, ...]:
    if release.ended:
        return ()
    value = carried(release=release.id)
    held = any(hold.cause is HoldCause.USER for hold in release.holds)
    elements = [button("Hold", action_id=HOLD, value=value)]
    if held:
        elements = [button("Resume", action_id=RESUME, value=value)]
    elements.append(
        button("Why", action_id=WHY, value=value, accessibility_label="Why it stands where it is")
    )
    asking = [*release.failed_tasks, *(t for t in release.tasks if waits_for_hand(t))]
    elements += [*stop_all_button(release, now=now), _menu(release)]
    rows = [
        block
        for n, task in enumerate(asking[:_TASKS_WITH_BUTTONS])
        for block in task_buttons(
            release, task, block_id=f"card:{release.id}:{release.revision}:task{n}", named=True
        )
    ]
    return (*rows, actions(*elements, block_id=f"card:{release.id}:{release.revision}"))
