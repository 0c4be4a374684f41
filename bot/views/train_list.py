"""The answers of `/release train`: every train with its acts, and the dates of one."""

from collections.abc import Sequence

from bot.views.blocks import Json, actions, button, context, header, section
from bot.views.inputs import option, overflow
from bot.views.rendered import MESSAGE, Rendered, fit, paragraphs
from bot.views.text import Mrkdwn, bold, code, escape, joined, plural, say
from bot.views.train_lines import coming_line, rule_line, state_lines
from bot.views.values import TRAIN_ACT, TRAIN_NEW, carried
from bot.views.words import dotted, one_line
from orchestration.domain.train_view import TrainView

_ROOMS = ((20, 3), (20, 1), (15, 0), (10, 0), (6, 0))
"""(trains, dates of each), the first that fits."""
EDIT, DATES, SKIP, PAUSE, RESUME, DELETE = "edit", "dates", "skip", "pause", "resume", "delete"
_ACTS = {
    EDIT: "Edit",
    DATES: "Dates",
    SKIP: "Skip the next one",
    PAUSE: "Pause",
    RESUME: "Resume",
    DELETE: "Delete",
}


def train_list(trains: Sequence[TrainView]) -> Rendered:
    """All trains, a section each."""
    new = actions(button("New Train", action_id=TRAIN_NEW, value=carried(), style="primary"))
    if not trains:
        words = say("There is no train yet. Make one with {new}.", new=code("/release train new"))
        return Rendered(text=words, blocks=(section(words), new))
    text = say("{count}.", count=plural(len(trains), "train"))

    def render(room: tuple[int, int]) -> Rendered:
        most, dates = room
        shown = [block for view in trains[:most] for block in _train(view, dates)]
        more = [context(f"…and {len(trains) - most} more")] if len(trains) > most else []
        return Rendered(text=text, blocks=(header("Trains"), *shown, *more, new))

    return fit(render, _ROOMS, limit=MESSAGE)


def _train(view: TrainView, dates: int) -> list[Json]:
    train = view.train
    acts = [act for act in _ACTS if act != (PAUSE if train.paused else RESUME)]
    menu = overflow(TRAIN_ACT, [option(_ACTS[act], carried(act=act, train=train.id)) for act in acts])
    lines: list[Mrkdwn] = [
        dotted([bold(one_line(train.name, 60)), code(train.id)]),
        rule_line(view),
        state_lines(view),
        *(coming_line(view, coming) for coming in view.coming[:dates]),
    ]
    return [section(joined([line for line in lines if line]), accessory=menu)]


def train_dates(view: TrainView) -> Rendered:
    """The dates of one train that are ahead."""
    head = say("Next dates of {name}", name=bold(one_line(view.train.name, 60)))
    lines = [head, state_lines(view), *(coming_line(view, coming) for coming in view.coming)]
    texts = paragraphs([line for line in lines if line])
    days = ", ".join(c.timetable.departure.on.isoformat() for c in view.coming)
    text = say("{name}: {days}", name=one_line(view.train.name, 60), days=days or escape("no date"))
    return Rendered(text=text, blocks=tuple(section(text) for text in texts))
