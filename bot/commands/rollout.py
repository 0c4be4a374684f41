"""`/release rollout` and `/release halt`: from an approved build to everybody, and stopping it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.actions.rollout import done_words, stopped_words
from bot.commands.naming import named_release, required_reason, split_last_release, split_titled
from bot.commands.report import rollout_pictures
from bot.commands.spec import Word
from bot.commands.submitting import show_question
from bot.slack.desk import Call
from bot.slack.typed import parted
from bot.views.rollout_picture import no_picture
from bot.views.store_buttons import Offered
from bot.views.store_card import before_telling, stores_answer
from bot.views.values import REVIEW_CHOICES
from orchestration.domain.consequences import consequences_of
from orchestration.domain.errors import NotNow
from orchestration.domain.pairs import TARGET_TITLES, TITLES
from orchestration.domain.release import Release
from orchestration.domain.submission import MOVING, STOPPED, TURNED_BACK, Submission, Verb, stop_verb
from orchestration.services import rollout, submissions

_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*%?")
_VERBS: Mapping[str, Verb] = {
    "step": Verb.RAISE,
    "release": Verb.RELEASE,
    "resume": Verb.RESUME,
    "complete": Verb.COMPLETE,
    "withdraw": Verb.WITHDRAW,
}
_STOPS = frozenset({"pause", "halt", "stop"})
_OTHERS = frozenset({"submit", "resubmit", "build", "finish", "picture"})
_CHOICE = "submit, step, pause, halt, resume, complete, release, withdraw, resubmit, build, finish, picture"
_FIT = {
    "pause": MOVING,
    "halt": MOVING,
    "stop": MOVING,
    "step": MOVING,
    "complete": MOVING,
    "resume": STOPPED,
    "resubmit": TURNED_BACK,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Typed:
    """What was typed after the word: the release, what is to be done, in which store, and the rest."""

    release: Release
    verb: str
    platforms: frozenset[str]
    rest: str

    def submission(self) -> Submission:
        """The one that is meant: named by its platform, or the only one that the word fits; NotNow otherwise."""
        every = [s for s in self.release.current_submissions if self._named(s)]
        if not every:
            where = f"{self.release.title} was not submitted to any store that is followed"
            raise NotNow(f"{where}." if not self.platforms else f"{where} by that name.")
        fit = [s for s in every if s.state in _FIT.get(self.verb, frozenset({s.state}))]
        if len(fit) > 1 or (not fit and len(every) > 1):
            words = [f"`/release rollout {self.verb} {s.pair.platform.lower()}`" for s in fit or every]
            raise NotNow(f"Which store? {' or '.join(words)}")
        return (fit or every)[0]

    def _named(self, submission: Submission) -> bool:
        return not self.platforms or submission.pair.platform in self.platforms


async def run_rollout(call: Call) -> None:
    """Alone it shows every store with its buttons; a word after it acts."""
    typed = await _typed(call, call.intent.text)
    if not typed.verb:
        await call.answer(stores_answer(typed.release, now=call.engine.clock.now()))
    elif typed.verb == "submit":
        await show_question(call, typed.release, typed.platforms)
    elif typed.verb == "picture":
        await _picture(call, typed)
    elif typed.verb == "finish":
        await _finish(call, typed)
    elif typed.verb == "resubmit":
        await _resubmit(call, typed)
    elif typed.verb == "build":
        await _choose_build(call, typed)
    else:
        await _tell(call, typed)


async def _picture(call: Call, typed: _Typed) -> None:
    """Into the thread, where everybody sees it; an answer to one person can't hold a file."""
    pictures = rollout_pictures(typed.release, call)
    words = (
        "The picture comes into the thread of the release." if pictures else no_picture(typed.release.title)
    )
    async with call.engine.work() as work:
        await work.send(typed.release.tenant_id, pictures)
        await call.store_answer(work, words)
        await work.commit()


async def run_halt(call: Call) -> None:
    """Stop every store, or the one that is named, at once. Nothing gates it."""
    typed = await _typed(call, call.intent.text, verb="stop")
    if typed.platforms:
        await _tell(call, typed)
        return
    await rollout.stop_all(
        call.engine,
        typed.release.tenant_id,
        typed.release.id,
        reason=typed.rest or None,
        actor=call.intent.actor,
        along=call.along(lambda change: stopped_words(change.before, change.release)),
    )


async def _typed(call: Call, text: str, *, verb: str = "") -> _Typed:
    words, rest = split_titled(text) if verb else split_last_release(text)
    if not verb:
        verb, rest = parted(rest)
        verb = verb.lower()
    if verb and verb not in {*_VERBS, *_STOPS, *_OTHERS}:
        raise NotNow(f"`/release rollout` is followed by nothing, or by one of {_CHOICE}.")
    platforms, rest = _stores_in(rest.strip(), free=verb in {*_STOPS, "finish"})
    again, rest = split_last_release(rest)
    release = await named_release(call, words or again, looking_back=verb in {"", "picture"})
    return _Typed(release=release, verb=verb, platforms=platforms, rest=rest)


def _stores_in(text: str, *, free: bool) -> tuple[frozenset[str], str]:
    """(the platforms that are named, the rest). In front of a free text only what comes first is a name."""
    found: set[str] = set()
    kept: list[str] = []
    for word in text.split():
        if word.upper() in TITLES and not (free and kept):
            found.add(word.upper())
        else:
            kept.append(word)
    return frozenset(found), " ".join(kept)


async def _tell(call: Call, typed: _Typed) -> None:
    """Have the store told. What can't be taken back is shown first: its button does it."""
    submission = typed.submission()
    verb = stop_verb(submission.pair) if typed.verb in _STOPS else _VERBS[typed.verb]
    percent = _share(typed.rest) if verb is Verb.RAISE else None
    now = call.engine.clock.now()
    if (
        consequences_of(submission, verb, now=now, percent=percent).irreversible
        and submission.instruction is None
    ):
        wanted = Offered(verb=verb, percent=percent)
        await call.answer(before_telling(typed.release, submission, wanted, now=now))
        return
    reason = typed.rest or None if typed.verb in _STOPS else None
    await rollout.instruct(
        call.engine,
        typed.release.tenant_id,
        typed.release.id,
        submission.id,
        verb,
        percent=percent,
        reason=reason,
        actor=call.intent.actor,
        along=call.along(lambda change: done_words(change.release, submission.id, verb, now)),
    )


def _share(text: str) -> float:
    found = _SHARE.fullmatch(text.strip())
    if found is None:
        raise NotNow("To how many percent of the users? For example `/release rollout step 20 android`.")
    return float(found[1])


async def _resubmit(call: Call, typed: _Typed) -> None:
    submission = typed.submission()
    chosen = typed.rest.strip().lower()
    if chosen and chosen not in REVIEW_CHOICES:
        ways = " or ".join(REVIEW_CHOICES)
        raise NotNow(
            f"`/release rollout resubmit` is followed by a platform, and by {ways} where it has the choice."
        )
    title = f"{TITLES[submission.pair.platform]} of {typed.release.title}"
    await submissions.resubmit(
        call.engine,
        typed.release.tenant_id,
        typed.release.id,
        submission.id,
        send_for_review=REVIEW_CHOICES.get(chosen),
        actor=call.intent.actor,
        along=call.along(lambda _change: f"{title} is asked about anew; its approval card follows."),
    )


async def _choose_build(call: Call, typed: _Typed) -> None:
    submission, number = typed.submission(), typed.rest.strip()
    if not number or " " in number:
        raise NotNow("Which build? Name the store's own number: `/release rollout build 4712 ios`.")
    store = TARGET_TITLES[submission.pair.target]
    await submissions.choose_build(
        call.engine,
        typed.release.tenant_id,
        typed.release.id,
        submission.id,
        number,
        actor=call.intent.actor,
        along=call.along(lambda _change: f"Build {number} is to be submitted to the {store}."),
    )


async def _finish(call: Call, typed: _Typed) -> None:
    note = required_reason(typed.rest, "/release rollout finish Out since noon, see the store")
    await submissions.finish(
        call.engine,
        typed.release.tenant_id,
        typed.release.id,
        note,
        actor=call.intent.actor,
        along=call.along(lambda change: f"{change.release.title} is completed: {note}"),
    )


ROLLOUT = Word(
    word="rollout",
    usage="rollout [release] [submit|step <percent>|pause|resume|complete|release|withdraw|resubmit|build <number>|"
    "finish <note>|picture] [platform]",
    does="Show every store with its buttons, or submit, step, pause, resume, complete; or a picture of how it went out",
    example="/release rollout step 20 android",
    run=run_rollout,
)
HALT = Word(
    word="halt",
    usage="halt [release] [platform] [reason]",
    does="Stop the rollout at once, in every store or one; nothing stands in its way",
    example="/release halt 2.14.0 Crash on start",
    run=run_halt,
)
