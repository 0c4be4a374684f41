"""Error → words for people: the one table. Every sentence says what happened and what to do."""

import traceback
from collections.abc import Mapping

from orchestration.domain.errors import DomainError, Invalid
from orchestration.ports.errors import PortError, TryLater
from orchestration.ports.planning import AlreadySettled, StalePlan
from orchestration.ports.runtime import NoSuchRelease, StaleConfiguration

_WORDS: Mapping[type[Exception], str] = {
    NoSuchRelease: "There is no such release here. `/release list` shows those that run.",
    AlreadySettled: "That date is settled already. `/release train dates` shows what became of it.",
    StalePlan: "Somebody else changed this in the meantime. Look at it again, then try once more.",
    StaleConfiguration: "Somebody else changed this configuration in the meantime. Open it again to change it.",
}


def words_for(error: Exception) -> str | None:
    """What to tell the person; None where the error is a fault of ours and only a reference helps."""
    match error:
        case Invalid():
            return "\n".join(f"• {problem.message}" for problem in error.problems)
        case DomainError():
            return str(error)
        case NoSuchRelease() | StaleConfiguration() | StalePlan() | AlreadySettled():
            return _WORDS[type(error)]
        case TryLater():
            return f"{error.reason}. Please try again in a moment."
        case PortError():
            return error.reason
        case _:
            return None


def place_of(error: BaseException) -> str:
    """Where an error was raised, for a log that may not hold its words: they might repeat a secret."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
