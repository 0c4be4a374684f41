"""`/release calendar`: trains, releases and freezes ahead."""

from bot.commands.spec import Word
from bot.slack.desk import Call
from bot.views.agenda import agenda_answer
from orchestration.domain.errors import NotNow
from orchestration.services.agenda import agenda

_DAYS, _MOST = 30, 366


async def run(call: Call) -> None:
    """The next days, 30 where no number is given."""
    text = call.intent.text.strip()
    if text and not text.isdecimal():
        raise NotNow("Write how many days ahead, for example `/release calendar 90`.")
    days = min(int(text), _MOST) if text else _DAYS
    found = await agenda(call.engine, call.intent.tenant_id, actor=call.intent.actor, days=max(1, days))
    await call.answer(agenda_answer(found, days=max(1, days)))


CALENDAR = Word(
    word="calendar",
    usage="calendar [days]",
    does="What is planned ahead: trains, releases, freezes, each in your own time zone",
    example="/release calendar 90",
    run=run,
)
