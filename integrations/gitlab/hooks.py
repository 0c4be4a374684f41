"""GitLab's webhooks: the secret token or the signature, and what a pipeline event says. Pure, no I/O.

Source: docs.gitlab.com/user/project/integrations/webhooks and .../webhook_events#pipeline-events.
"""

import base64
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
SIGNING = "whsec_"
SIGNED = ("webhook-id", "webhook-timestamp")
LEAST_KEY = 24
"""Bytes of a key; GitLab makes them of 32."""


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


def signed(*, secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether one of the signatures is right for the id, the time and the raw body; `headers` are in lower case.

    The newer form (Standard Webhooks): the secret is a signing token, of which the part behind its mark is the key in
    base64. A delivery that is sent again is known by its id, which is signed.
    """
    if not secret.startswith(SIGNING):
        return False
    try:
        key = base64.b64decode(secret.removeprefix(SIGNING), validate=True)
    except ValueError:
        return False
    if len(key) < LEAST_KEY:
        return False
    parts = [headers.get(name, "").encode(errors="surrogateescape") for name in SIGNED]
    digest = base64.b64encode(hmac.digest(key, b".".join((*parts, body)), "sha256"))
    given = headers.get("webhook-signature", "").encode(errors="surrogateescape").split(b" ")
    return all(parts) and any(hmac.compare_digest(b"v1," + digest, each) for each in given)


def pipeline_event(*, headers: Mapping[str, str], body: bytes) -> PipelineEvent | None:
    """What a delivery says of a pipeline; None for other events. Refused where it is malformed.

    `Idempotency-Key` stays the same over GitLab's retries, and is the `webhook-id` that is signed; servers before 17.4
    have only the event's own id. Call `trusted` or `signed` first.
    """
    named = {name.lower(): text for name, text in headers.items()}
    if named.get("x-gitlab-event") != EVENT:
        return None
    ids = ("webhook-id", "idempotency-key", "x-gitlab-event-uuid")
    delivery = next((named[name] for name in ids if named.get(name)), "")
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
