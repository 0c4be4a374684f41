"""A provider may repeat what it was sent; a connection's secrets are taken out of everything that it says.

The patterns of `integrations.redaction` know how tokens of some vendors look. Here it is known what to look for.
"""

import functools
import inspect
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, SecretStr

from integrations.redaction import HIDDEN
from orchestration.ports.errors import PortError

LEAST = 4
"""Characters of what is looked for: in the place of less, the marks would tell it rather than hide it."""
_LEAST_OF_A_LINE = 16


class Discretion:
    """Knows the secrets of one connection, and keeps them."""

    def __init__(self, secrets: BaseModel) -> None:
        found = {text for text in _texts(secrets) if len(text) >= LEAST}
        self._hidden = tuple(sorted(found, key=len, reverse=True))

    def kept(self, text: str) -> str:
        """The text without the secrets."""
        for secret in self._hidden:
            text = text.replace(secret, HIDDEN)
        return text

    def hush(self, error: PortError) -> None:
        """Take the secrets out of an error, wherever it holds a text; its kind and the rest stay."""
        error.args = tuple(self.kept(each) if isinstance(each, str) else each for each in error.args)
        for name, value in vars(error).items():
            if isinstance(value, str):
                setattr(error, name, self.kept(value))


def _texts(secrets: BaseModel) -> Iterator[str]:
    """Each secret, and each long line of one that is a file."""
    for value in dict(secrets).values():
        text = value.get_secret_value() if isinstance(value, SecretStr) else str(value or "")
        yield text
        yield from (
            line for line in text.splitlines() if len(line) >= _LEAST_OF_A_LINE and line not in _MARKS
        )


_MARKS = frozenset(
    f"-----{word} {kind}PRIVATE KEY-----" for word in ("BEGIN", "END") for kind in ("", "RSA ", "EC ")
)


class Discreet:
    """A port whose errors hold none of the connection's secrets. It is the port in everything else."""

    def __init__(self, port: object, secrets: BaseModel) -> None:
        self._port = port
        self._discretion = Discretion(secrets)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the port has
        """What the port has of this name; a verb comes with the care."""
        found = getattr(self._port, name)
        if not inspect.iscoroutinefunction(found):
            return found

        @functools.wraps(found)
        async def verb(*args: object, **kwargs: object) -> object:
            try:
                return await found(*args, **kwargs)
            except PortError as error:
                self._discretion.hush(error)
                raise

        return verb
