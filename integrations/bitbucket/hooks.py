"""Bitbucket's webhooks: the signature, and what an event says of a pipeline or a build. Pure, no I/O.

`pipeline:span_created` tells of a whole run by a span of OpenTelemetry that carries the pipeline's UUID.
`repo:commit_status_created` and `..._updated` tell of builds of any kind; of those that a pipeline sets by itself they
tell the number only, by which nothing can be found, so that these are left aside.
Source: support.atlassian.com/bitbucket-cloud/docs/manage-webhooks, .../event-payloads.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, ValidationError

from integrations import signatures
from integrations.bitbucket.runs import UUID
from orchestration.ports.errors import Refused

WORD = "sha256"
DELIVERY = re.compile(r"\{?([A-Za-z0-9-]{1,64})\}?")
BUILDS = frozenset({"repo:commit_status_created", "repo:commit_status_updated"})
SPANS = "pipeline:span_created"
RUN_SPAN = "bbc.pipeline_run"
OWN = re.compile(r"/pipelines/.*results/\d+$")
"""The address that Pipelines gives a build status of its own, of before and of today."""


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """What an event says. `repository` is its full name, `texts` those in which our id may stand."""

    delivery: str
    repository: str
    run_id: str
    texts: tuple[str, ...] = ()


class _Repository(BaseModel):
    full_name: str


class _Status(BaseModel):
    key: str
    url: str = ""
    name: str | None = None
    description: str | None = None


class _Build(BaseModel):
    commit_status: _Status
    repository: _Repository


class _Value(BaseModel):
    text: str | None = Field(default=None, alias="stringValue")


class _Attribute(BaseModel):
    key: str
    value: _Value = _Value()


class _Span(BaseModel):
    name: str
    attributes: tuple[_Attribute, ...] = ()


class _Scope(BaseModel):
    spans: tuple[_Span, ...] = ()


class _Resource(BaseModel):
    scopes: tuple[_Scope, ...] = Field(default=(), alias="scopeSpans")


class _Trace(BaseModel):
    resources: tuple[_Resource, ...] = Field(alias="resourceSpans")


def signed(*, secret: str, body: bytes, header: str | None) -> bool:
    """Whether `X-Hub-Signature` is right for the raw body; a missing or malformed one is not."""
    return signatures.signed(word=WORD, secret=secret, body=body, header=header)


def news_of(*, headers: Mapping[str, str], body: bytes) -> News | None:
    """What a delivery says; None for other events. Refused where it is malformed. Call `signed` first.

    `X-Request-UUID` names the delivery.
    """
    named = {name.lower(): text for name, text in headers.items()}
    event = named.get("x-event-key", "")
    if event != SPANS and event not in BUILDS:
        return None
    delivery = DELIVERY.fullmatch(named.get("x-request-uuid", ""))
    if delivery is None:
        raise Refused("The delivery has no id")
    try:
        return _run(body, delivery[1]) if event == SPANS else _build(body, delivery[1])
    except ValidationError as error:
        raise Refused(f"The body is not a {event} event") from error


def _build(body: bytes, delivery: str) -> News | None:
    payload = _Build.model_validate_json(body)
    status = payload.commit_status
    address = urlsplit(status.url)
    if OWN.search(f"{address.path}{address.fragment}"):
        return None
    texts = (status.key, status.name, status.description, status.url)
    return News(
        delivery=delivery,
        repository=payload.repository.full_name,
        run_id=status.key,
        texts=tuple(text for text in texts if text),
    )


def _run(body: bytes, delivery: str) -> News | None:
    """Spans of steps and containers come too, and say nothing of the whole."""
    for resource in _Trace.model_validate_json(body).resources:
        for scope in resource.scopes:
            for span in scope.spans:
                told = {each.key: each.value.text or "" for each in span.attributes}
                uuid = told.get("pipeline_run.uuid", told.get("pipeline.uuid", ""))
                if span.name == RUN_SPAN and UUID.fullmatch(uuid):
                    repository = told.get("pipeline.repository.full_name", "")
                    return News(delivery=delivery, repository=repository, run_id=uuid)
    return None
