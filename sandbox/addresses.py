"""The line that `python -m sandbox` prints, read back."""

import json
from typing import Any


def read_addresses(line: str) -> dict[str, Any]:
    """Where everything is; ValueError where the line is something else."""
    found = json.loads(line)
    if not isinstance(found, dict) or "slack" not in found:
        raise ValueError("not the addresses of a sandbox")
    return found
