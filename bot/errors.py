"""Error → words for people: the one table. Every sentence says what happened and what to do."""

import traceback
from collections.abc import Mapping

from orchestration.domain.errors import DomainError, Invalid
from orchestration.ports.errors import PortError, TryLater
from orchestration.ports.planning import AlreadySettled, StalePlan
from orchestration.ports.runtime import (
    DatabaseAway,
    GaveWay,
    NoSuchRelease,
    ReleaseHeld,
    StaleConfiguration,
    StaleConfigurationDraft,
)
from orchestration.services.read_release import Ambiguous

_WORDS: Mapping[type[Exception], str] = {
    NoSuchRelease: "There is no such release here. `/release list` shows those that run.",
    AlreadySettled: "That date is settled already. `/release train dates` shows what became of it.",
    StalePlan: "Somebody else changed this in the meantime. Look at it again, then try once more.",
    ReleaseHeld: "Another part of me keeps this release for itself at the moment. Nothing was done: try again soon.",
    GaveWay: "Several of us changed the same things at the same moment. Nothing was done: try again.",
    DatabaseAway: "My database does not answer at the moment. Nothing may have been done: look, then try again.",
    StaleConfiguration: "Somebody else changed this configuration in the meantime. Open it again to change it.",
    StaleConfigurationDraft: "You changed this in another form meanwhile. Open it again with `/release config`.",
}
INTERNAL: Mapping[str, str] = {
    "NoSuchIntegration": "the office of accounts says that the connection was removed",
    "StaleIntegration": "the office of accounts says that somebody else changed it",
    "NoSuchDraft": "the office of accounts says that the form is over",
    "StaleDraft": "the office of accounts says that the form was changed",
    "StaleRelease": "the decision is taken again on what others saved",
    "StaleClaim": "another worker has the work, and answers",
    "AlreadyAnswered": "the answer that was kept is given",
    "StaleWebhook": "REST says that it was changed since, and whoever delivers looks again",
    "StaleConfigurationSeen": "the release asks for a look at what the configuration says now",
    "_Moved": "a train looks again",
    "Damaged": "the command line says what is wrong with a backup",
    "_Doubtful": "the store is looked at again",
}
"""What is raised and never reaches a person, by name, each with what happens instead."""


def words_for(error: Exception) -> str | None:
    """What to tell the person; None where the error is a fault of ours and only a reference helps."""
    match error:
        case Invalid():
            return "\n".join(f"• {problem.message}" for problem in error.problems)
        case DomainError():
            return str(error)
        case TryLater():
            return f"{error.reason}. Please try again in a moment."
        case PortError():
            return error.reason
        case Ambiguous():
            choice = ", ".join(f"`{r.id}` ({r.title})" for r in error.releases)
            return f"Which release? Name one of {choice}."
        case _:
            return _WORDS.get(type(error))


def place_of(error: BaseException) -> str:
    """Where an error was raised, for a log that may not hold its words: they might repeat a secret."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
