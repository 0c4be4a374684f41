"""GitHub's webhooks: the signature, and what a `workflow_run` event says. Pure, no I/O.

Source: docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries and
docs.github.com/en/webhooks/webhook-events-and-payloads#workflow_run.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

from pydantic import BaseModel, ValidationError

from integrations import signatures
from integrations.github.runs import run_of
from integrations.github.wire import RunRow
from orchestration.ports.cicd import RunState
from orchestration.ports.errors import Refused

WORD = "sha256"
FORM = "application/x-www-form-urlencoded"
DELIVERY = re.compile(r"[A-Za-z0-9-]{1,64}")


@dataclass(frozen=True, kw_only=True, slots=True)
class RunEvent:
    """News of a run. `title` is its name as people see it; it carries our correlation id where the workflow
    shows it. `delivery` is the same when GitHub sends the event again.
    """

    delivery: str
    repository: str
    run_id: str
    state: RunState
    title: str
    commit: str
    url: str
    detail: str | None = None


class _Repository(BaseModel):
    full_name: str


class _Payload(BaseModel):
    workflow_run: RunRow
    repository: _Repository


def signed(*, secret: str, body: bytes, header: str | None) -> bool:
    """Whether `X-Hub-Signature-256` is right for the raw body; a missing or malformed one is not."""
    return signatures.signed(word=WORD, secret=secret, body=body, header=header)


def run_event(*, headers: Mapping[str, str], body: bytes) -> RunEvent | None:
    """What a delivery says of a run; None for other events (such as `ping`). Refused where it is malformed.

    GitHub sends JSON, or, where nothing else was chosen, a form whose field `payload` holds it. Call `signed` first.
    """
    named = {name.lower(): text for name, text in headers.items()}
    if named.get("x-github-event") != "workflow_run":
        return None
    delivery = named.get("x-github-delivery", "")
    if DELIVERY.fullmatch(delivery) is None:
        raise Refused("The delivery has no id")
    if named.get("content-type", "").lower().startswith(FORM):
        body = parse_qs(body.decode(errors="replace")).get("payload", [""])[0].encode()
    try:
        payload = _Payload.model_validate_json(body)
    except ValidationError as error:
        raise Refused("The body is not a workflow_run event") from error
    row = payload.workflow_run
    run = run_of(row)
    return RunEvent(
        delivery=delivery,
        repository=payload.repository.full_name,
        run_id=run.id,
        state=run.state,
        title=row.display_title,
        commit=row.head_sha,
        url=run.url,
        detail=run.detail,
    )
