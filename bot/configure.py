"""A release configuration as a file: YAML in, a checked configuration out, every problem named at its place."""

from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from orchestration.domain.errors import Invalid, Problem
from orchestration.domain.pairs import Pair
from orchestration.domain.snapshot import Snapshot
from orchestration.ports.runtime import Configuration

_SNAPSHOT = TypeAdapter(Snapshot)


def read_configuration(path: Path, tenant_id: str) -> Configuration:
    """The configuration of a file; Invalid with every problem."""
    found = yaml.safe_load(path.read_text())
    if not isinstance(found, dict):
        raise Invalid([Problem(field=str(path), message="must hold a mapping")])
    return parse_configuration(found, tenant_id)


def parse_configuration(found: dict[str, Any], tenant_id: str) -> Configuration:
    """The configuration of a mapping. Pairs are written `ANDROID-PLAY_STORE`; times in seconds or ISO 8601."""
    fields = dict(found)
    default, active = bool(fields.pop("default", False)), bool(fields.pop("active", True))
    fields["config_id"] = str(fields.pop("id", ""))
    problems = [] if fields["config_id"] else [Problem(field="id", message="Give the configuration an id")]
    pairs = []
    for key in fields.get("pairs", []):
        try:
            pair = Pair.parse(str(key))
        except ValueError:
            problems.append(Problem(field="pairs", message=f"{key!r} is no platform and target"))
            continue
        if not pair.legal:
            problems.append(Problem(field="pairs", message=f"{pair.platform} can't go to {pair.target}"))
        pairs.append({"platform": pair.platform, "target": pair.target})
    fields["pairs"] = pairs
    if not pairs and not problems:
        problems.append(Problem(field="pairs", message="Name at least one platform and target"))
    try:
        snapshot = _SNAPSHOT.validate_python(fields, strict=False)
    except ValidationError as error:
        problems += [
            Problem(field=".".join(str(part) for part in e["loc"]), message=e["msg"]) for e in error.errors()
        ]
        raise Invalid(problems) from None
    if problems:
        raise Invalid(problems)
    return Configuration(
        id=snapshot.config_id,
        tenant_id=tenant_id,
        name=snapshot.name,
        snapshot=snapshot,
        active=active,
        default=default,
    )
