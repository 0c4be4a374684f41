"""GitLab's webhooks: only what carries our token is believed, and it is only a hint to look again."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from integrations.gitlab.callback import receive
from integrations.gitlab.hooks import pipeline_event, trusted
from integrations.gitlab.settings import GitlabSecrets, GitlabSettings
from orchestration.ports.cicd import RunState
from orchestration.ports.errors import Refused
from sandbox.gitlab.webhooks import Hook
from tests.integrations.gitlab.gitlab_rig import gitlab_rig

SECRET = "It's a Secret to Everybody"
SETTINGS = GitlabSettings(project="acme/mobile/app")
HEADERS = {
    "X-Gitlab-Event": "Pipeline Hook",
    "X-Gitlab-Token": SECRET,
    "X-Gitlab-Event-UUID": "13792a34-cac6-4fda-95a8-c58e00a3954e",
}


def _secrets(secret: str | None = SECRET) -> GitlabSecrets:
    return GitlabSecrets.model_validate({"token": "t", "webhook_secret": secret})


def _body(**changes: Any) -> bytes:
    payload = {
        "object_kind": "pipeline",
        "object_attributes": {
            "id": 31,
            "iid": 3,
            "name": "Build 1.2.0",
            "status": "success",
            "variables": [{"key": "STATIONMASTER_CORRELATION_ID", "value": "b-1"}],
        },
        "project": {"id": 1, "path_with_namespace": "acme/mobile/app"},
        **changes,
    }
    return json.dumps(payload).encode()


@pytest.mark.parametrize("header", [None, "", SECRET[:-1], f"{SECRET} ", SECRET.upper(), "é", "\udce9"])
def test_only_the_whole_token_is_trusted(header: str | None) -> None:
    """A missing, shortened or changed token is not ours."""
    assert trusted(secret=SECRET, header=SECRET)
    assert not trusted(secret=SECRET, header=header)


SIGNING_TOKEN = "whsec_" + base64.b64encode(bytes(range(32))).decode()
SIGNED = Hook(url="", signing_token=SIGNING_TOKEN).signed("delivery-1", 1_790_000_000, _body())
EVENT = {"X-Gitlab-Event": "Pipeline Hook", "Idempotency-Key": "delivery-1"}


def test_a_signed_delivery_is_believed() -> None:
    """GitLab's newer form sends nothing secret; of several signatures, as while a token changes, one must be right."""
    news = receive(SETTINGS, _secrets(SIGNING_TOKEN), {**EVENT, **SIGNED}, _body())
    assert news is not None
    assert (news.run_id, news.delivery) == ("31", "delivery-1")
    several = {**SIGNED, "webhook-signature": f"v1,AAAA v2,x {SIGNED['webhook-signature']}"}
    assert receive(SETTINGS, _secrets(SIGNING_TOKEN), {**EVENT, **several}, _body()) == news


def test_a_repeat_of_a_signed_delivery_is_known_by_what_was_signed() -> None:
    """`Idempotency-Key` is not signed: whoever sends a delivery again could change it."""
    headers = {**EVENT, **SIGNED, "Idempotency-Key": "another"}
    news = receive(SETTINGS, _secrets(SIGNING_TOKEN), headers, _body())
    assert news is not None
    assert news.delivery == "delivery-1"


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-signature": ""},
        {"webhook-signature": "v1,"},
        {"webhook-signature": SIGNED["webhook-signature"].removeprefix("v1,")},
        {"webhook-signature": SIGNED["webhook-signature"].swapcase()},
        {"webhook-signature": "v1,\udce9"},
        {"webhook-id": "delivery-2"},
        {"webhook-id": ""},
        {"webhook-timestamp": "1790000001"},
    ],
)
def test_a_wrong_signature_is_refused(change: dict[str, str]) -> None:
    """Id, time and body are signed: none of them can be changed, and no form of nothing is a signature."""
    with pytest.raises(Refused):
        receive(SETTINGS, _secrets(SIGNING_TOKEN), {**EVENT, **SIGNED, **change}, _body())


def test_only_the_right_body_and_token_fit_a_signature() -> None:
    """Nor does the signature of a token that is no token, such as one that was cut while pasting."""
    other = "whsec_" + base64.b64encode(bytes(32)).decode()
    for secret, body in ((SIGNING_TOKEN, _body(project={})), (other, _body()), (None, _body())):
        with pytest.raises(Refused):
            receive(SETTINGS, _secrets(secret), {**EVENT, **SIGNED}, body)
    for broken in (SIGNING_TOKEN[:-3], "whsec_", "whsec_!", "plain"):
        empty = Hook(url="", signing_token="whsec_AA==").signed("delivery-1", 1, _body())
        with pytest.raises(Refused):
            receive(SETTINGS, _secrets(broken), {**EVENT, **empty}, _body())


@pytest.mark.parametrize("header", [None, "", "anything"])
def test_without_a_secret_nobody_is_trusted(header: str | None) -> None:
    """An empty secret would let in everybody who sends none."""
    assert not trusted(secret="", header=header)
    headers = {name: text for name, text in HEADERS.items() if name != "X-Gitlab-Token"}
    with pytest.raises(Refused):
        receive(SETTINGS, _secrets(None), headers, _body())


def test_an_event_names_the_pipeline_and_the_texts_that_may_hold_our_id() -> None:
    """Header names in any case; the pipeline's name and its variables are the texts."""
    news = receive(SETTINGS, _secrets(), {k.lower(): v for k, v in HEADERS.items()}, _body())
    assert news is not None
    assert (news.delivery, news.run_id) == (HEADERS["X-Gitlab-Event-UUID"], "31")
    assert news.texts == ("Build 1.2.0", "b-1")
    event = pipeline_event(headers=HEADERS, body=_body())
    assert event is not None
    assert event.state is RunState.SUCCEEDED


def test_a_repeated_delivery_is_known_by_its_key() -> None:
    """GitLab's retries carry the same Idempotency-Key, which wins over the event's id."""
    headers = {**HEADERS, "Idempotency-Key": "f5e57ab3-2f5b-4f2b-8e0a-000000000001"}
    news = receive(SETTINGS, _secrets(), headers, _body())
    assert news is not None
    assert news.delivery == headers["Idempotency-Key"]


def test_other_events_and_other_projects_are_not_ours() -> None:
    """One webhook address may hear of pushes and of a whole group."""
    assert receive(SETTINGS, _secrets(), {**HEADERS, "X-Gitlab-Event": "Push Hook"}, b"{}") is None
    other = _body(project={"id": 2, "path_with_namespace": "acme/other"})
    assert receive(SETTINGS, _secrets(), HEADERS, other) is None


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", _body(object_attributes={"id": "x"})])
def test_a_malformed_event_is_refused(body: bytes) -> None:
    """It is an error of the caller, not of ours."""
    with pytest.raises(Refused):
        receive(SETTINGS, _secrets(), HEADERS, body)


@pytest.mark.parametrize("delivery", ["", "a b", "x" * 65])
def test_a_delivery_without_a_good_id_is_refused(delivery: str) -> None:
    """It could not be told from its repeat."""
    with pytest.raises(Refused):
        receive(SETTINGS, _secrets(), {**HEADERS, "X-Gitlab-Event-UUID": delivery}, _body())


async def test_what_the_simulated_gitlab_sends_is_understood(tmp_path: Path) -> None:
    """Every change of a pipeline is told, with the token; a repeat keeps its key."""
    heard: list[tuple[dict[str, str], bytes]] = []

    async def hear(request: web.Request) -> web.Response:
        heard.append((dict(request.headers), await request.read()))
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", hear)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with gitlab_rig(tmp_path) as rig:
            address = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
            rig.simulator.webhooks.hooks.append(Hook(url=address, secret=SECRET))
            started = await rig.cicd.trigger_planned_release(rig.request())
            rig.hosted.book.steer(rig.hosted.book.pipelines[0], "pass", rig.clock.now)
            rig.simulator.webhooks.redeliver(0)
            await rig.simulator.webhooks.idle()
    finally:
        await runner.cleanup()
    news = [receive(SETTINGS, _secrets(), headers, body) for headers, body in heard]
    assert all(each is not None and each.run_id == started.id and "b-1" in each.texts for each in news)
    keys = [each.delivery for each in news if each]
    assert keys[0] == keys[-1]
    assert len(set(keys)) == len(keys) - 1
