"""The rows of submissions and rollouts in the table of routes.

Only a person gives a version to more users; stopping every store is a safety action, which a program may take too.
"""

from bot.api.v1 import submissions
from bot.api.v1.release_bodies import ReasonOrder
from bot.api.v1.release_shapes import ReleaseShape
from bot.api.v1.route import Route, acts, lists, shows
from bot.api.v1.submission_shapes import (
    BuildChoice,
    ConsequencesShape,
    FinishOrder,
    InstructOrder,
    NotesOrder,
    ReviewChoice,
    StopOrder,
    SubmissionShape,
)
from orchestration.domain.tokens import Scope

_WRITE = Scope.RELEASE_WRITE
_ONE = "/releases/{id}"
_SUBMISSION = f"{_ONE}/submissions/{{submission}}"

ROWS: tuple[Route, ...] = (
    lists(f"{_ONE}/submissions", submissions.list_submissions, SubmissionShape),
    shows(_SUBMISSION, submissions.read_submission, SubmissionShape, tagged=True),
    acts(
        f"{_SUBMISSION}/notes",
        submissions.describe_submission,
        SubmissionShape,
        scope=_WRITE,
        body=NotesOrder,
    ),
    acts(
        f"{_SUBMISSION}/build",
        submissions.choose_submission_build,
        SubmissionShape,
        scope=_WRITE,
        body=BuildChoice,
    ),
    acts(
        f"{_SUBMISSION}/review",
        submissions.choose_review,
        SubmissionShape,
        scope=_WRITE,
        body=ReviewChoice,
    ),
    acts(f"{_SUBMISSION}/resubmit", submissions.resubmit, ReleaseShape, scope=_WRITE),
    acts(
        f"{_SUBMISSION}/preview",
        submissions.preview_instruction,
        ConsequencesShape,
        scope=Scope.READ,
        body=InstructOrder,
        tagged=False,
        matched=False,
    ),
    acts(
        f"{_SUBMISSION}/tell",
        submissions.tell_store,
        SubmissionShape,
        scope=_WRITE,
        body=InstructOrder,
        people=True,
    ),
    acts(
        f"{_SUBMISSION}/overrule",
        submissions.overrule_health,
        SubmissionShape,
        scope=_WRITE,
        body=ReasonOrder,
        people=True,
    ),
    acts(f"{_ONE}/halt", submissions.halt_release, ReleaseShape, scope=_WRITE, body=StopOrder),
    acts(f"{_ONE}/finish", submissions.finish_release, ReleaseShape, scope=_WRITE, body=FinishOrder),
)
