"""The words after `/release`, one file each family. This list is the help text, in this order."""

from bot.commands.archive import ARCHIVE
from bot.commands.calendar import CALENDAR
from bot.commands.captain import CAPTAIN
from bot.commands.config import CONFIG
from bot.commands.connect import CONNECT
from bot.commands.cycle import CYCLE
from bot.commands.decide import APPROVE, REJECT
from bot.commands.edit import EDIT
from bot.commands.evidence import EVIDENCE
from bot.commands.freeze import FREEZE
from bot.commands.health import HEALTH
from bot.commands.hold import HOLD, RESUME
from bot.commands.notes import NOTES
from bot.commands.people import DELEGATE, ME
from bot.commands.pick import PICK
from bot.commands.reading import LIST, PLAN, STATUS, WHY
from bot.commands.rehearse import REHEARSE
from bot.commands.report import REPORT
from bot.commands.roles import ROLES
from bot.commands.rollout import HALT, ROLLOUT
from bot.commands.slot import SLOT
from bot.commands.spec import Word
from bot.commands.start import START
from bot.commands.tasks import DONE, RETRY, SKIP
from bot.commands.token import TOKEN
from bot.commands.train import TRAIN
from bot.commands.where import WHERE
from bot.slack.desk import Call
from bot.slack.typed import word_of
from bot.views.answers import HelpLine, beginning_answer, help_answer, needs_answer, unknown_word
from orchestration.services.homes import is_set_up, needs_of

_BEFORE_HELP = (
    START,
    STATUS,
    PLAN,
    LIST,
    WHY,
    APPROVE,
    REJECT,
    DELEGATE,
    ME,
    HOLD,
    RESUME,
    ROLLOUT,
    HALT,
    RETRY,
    SKIP,
    DONE,
    SLOT,
    CYCLE,
    PICK,
    WHERE,
    NOTES,
    REPORT,
    HEALTH,
    REHEARSE,
    EDIT,
    ARCHIVE,
    CALENDAR,
    TRAIN,
    FREEZE,
    CAPTAIN,
    CONNECT,
    CONFIG,
    ROLES,
    TOKEN,
    EVIDENCE,
)


async def run_help(call: Call) -> None:
    """Every word, made from this list, or the one that is asked about."""
    asked = word_of(call.intent.text)[0].lstrip("/")
    known = {word.word: word for word in WORDS}
    if asked and asked not in known:
        await call.answer(unknown_word(asked, known))
        return
    shown = (known[asked],) if asked else WORDS
    await call.answer(
        help_answer(HelpLine(word=w.word, usage=w.usage, does=w.does, example=w.example) for w in shown)
    )


async def run_unknown(call: Call) -> None:
    """No such word: what was meant, perhaps. No word at all: what needs the one who asks."""
    if not call.intent.name:
        tenant_id, actor = call.intent.tenant_id, call.intent.actor
        found = await needs_of(call.engine, tenant_id, actor=actor)
        begun = bool(found) or await is_set_up(call.engine, tenant_id, actor=actor)
        await call.answer(needs_answer(found) if begun else beginning_answer())
        return
    await call.answer(unknown_word(call.intent.name, [word.word for word in WORDS]))


HELP = Word(
    word="help",
    usage="help [word]",
    does="Show this list, or what one word does",
    example="/release help approve",
    run=run_help,
)
WORDS: tuple[Word, ...] = (*_BEFORE_HELP, HELP)
