"""The secrets of a connection as an operator gives them: as JSON on standard input, or at a terminal, one by one."""

import getpass
import json
import sys
from pathlib import Path
from typing import Any

from bot.accounts.fields import several_lines
from integrations.registry import Provider
from orchestration.domain.errors import NotNow


def read_secrets(provider: Provider) -> Any:  # noqa: ANN401 - JSON, checked by the provider's model
    """What was given, not judged yet; NotNow where it can't be read.

    At a terminal each is asked for, without an echo; a key of several lines by the path of its file.
    """
    try:
        return _asked_for(provider) if sys.stdin.isatty() else json.loads(sys.stdin.read())
    except EOFError:
        raise NotNow("The input ended before every secret was entered: nothing is saved") from None
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise NotNow("The secrets on standard input are no JSON") from None


def _asked_for(provider: Provider) -> dict[str, str]:
    given = {}
    for name, about in provider.secrets.model_fields.items():
        title, note = about.title or name, "" if about.is_required() else " (empty: none)"
        # A prompt without an echo takes one line; the rest of a pasted key would go to the shell and its history.
        if several_lines(name, about):
            value = _content(input(f"{title}, the path of its file{note}: ").strip(), title)
        else:
            value = getpass.getpass(f"{title}{note}: ")
        if value:
            given[name] = value
    return given


def _content(path: str, title: str) -> str:
    """What a file holds, nothing where none is named; NotNow."""
    try:
        return Path(path).expanduser().read_text(encoding="utf-8") if path else ""
    except UnicodeDecodeError:
        raise NotNow(f"{title}: the file is no text") from None
    except (OSError, ValueError, RuntimeError):
        raise NotNow(f"{title}: there is no file of this name that can be read") from None
