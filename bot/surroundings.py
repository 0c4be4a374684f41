"""The real clock and real chance: the only place where either is asked of the machine."""

import secrets
from datetime import UTC, datetime

# Crockford's alphabet without the letters that are read as digits or as each other.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        """The current moment, to the millisecond, as the database keeps it."""
        now = datetime.now(UTC)  # noqa: TID251 - this is the one place
        return now.replace(microsecond=now.microsecond // 1000 * 1000)


class SystemChance:
    """The machine's source of randomness, which can't be guessed."""

    def fraction(self) -> float:
        """A number in [0, 1)."""
        return secrets.randbelow(2**32) / 2**32

    def code(self, length: int) -> str:
        """`length` characters that are not misread."""
        return "".join(secrets.choice(_ALPHABET) for _ in range(length))
