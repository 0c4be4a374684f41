"""Finds the official descriptions and recordings that conformance is checked against.

They are other people's texts and not part of the repository: the environment's STATIONMASTER_CONTRACTS says
where they are, by default a folder beside the repository.
"""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

_BESIDE = Path(__file__).resolve().parents[3] / "shared" / "contracts"


def _missing(what: Path) -> None:
    reason = f"CONFORMANCE IS NOT CHECKED: {what} is missing; set STATIONMASTER_CONTRACTS"
    if os.environ.get("CI") == "true":  # noqa: TID251 - tests are told by the environment where they run
        pytest.fail(reason)
    pytest.skip(reason, allow_module_level=True)


def contract(name: str) -> Path:
    """The path of a contract. Skips the test where it is missing, fails it under CI."""
    folder = os.environ.get("STATIONMASTER_CONTRACTS")  # noqa: TID251 - see the module's text
    path = (Path(folder) if folder else _BESIDE) / name
    if not path.exists():
        _missing(path)
    return path


@cache
def description(name: str) -> dict[str, Any]:
    """A description, read once per process. Not to be changed."""
    text = contract(name).read_text(encoding="utf-8")
    # Timestamps stay as text, which they are in JSON: descriptions hold them in enums and examples.
    loaded = json.loads(text) if name.endswith(".json") else yaml.load(text, Loader=_JsonLoader)  # noqa: S506 - a safe loader
    if not isinstance(loaded, dict):
        raise TypeError(f"{name} holds no description")
    return loaded


def recordings(folder: str) -> dict[str, dict[str, Any]]:
    """All recordings of a folder, by name, in the order of their names."""
    files = sorted(contract(folder).glob("*.json"))
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in files}


class _JsonLoader(yaml.SafeLoader):
    """YAML that knows the types of JSON only."""


_JsonLoader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
