"""The form of `/release start`: one view that proposes everything, a preview to confirm, and the views between."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.views.blocks import Json, context, divider, modal, section
from bot.views.inputs import (
    checkboxes,
    datetimepicker,
    input_block,
    option,
    plain_text_input,
    static_select,
    users_select,
)
from bot.views.modals.plan import plan_preview
from bot.views.modals.start_form import (
    AUTOMATION,
    BRANCH,
    CAPTAIN,
    CONFIGURATION,
    INPUT,
    KICK_OFF,
    PARENT,
    SKIP,
    SLOTS,
    TARGET,
    TYPE,
    StartForm,
    base_block,
    version_block,
)
from bot.views.rendered import paragraphs
from bot.views.text import bullets, escape, say
from bot.views.text import channel as mention_channel
from bot.views.values import START, START_CONFIGURATION, START_CONFIRM, START_TYPE
from bot.views.words import one_line, told
from orchestration.domain.pairs import Pair
from orchestration.domain.release import Release
from orchestration.domain.tasks import Task
from orchestration.domain.version import ReleaseType

TITLE = "Start a release"
_CONFIGURATIONS = 100
_TYPES = {
    ReleaseType.MAJOR: ("Major", "The first number of the version rises"),
    ReleaseType.MINOR: ("Minor", "The second number of the version rises"),
    ReleaseType.HOTFIX: ("Hotfix", "The third number of the version rises"),
}


def start_release(form: StartForm) -> Json:
    """The form, filled with proposals. Choosing another configuration or type asks for it again."""
    return modal(TITLE, list(_inputs(form)), callback_id=START, submit="Preview")


def _inputs(form: StartForm) -> Iterator[Json]:
    yield _configuration(form)
    yield _type(form)
    yield from (_version(form, pair) for pair in form.versions)
    yield from _hotfix(form)
    yield _instant("Kick-off", KICK_OFF, None, hint="Empty means now", optional=True)
    yield _instant("Target", TARGET, form.target_at, hint="When the release should be out")
    proposed = [*form.slots, None, None, None]
    for number, block in enumerate(SLOTS):
        first = number == 0
        hint = "Between kick-off and target" if first else None
        yield _instant(
            f"Regression slot {number + 1}",
            block,
            proposed[number],
            hint=hint,
            optional=not first or (form.hotfix and form.may_skip),
        )
    yield input_block(
        "Automated tests",
        checkboxes(INPUT, [option("Run them in every cycle", AUTOMATION)]),
        block_id=AUTOMATION,
        optional=True,
    )
    yield input_block("Captain", users_select(INPUT, initial=form.captain), block_id=CAPTAIN)
    yield input_block(
        "Base branch",
        plain_text_input(INPUT, initial=form.base_branch, most=200),
        block_id=base_block(form.chosen),
        hint="The hotfix is merged back into it"
        if form.hotfix
        else "The release branch is cut from its head",
    )
    yield input_block(
        "Release branch",
        plain_text_input(INPUT, placeholder=form.branch_pattern, most=200),
        block_id=BRANCH,
        hint="Empty means by the configuration's pattern",
        optional=True,
    )


def _hotfix(form: StartForm) -> Iterator[Json]:
    """What only a hotfix is asked for."""
    if not form.hotfix:
        return
    yield input_block(
        "Hotfix of",
        plain_text_input(INPUT, placeholder="v2.14.0", most=200),
        block_id=PARENT,
        hint="A tag, a branch, a version or a release. Empty finds it by the version",
        optional=True,
    )
    if form.may_skip:
        yield input_block(
            "Skip regression, because",
            plain_text_input(INPUT, most=300),
            block_id=SKIP,
            hint="With a reason here no regression is run, whatever the slots say. Empty runs it",
            optional=True,
        )


def _configuration(form: StartForm) -> Json:
    # Slack takes a hundred options; the chosen one must be among them.
    ordered = sorted(form.choices, key=lambda choice: choice.id != form.chosen)[:_CONFIGURATIONS]
    options = {choice.id: option(choice.name, choice.id) for choice in ordered}
    select = static_select(
        START_CONFIGURATION, list(options.values()), initial=options.get(form.chosen), focus=True
    )
    return input_block("Configuration", select, block_id=CONFIGURATION, dispatch=True)


def _type(form: StartForm) -> Json:
    options = {
        kind: option(name, kind, description=description) for kind, (name, description) in _TYPES.items()
    }
    select = static_select(START_TYPE, list(options.values()), initial=options[form.type])
    return input_block("Type", select, block_id=TYPE, dispatch=True)


def _version(form: StartForm, pair: Pair) -> Json:
    proposed, says = form.versions[pair], f"Empty leaves {pair.title} out of this release"
    if proposed is None:
        says = f"No {pair.title} release is known here yet: write its next version. {says}"
    return input_block(
        f"{pair.title} version",
        plain_text_input(
            INPUT, initial=proposed, placeholder="1.0.0" if proposed is None else "2.14.0", most=30
        ),
        block_id=version_block(pair, form.chosen, form.type),
        hint=says,
        optional=True,
    )


def _instant(
    label: str, block_id: str, initial: datetime | None, *, hint: str | None = None, optional: bool = False
) -> Json:
    picker = datetimepicker(INPUT, initial=initial)
    return input_block(label, picker, block_id=block_id, hint=hint, optional=optional)


def confirm_start(release: Release, planned: Sequence[Task], *, metadata: str) -> Json:
    """The whole plan before anything happens; `metadata` carries the order (`pack_wanted`)."""
    return modal(
        "Check the plan",
        [*plan_preview(release, planned)],
        callback_id=START_CONFIRM,
        submit="Start Release",
        close="Back",
        private_metadata=metadata,
    )


def creating(title: str) -> Json:
    """Shown while the release is stored."""
    return modal(TITLE, [section(say("Creating {title}…", title=one_line(title, 200)))], close="Close")


def created(release: Release, planned: Sequence[Task], *, channel: str) -> Json:
    """How it ended well: what was planned and where it goes on."""
    sentence = say(
        "{title} is planned. Its card is in {place}.", title=release.title, place=mention_channel(channel)
    )
    return modal(
        TITLE, [section(sentence), divider(), *plan_preview(release, planned, made=True)], close="Close"
    )


def not_created(reasons: Sequence[str]) -> Json:
    """How it ended badly, where no form is open any more to show the errors at their fields."""
    texts = paragraphs([escape("The release was not created."), bullets([told(r) for r in reasons])])
    return modal(
        TITLE,
        [*(section(text) for text in texts), context("Nothing was made anywhere. Use /release start again.")],
        close="Close",
    )
