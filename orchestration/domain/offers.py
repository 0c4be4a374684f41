"""What is offered to a store: the part of a submission's evidence that names build, texts and manner."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from orchestration.domain.rollout_plan import RolloutPlan


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """One build, what its users will read by language, and how it is let out: as `plan` says it, `manner` in words.

    A `plan` of None stands in evidence of older programs.
    """

    version: str
    build: str
    notes: Mapping[str, str] = field(default_factory=dict)
    manner: str = ""
    plan: RolloutPlan | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """What names it: another build, text or manner is another offer."""
        texts = (f"{language}={text}" for language, text in sorted(self.notes.items()))
        return (self.version, self.build, self.manner, *texts)


def offer_changes(before: Offer | None, after: Offer | None) -> tuple[str, ...]:
    """What is another between two offers, in words."""
    if before is None or after is None or before == after:
        return ()
    said = []
    if (before.version, before.build) != (after.version, after.build):
        said.append(f"the build is now {after.build} of {after.version}")
    if dict(before.notes) != dict(after.notes):
        said.append("the text on what is new is another")
    if before.manner != after.manner:
        said.append(f"it is let out in another way: {after.manner}")
    return tuple(said)
