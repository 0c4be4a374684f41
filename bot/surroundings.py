"""The real clock and real chance: the only place where either is asked of the machine.

A local sandbox may bring a clock of its own, which a file tells.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

import structlog
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

log = structlog.get_logger(__name__)

# Crockford's alphabet without the letters that are read as digits or as each other.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        """The current moment, to the millisecond, as the database keeps it."""
        now = datetime.now(UTC)  # noqa: TID251 - this is the one place
        return now.replace(microsecond=now.microsecond // 1000 * 1000)


class Going(BaseModel):
    """How the time of a sandbox goes: it was `shown` at the real moment `real`, and gains `rate` seconds a second."""

    model_config = ConfigDict(frozen=True)

    real: AwareDatetime
    shown: AwareDatetime
    rate: float = Field(ge=0, le=100_000, allow_inf_nan=False)

    def at(self, real: datetime) -> datetime:
        """The time of the sandbox at a real moment."""
        return self.shown + max(timedelta(0), real - self.real) * self.rate


@dataclass(frozen=True, kw_only=True, slots=True)
class _Version:
    """What tells one content of a file from the next: it is replaced, never written over."""

    inode: int
    modified: int

    @classmethod
    def of(cls, path: Path) -> Self:
        about = path.stat()
        return cls(inode=about.st_ino, modified=about.st_mtime_ns)


class FileClock:
    """The time of a local sandbox, as the file `path` tells it; it never goes back.

    While the file can't be read the time goes on as it was told last, from the start as the machine's.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._machine = SystemClock()
        begun = self._machine.now()
        self._going = Going(real=begun, shown=begun, rate=1)
        self._version: _Version | None = None
        self._complained = False
        self._last = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """The sandbox's current moment, to the millisecond."""
        self._look()
        now = self._going.at(self._machine.now())
        self._last = max(self._last, now.replace(microsecond=now.microsecond // 1000 * 1000))
        return self._last

    def _look(self) -> None:
        """Read the file where it is another than it was."""
        try:
            version = _Version.of(self._path)
            if version != self._version:
                self._going = Going.model_validate_json(self._path.read_text(encoding="utf-8"))
                self._version, self._complained = version, False
        except (OSError, UnicodeDecodeError, ValidationError) as error:
            if not self._complained:
                self._complained = True
                log.warning(
                    "The sandbox's clock can't be read: time goes on as it did",
                    action="clock_file",
                    path=str(self._path),
                    error=type(error).__name__,
                )


class SystemChance:
    """The machine's source of randomness, which can't be guessed."""

    def fraction(self) -> float:
        """A number in [0, 1)."""
        return secrets.randbelow(2**32) / 2**32

    def code(self, length: int) -> str:
        """`length` characters that are not misread."""
        return "".join(secrets.choice(_ALPHABET) for _ in range(length))
