"""The shapes of gates: what is asked, what is known, and who said what."""

from datetime import datetime

from pydantic import Field

from bot.api.v1.shapes import Shape
from orchestration.domain.gates import Condition, GateKind, GateState


class FindingShape(Shape):
    """One condition, judged. `met` is false unless facts show otherwise."""

    condition: Condition
    met: bool
    says: str
    owner: str | None
    link: str | None
    key: str | None = Field(description="What was found, such as the commit that was not tested")
    lines: tuple[str, ...]


class EvidenceShape(Shape):
    """What is known. A decision names its `digest`, and counts for this evidence and no other."""

    digest: str
    commit: str | None
    tag: str | None
    builds: tuple[str, ...]
    suites: tuple[str, ...]
    findings: tuple[FindingShape, ...]
    read_at: datetime
    authors: tuple[str, ...] = Field(description="Who wrote what is to be approved")
    unknown: tuple[str, ...] = Field(description="Authors that are nobody's yet")


class SignOffShape(Shape):
    """How many people of an area must approve, and who may, where they are named."""

    area: str
    needed: int
    people: tuple[str, ...]


class SignatureShape(Shape):
    """One person's yes."""

    by: str
    areas: tuple[str, ...]
    at: datetime
    digest: str
    instead_of: str | None


class DecisionShape(Shape):
    """How the gate was settled; `forced` are the conditions that were overridden."""

    by: str
    at: datetime
    reason: str | None
    forced: tuple[Condition, ...]


class GateShape(Shape):
    """A question to people."""

    id: str
    kind: GateKind
    state: GateState
    opened_at: datetime
    sign_offs: tuple[SignOffShape, ...]
    missing: tuple[SignOffShape, ...]
    signatures: tuple[SignatureShape, ...]
    decision: DecisionShape | None
    evidence: EvidenceShape | None = Field(description="null while it is being read")
