"""Bitbucket's webhooks: only what is signed with our secret is believed, and it is only a hint to look again."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from integrations.bitbucket import BitbucketSecrets, BitbucketSettings
from integrations.bitbucket.callback import receive
from integrations.bitbucket.hooks import signed
from integrations.registry import Callback
from orchestration.ports.errors import Refused
from sandbox.bitbucket.webhooks import Hook
from tests.integrations.bitbucket.bitbucket_rig import bitbucket_rig, secrets

SECRET = "It's a Secret to Everybody"
SETTINGS = BitbucketSettings(workspace="acme", repository="app")
UUID = "{00000000-0000-4000-8000-000000000001}"
DELIVERY = "13792a34-cac6-4fda-95a8-c58e00a3954e"
OWN = "https://bitbucket.org/acme/app/addon/pipelines/home#!/results/3"


def _signature(body: bytes, secret: str = SECRET) -> str:
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def _heard(event: str, body: bytes, secret: str | None = SECRET, **changes: str) -> Callback | None:
    headers = {
        "X-Event-Key": event,
        "X-Request-UUID": DELIVERY,
        "X-Hub-Signature": _signature(body),
        **changes,
    }
    more = {} if secret is None else {"webhook_secret": secret}
    return receive(SETTINGS, secrets("t", **more), headers, body)


def _status(repository: str = "acme/app", **changes: Any) -> bytes:
    status = {"key": "ours", "url": "https://ci.example.com/7", "name": "Build b-1", "state": "SUCCESSFUL"}
    return json.dumps(
        {"commit_status": {**status, **changes}, "repository": {"full_name": repository}}
    ).encode()


def _span(name: str = "bbc.pipeline_run", **attributes: str) -> bytes:
    told = {"pipeline_run.uuid": UUID, "pipeline.repository.full_name": "acme/app", **attributes}
    rows = [{"key": key, "value": {"stringValue": text}} for key, text in told.items()]
    rows.append({"key": "pipeline_run.run_number", "value": {"intValue": "3"}})
    return json.dumps(
        {"resourceSpans": [{"scopeSpans": [{"spans": [{"name": name, "attributes": rows}]}]}]}
    ).encode()


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        _signature(b"{}")[:-1],
        _signature(b"{} "),
        _signature(b"{}", "other"),
        _signature(b"{}").upper(),
        _signature(b"{}").replace("sha256", "sha1"),
        "sha256=é",
    ],
)
def test_only_the_whole_signature_is_trusted(header: str | None) -> None:
    """A missing, shortened or other one is not ours, and neither is that of another body."""
    assert signed(secret=SECRET, body=b"{}", header=_signature(b"{}"))
    assert not signed(secret=SECRET, body=b"{}", header=header)


@pytest.mark.parametrize("secret", [None, "another secret"])
def test_without_our_secret_nobody_is_trusted(secret: str | None) -> None:
    """No secret signs nothing: whoever knows the address could send what he likes."""
    assert not signed(secret="", body=b"{}", header=_signature(b"{}", ""))
    with pytest.raises(Refused):
        _heard("pipeline:span_created", _span(), secret)


def test_the_end_of_a_run_is_told_by_its_uuid() -> None:
    """Header names in any case; the UUID with its braces is what a run is known by."""
    assert _heard("pipeline:span_created", _span()) == Callback(delivery=DELIVERY, run_id=UUID)
    body = _span()
    headers = {
        "x-event-key": "pipeline:span_created",
        "x-request-uuid": f"{{{DELIVERY}}}",
        "x-hub-signature": _signature(body),
    }
    assert receive(SETTINGS, secrets("t", webhook_secret=SECRET), headers, body) is not None


def test_the_name_of_a_repository_that_a_span_leaves_out_is_no_obstacle() -> None:
    """The webhook is one repository's; the UUID is looked up in any case."""
    assert _heard("pipeline:span_created", _span(**{"pipeline.repository.full_name": ""})) is not None


@pytest.mark.parametrize("event", ["repo:commit_status_created", "repo:commit_status_updated"])
def test_a_build_status_tells_by_its_texts(event: str) -> None:
    """One that a pipeline's script sets with our id in its key, name or description is heard."""
    news = _heard(event, _status(description="for Android"))
    assert news is not None
    assert news.texts == ("ours", "Build b-1", "for Android", "https://ci.example.com/7")


@pytest.mark.parametrize(
    ("event", "body"),
    [
        ("repo:push", b"{}"),
        ("pullrequest:created", b"{}"),
        ("", b"{}"),
        ("repo:commit_status_updated", _status(url=OWN)),
        ("repo:commit_status_updated", _status(url="https://bitbucket.org/acme/app/pipelines/results/3")),
        ("repo:commit_status_updated", _status(repository="acme/other")),
        ("pipeline:span_created", _span(name="bbc.pipeline_step")),
        ("pipeline:span_created", _span(**{"pipeline_run.uuid": "3"})),
        ("pipeline:span_created", _span(**{"pipeline.repository.full_name": "acme/other"})),
        ("pipeline:span_created", b'{"resourceSpans": []}'),
    ],
)
def test_what_says_nothing_of_a_run_of_ours_is_left_aside(event: str, body: bytes) -> None:
    """Other events, other repositories, spans of steps, and statuses that only tell a pipeline's number."""
    assert _heard(event, body) is None


@pytest.mark.parametrize(
    ("event", "body"),
    [
        ("pipeline:span_created", b""),
        ("pipeline:span_created", b"{"),
        ("pipeline:span_created", b"{}"),
        ("pipeline:span_created", b"[]"),
        ("repo:commit_status_updated", b"{}"),
        ("repo:commit_status_updated", b'{"commit_status": {"key": 1}, "repository": {}}'),
    ],
)
def test_a_malformed_event_is_refused(event: str, body: bytes) -> None:
    """It is an error of the caller, not of ours."""
    with pytest.raises(Refused):
        _heard(event, body)


@pytest.mark.parametrize("delivery", ["", "a b", "x" * 65])
def test_a_delivery_without_a_good_id_is_refused(delivery: str) -> None:
    """It could not be told from its repeat."""
    with pytest.raises(Refused):
        _heard("pipeline:span_created", _span(), **{"X-Request-UUID": delivery})


def test_a_short_secret_is_refused() -> None:
    """It could be guessed."""
    with pytest.raises(ValueError, match="webhook_secret"):
        BitbucketSecrets.model_validate({"token": "t", "webhook_secret": "short"})


async def test_what_the_simulated_bitbucket_sends_is_understood(tmp_path: Path) -> None:
    """The end of a pipeline is told once by its UUID, and once more, with the same id, when it is sent again."""
    heard: list[tuple[Mapping[str, str], bytes]] = []

    async def hear(request: web.Request) -> web.Response:
        heard.append((dict(request.headers), await request.read()))
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", hear)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with bitbucket_rig(tmp_path) as rig:
            address = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
            rig.simulator.webhooks.hooks.append(Hook(url=address, secret=SECRET))
            started = await rig.cicd.trigger_planned_release(rig.request())
            rig.order(started.id, "pass")
            rig.simulator.webhooks.redeliver(len(rig.simulator.webhooks.deliveries) - 1)
            await rig.simulator.webhooks.idle()
    finally:
        await runner.cleanup()
    ours = secrets("t", webhook_secret=SECRET)
    news = [each for headers, body in heard if (each := receive(SETTINGS, ours, headers, body))]
    assert len(heard) == 4
    assert [each.run_id for each in news] == [started.id, started.id]
    assert len({each.delivery for each in news}) == 1
