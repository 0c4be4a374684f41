"""The shapes of gates: what is asked, what is known, and who said what."""

from collections.abc import Mapping
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


class OfferShape(Shape):
    """What goes to a store. `send_for_review` and `pull_back` are null where the store has no such choice.

    Without `send_for_review` a person sends it in the store's console. With `pull_back`, other changes of the app
    that are in review are pulled back for it and sent again with it.
    """

    version: str
    build: str
    notes: Mapping[str, str] = Field(description="What is new, by language; * stands for all others")
    manner: str = Field(description="How it is let out, in words")
    send_for_review: bool | None
    pull_back: bool | None
    says: tuple[str, ...] = Field(description="What a yes leads to")


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
    offer: OfferShape | None = Field(description="What goes to a store, where that is the question")


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
