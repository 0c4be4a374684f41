"""`/release rehearse`: a whole release of a configuration on simulated providers, told to the one who asks."""

from bot.commands.spec import Word
from bot.slack.desk import Call
from bot.views.rehearsal import rehearsal_answer
from orchestration.services.rehearse import rehearse


async def run(call: Call) -> None:
    """Play it, and say what would happen."""
    intent = call.intent
    found = await rehearse(call.engine, intent.tenant_id, intent.text, actor=intent.actor)
    await call.answer(rehearsal_answer(found))


REHEARSE = Word(
    word="rehearse",
    usage="rehearse [configuration]",
    does="Play a whole release on simulated providers, and show what would happen and what people would have to do",
    example="/release rehearse pixel",
    run=run,
)
