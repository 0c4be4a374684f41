"""Whatever a body holds, the answer is a yes or a problem at its pointer: never a fault, and nothing half stored."""

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.configure import parse_configuration, written
from tests.rest.looked_for import LOOKED
from tests.rest.rest_rig import CANARY, CONFIG, CONNECT, TENANT, Rest

pytestmark = pytest.mark.slow
QUICKLY = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ODD_TEXT = st.text(max_size=6) | st.sampled_from(
    ["", " ", "\0", "\ud800", "../..", "a/b", "~", "1e999", "P1D", "x" * 300, "IOS-WEB", "twin", "PT0S"]
)
ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([1e308, -1e308, 10**30, 0, -1, 2**63, 0.1])
    | ODD_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ODD_TEXT, inner, max_size=3),
    max_leaves=5,
)
WHOLE = {**CONFIG, **LOOKED, "channels": {"builds": ["C1"]}, "gate": {"sign_offs": []}, "timing": {}}


def places(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document."""
    found = [place]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found += places(inner, (*place, key))
    return found


def spoiled(document: dict[str, Any], place: tuple[Any, ...], value: Any) -> Any:
    """The document with something else at a place."""
    if not place:
        return value
    whole = copy.deepcopy(document)
    inner: Any = whole
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return whole


def resolves(document: Any, pointer: str) -> bool:
    """Whether a pointer leads to something in the document, or to what is missing in something that is there."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        if isinstance(document, dict):
            if part not in document:
                return last
            document = document[part]
        elif isinstance(document, list) and part.isdigit() and int(part) < len(document):
            document = document[int(part)]
        else:
            return False
    return True


async def sound(rest: Rest) -> None:
    """Everything that is stored can be read, is what could be stored again, and the log is whole."""
    listed = await rest.ask("GET", "/release-configs?limit=100")
    assert listed.status == 200
    async with rest.store.look() as work:
        for configuration in await work.directory.configurations(TENANT):
            assert parse_configuration(written(configuration), TENANT).snapshot == configuration.snapshot
    await rest.told()


@given(place=st.sampled_from(places(WHOLE)), value=ODD)
@QUICKLY
async def test_odd_configurations(rest: Rest, place: tuple[Any, ...], value: Any) -> None:
    """Created as they are, or refused at places that exist."""
    if not await rest.store.integrations.list(TENANT):
        await rest.connected()
    body = spoiled(WHOLE, place, value)
    reply = await rest.ask("POST", "/release-configs", body)
    assert reply.status in {201, 400, 415, 422}, reply.text
    if reply.status == 422:
        assert reply.places
        assert all(resolves(body, pointer) for pointer in reply.places), (body, reply.places)
        assert all(reply.places.values())
    else:
        await sound(rest)
        if reply.status == 201:
            await rest.ask("DELETE", reply.headers["Location"])


@given(patch=st.dictionaries(st.sampled_from([*WHOLE, "stores", "test_plans", "x"]), ODD, max_size=3))
@QUICKLY
async def test_odd_patches(rest: Rest, patch: dict[str, Any]) -> None:
    """Taken as they are, or refused; refused ones leave the document to the letter."""
    if not await rest.store.integrations.list(TENANT):
        await rest.connected()
        await rest.configured(**LOOKED)
    before = await rest.ask("GET", "/release-configs/pixel")
    reply = await rest.ask("PATCH", "/release-configs/pixel", patch, If_Match="*")
    assert reply.status in {200, 400, 422}, reply.text
    after = await rest.ask("GET", "/release-configs/pixel")
    if reply.status == 200:
        assert after.body == reply.body
    else:
        assert (after.body, after.headers["ETag"]) == (before.body, before.headers["ETag"])
    await sound(rest)


@given(place=st.sampled_from(places(CONNECT)), value=ODD)
@QUICKLY
async def test_odd_connections(rest: Rest, place: tuple[Any, ...], value: Any) -> None:
    """Stored after a try, or refused before it; no secret comes back in any answer."""
    body = spoiled(CONNECT, place, value)
    reply = await rest.ask("POST", "/integrations", body)
    assert reply.status in {201, 400, 415, 422}, reply.text
    stored = await rest.store.integrations.list(TENANT)
    assert len(stored) == (reply.status == 201)
    if stored:
        await rest.ask("DELETE", f"/integrations/{stored[0].id}")


@given(patch=st.dictionaries(st.sampled_from(["name", "settings", "secrets", "x"]), ODD, max_size=3))
@QUICKLY
async def test_odd_patches_of_connections(rest: Rest, patch: dict[str, Any]) -> None:
    """Whole or not at all; the token that was there stays where the patch is refused."""
    if not await rest.store.integrations.list(TENANT):
        await rest.connected()
    before = await rest.ask("GET", "/integrations/twin")
    reply = await rest.ask("PATCH", "/integrations/twin", patch, If_Match="*")
    assert reply.status in {200, 400, 422}, reply.text
    after = await rest.ask("GET", "/integrations/twin")
    if reply.status != 200:
        assert (after.body, after.headers["ETag"]) == (before.body, before.headers["ETag"])


@given(body=ODD | st.fixed_dictionaries({"name": ODD, "scopes": ODD}, optional={"days": ODD}))
@QUICKLY
async def test_odd_orders_for_tokens(rest: Rest, body: Any) -> None:
    """A token or a refusal."""
    reply = await rest.ask("POST", "/tokens", body)
    assert reply.status in {201, 400, 415, 422}, reply.text


@given(query=st.dictionaries(st.sampled_from(["limit", "cursor", "words", "x"]), ODD_TEXT, max_size=3))
@QUICKLY
@pytest.mark.parametrize(
    "path", ["/release-configs", "/integrations", "/tokens", "/integrations/twin/choices/projects"]
)
async def test_odd_queries(rest: Rest, path: str, query: dict[str, str]) -> None:
    """A page or a refusal."""
    if not await rest.store.integrations.list(TENANT):
        await rest.connected()
    words = "&".join(f"{key}={_quoted(value)}" for key, value in query.items())
    reply = await rest.ask("GET", f"{path}?{words}")
    assert reply.status in {200, 400}, reply.text


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode("utf-8", errors="surrogatepass"))


def test_a_canary_is_in_the_secrets_that_are_sent() -> None:
    """The rig searches every answer for it, so it must be there to be found."""
    assert CANARY in str(CONNECT["secrets"])
