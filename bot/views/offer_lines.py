"""What a submission would send: build, manner and texts by language, and what follows from a yes."""

from bot.views.text import Mrkdwn, bold, escape, say
from bot.views.words import brief, one_line
from orchestration.domain.gates import Gate
from orchestration.domain.pairs import TARGET_TITLES
from orchestration.domain.release import Release
from orchestration.domain.submission import Submission
from orchestration.domain.submitting import OTHERS, consequences_of_offer

_LANGUAGES = 6
_TEXT = 500


def subject_of(release: Release, gate: Gate) -> Submission | None:
    """The submission that a gate asks about; None where it asks about something else."""
    return release.submission(gate.subject) if gate.subject is not None else None


def offer_lines(release: Release, gate: Gate, *, words: int) -> list[Mrkdwn]:
    """`*To the App Store*: 2.14.0 (4711), over seven days…` and what is new, language by language."""
    submission = subject_of(release, gate)
    offer = gate.evidence.offer if gate.evidence is not None else None
    if submission is None or offer is None:
        return []
    lines = [
        say(
            "{to}: {version} ({build}), {manner}",
            to=bold(f"To the {TARGET_TITLES[submission.pair.target]}"),
            version=offer.version,
            build=offer.build or "no build",
            manner=brief(offer.manner, words),
        )
    ]
    rows = sorted(offer.notes.items(), key=lambda row: (row[0] == OTHERS, row[0]))
    lines += [_text(language, text, words, alone=len(rows) == 1) for language, text in rows[:_LANGUAGES]]
    if len(rows) > _LANGUAGES:
        lines.append(say("…and {n} more languages", n=len(rows) - _LANGUAGES))
    if not rows:
        lines.append(escape(":warning: Nobody wrote what is new: users of this store read nothing about it."))
    return lines


def follows_lines(release: Release, gate: Gate) -> list[Mrkdwn]:
    """What a yes leads to, sentence by sentence."""
    return [say("• {sentence}", sentence=sentence) for sentence in _says(release, gate)]


def follows_of(release: Release, gate: Gate, otherwise: str) -> str:
    """What a yes leads to, in one text; `otherwise` where the gate is about no store."""
    return " ".join(_says(release, gate)) or otherwise


def about_of(gate: Gate) -> str:
    """` for iOS`: which of several, in a question."""
    return f" for {gate.about}" if gate.about else ""


def _says(release: Release, gate: Gate) -> tuple[str, ...]:
    submission = subject_of(release, gate)
    if submission is None:
        return ()
    offer = gate.evidence.offer if gate.evidence is not None else None
    return consequences_of_offer(release, submission, offer).says


def _text(language: str, text: str, words: int, *, alone: bool) -> Mrkdwn:
    named = language if language != OTHERS else "every language" if alone else "every other language"
    return say(
        "{label}: {text}", label=bold(f"What's new, {named}"), text=brief(one_line(text, _TEXT), words)
    )
