"""The shapes of evidence: the document as it is exported, so that its digest fits."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import Field, JsonValue

from bot.api.v1.shapes import Shape

Told = Mapping[str, JsonValue]


class ExportedShape(Shape):
    """When it was taken out, and by whom."""

    at: datetime
    by: str


class CandidateShape(Shape):
    """A release candidate."""

    number: int
    tag: str
    state: str
    started_at: datetime | None


class ProvedBuildShape(Shape):
    """A build that was made for the release."""

    id: str
    kind: str
    pair: str
    version: str
    number: str | None
    ref: str
    commit: str | None
    state: str
    run: str | None
    by: str | None


class ProvedConditionShape(Shape):
    """A condition, as it was judged."""

    condition: str
    met: bool
    says: str
    link: str | None


class ProvedShape(Shape):
    """What was known when it was decided; `digest` is the one that the decision named."""

    digest: str
    read_at: datetime
    commit: str | None
    tag: str | None
    builds: tuple[str, ...]
    test_runs: tuple[str, ...]
    authors: tuple[str, ...]
    conditions: tuple[ProvedConditionShape, ...]


class ProvedDecisionShape(Shape):
    """How it was settled; `overridden` are conditions that were not met."""

    by: str
    at: datetime
    reason: str | None
    overridden: tuple[str, ...]


class ApprovalShape(Shape):
    """A question, who was wanted, who signed, and on what."""

    id: str
    question: str
    state: str
    wanted: tuple[Told, ...]
    signed: tuple[Told, ...]
    decision: ProvedDecisionShape | None
    evidence: ProvedShape | None
    approved_before: ProvedShape | None = Field(description="What was approved before it was voided")


class EvidenceDocumentShape(Shape):
    """Evidence of a release. `stationmaster audit verify --file` proves it whole; `chain` tells how."""

    format: str
    exported: ExportedShape
    release: Told
    candidates: tuple[CandidateShape, ...]
    builds: tuple[ProvedBuildShape, ...]
    made: tuple[Told, ...] = Field(description="Tags, tickets and test runs")
    approvals: tuple[ApprovalShape, ...]
    voided: tuple[Told, ...]
    forced: tuple[Told, ...]
    rejected: tuple[Told, ...]
    by_hand: tuple[Told, ...] = Field(description="Skipped, done by hand, accepted")
    holds: tuple[Told, ...]
    edits: tuple[Told, ...]
    log: tuple[Told, ...] = Field(description="The release's part of the audit chain")
    chain: Told
    digest: str = Field(description="SHA-256 over the document without it, as canonical JSON")
