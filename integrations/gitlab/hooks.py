"""GitLab's webhooks: the secret token, and what a pipeline event says. Pure, no I/O.

Source: docs.gitlab.com/user/project/integrations/webhooks and .../webhook_events#pipeline-events.
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError

from integrations.gitlab.runs import state_of
from integrations.gitlab.wire import VariableRow
from orchestration.ports.cicd import RunState
from orchestration.ports.errors import Refused

DELIVERY = re.compile(r"[A-Za-z0-9-]{1,64}")
EVENT = "Pipeline Hook"


@dataclass(frozen=True, kw_only=True, slots=True)
class PipelineEvent:
    """News of a pipeline. `texts` are its name and variables, among which our correlation id stands.

    `delivery` is the same when GitLab sends the event again.
    """

    delivery: str
    project: str
    run_id: str
    state: RunState
    texts: tuple[str, ...] = ()


class _Attributes(BaseModel):
    id: int
    status: str
    name: str | None = None
    variables: list[VariableRow] = []


class _Project(BaseModel):
    path_with_namespace: str


class _Payload(BaseModel):
    object_attributes: _Attributes
    project: _Project


def trusted(*, secret: str, header: str | None) -> bool:
    """Whether `X-Gitlab-Token` is our secret, compared in constant time. An empty secret trusts nobody.

    GitLab sends the secret itself and signs nothing, so it is only as safe as the connection.
    """
    # A header may hold bytes that are no text; they come as surrogates.
    given = (header or "").encode(errors="surrogateescape")
    return bool(secret) and hmac.compare_digest(secret.encode(), given)


def pipeline_event(*, headers: Mapping[str, str], body: bytes) -> PipelineEvent | None:
    """What a delivery says of a pipeline; None for other events. Refused where it is malformed.

    `Idempotency-Key` stays the same over GitLab's retries; servers before 17.4 have only the event's own id.
    Call `trusted` first.
    """
    named = {name.lower(): text for name, text in headers.items()}
    if named.get("x-gitlab-event") != EVENT:
        return None
    delivery = named.get("idempotency-key") or named.get("x-gitlab-event-uuid", "")
    if DELIVERY.fullmatch(delivery) is None:
        raise Refused("The delivery has no id")
    try:
        payload = _Payload.model_validate_json(body)
    except ValidationError as error:
        raise Refused("The body is not a pipeline event") from error
    row = payload.object_attributes
    texts = (row.name, *(variable.value for variable in row.variables))
    return PipelineEvent(
        delivery=delivery,
        project=payload.project.path_with_namespace,
        run_id=str(row.id),
        state=state_of(row.status),
        texts=tuple(text for text in texts if text),
    )
