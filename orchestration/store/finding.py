"""How releases are found by what people and programs say of them."""

import re

from sqlalchemy import ColumnElement, or_, select

from orchestration.domain.version import Version
from orchestration.ports.listing import ReleaseFilter
from orchestration.store.tables import release_pairs, releases
from orchestration.store.texts import storable

_PREFIX = "REL-"
_CODE = re.compile("[0-9A-Z]{3,}")
"""The beginning of a code that is long enough to be meant."""


def filtered(wanted: ReleaseFilter) -> list[ColumnElement[bool]]:
    """What a filter asks of a row."""
    doc = releases.c.doc
    asked: list[ColumnElement[bool]] = []
    if wanted.ended is not None:
        asked.append(releases.c.ended.is_(wanted.ended))
    if wanted.configuration is not None:
        asked.append(doc["snapshot"]["config_id"].as_string() == storable(wanted.configuration))
    if wanted.version is not None:
        asked.append(or_(releases.c.version == storable(wanted.version), *_of_a_pair(wanted.version)))
    if wanted.captain is not None:
        asked.append(doc["captain"].as_string() == storable(wanted.captain))
    return asked


def meant(tenant_id: str, name: str, *, dialect: str) -> list[ColumnElement[bool]]:
    """What a word can mean: an id or its beginning, the version of the release or of one of its pairs."""
    code = name.upper().removeprefix(_PREFIX)
    found = [releases.c.id == name, releases.c.id == _PREFIX + code]
    if _CODE.fullmatch(code):
        found.append(_begins(_PREFIX + code, dialect))
    return [*found, releases.c.version == name.lower().removeprefix("v"), *_of_a_pair(name, tenant_id)]


def _begins(text: str, dialect: str) -> ColumnElement[bool]:
    """That the id begins so. SQLite goes through all releases for LIKE, and along the index for GLOB."""
    if dialect == "postgresql":
        return releases.c.id.startswith(text)
    return releases.c.id.op("GLOB", is_comparison=True)(f"{text}*")


def _of_a_pair(name: str, *tenants: str) -> list[ColumnElement[bool]]:
    """That one of the pairs has the version; nothing where the word is none."""
    try:
        version = Version.parse(name)
    except ValueError:
        return []
    pairs = release_pairs.c
    same = (pairs.major == version.major, pairs.minor == version.minor, pairs.patch == version.patch)
    theirs = [pairs.tenant_id == tenant for tenant in tenants]
    return [releases.c.id.in_(select(pairs.release_id).where(*theirs, *same))]
