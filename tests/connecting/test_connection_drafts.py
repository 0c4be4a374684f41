"""Drafts: whose they are, how long they live, what their links need, and that their seals fit nowhere else."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from bot.accounts.drafting import LIFE, TRIES, NoLink
from integrations.vault import VaultError
from orchestration.domain.errors import NotNow
from orchestration.domain.people import Actor
from orchestration.store.drafts import StaleDraft
from orchestration.store.store import Store
from tests.connecting.draft_rig import ANN, VAULT, draft_book, new_draft
from tests.support.databases import START
from tests.support.library import CANARY, ShelfSecrets

BO = Actor(id="U0BO")
SECRETS = ShelfSecrets(token=SecretStr(CANARY))


async def test_a_link_is_opened_bound_and_used(store: Store) -> None:
    """Opened twice by the same browser it is the same; when the secrets are sealed it is gone."""
    drafts = draft_book(store)
    draft, token = await drafts.mint(await drafts.keep(new_draft(), None, now=START), now=START)
    first = await drafts.open(token, None, now=START)
    again = await drafts.open(token, first.browser, now=START)
    assert (again.browser, again.csrf) == (first.browser, first.csrf)
    trying = await drafts.begin_try(token, first.browser, first.csrf, now=START)
    sealed = await drafts.seal(trying, SECRETS, now=START)
    assert drafts.secrets_of(sealed) == SECRETS
    with pytest.raises(NoLink):
        await drafts.open(token, first.browser, now=START)
    assert (await drafts.mine("T0001", draft.id, ANN, now=START)).secrets is not None
    assert CANARY not in repr(sealed)
    assert token not in repr(sealed)


@pytest.mark.parametrize("why", ["unknown", "over", "foreign", "no cookie", "voided", "tried out"])
async def test_a_link_that_can_not_be_used_is_refused_alike(store: Store, why: str) -> None:
    """Whatever the reason: the same refusal, when it is looked at and when something is sent."""
    drafts, now = draft_book(store), START
    draft, token = await drafts.mint(await drafts.keep(new_draft(), None, now=now), now=now)
    opened = await drafts.open(token, None, now=now)
    browser: str | None = opened.browser
    match why:
        case "unknown":
            token = "x" * 43
        case "over":
            now += LIFE
        case "foreign":
            browser = "somebody else's"
        case "no cookie":
            browser = None
        case "voided":
            await drafts.mint(await drafts.mine("T0001", draft.id, ANN, now=now), now=now)
        case _:
            for _ in range(TRIES):
                await drafts.begin_try(token, browser, opened.csrf, now=now)
    with pytest.raises(NoLink):
        await drafts.open(token, browser, now=now)
    with pytest.raises(NoLink):
        await drafts.begin_try(token, browser, opened.csrf, now=now)


async def test_two_browsers_at_once_are_one(store: Store) -> None:
    """The link is bound by the first of those who open it together."""
    drafts = draft_book(store)
    _, token = await drafts.mint(await drafts.keep(new_draft(), None, now=START), now=START)
    opened = await asyncio.gather(
        *(drafts.open(token, None, now=START) for _ in range(5)), return_exceptions=True
    )
    assert sum(isinstance(each, NoLink) for each in opened) == 4


async def test_a_form_that_was_not_opened_is_not_taken(store: Store) -> None:
    """Nothing can be sent to a link that no browser has opened."""
    drafts = draft_book(store)
    _, token = await drafts.mint(await drafts.keep(new_draft(), None, now=START), now=START)
    with pytest.raises(NoLink):
        await drafts.begin_try(token, "made up", "0" * 64, now=START)


async def test_a_form_of_another_page_is_not_taken(store: Store) -> None:
    """Another site can send a form with her cookie, and not the word that our page has in it; it costs her no try."""
    drafts = draft_book(store)
    _, token = await drafts.mint(await drafts.keep(new_draft(), None, now=START), now=START)
    opened = await drafts.open(token, None, now=START)
    for csrf in ("", "0" * 64, opened.csrf[:-1], opened.csrf.upper(), "\u00e9" * 64):
        with pytest.raises(NoLink):
            await drafts.begin_try(token, opened.browser, csrf, now=START)
    assert (await drafts.begin_try(token, opened.browser, opened.csrf, now=START)).tries == 1


async def test_only_the_one_who_began_goes_on(store: Store) -> None:
    """Neither another person, nor another workspace, nor she herself when it is over."""
    drafts = draft_book(store)
    await drafts.keep(new_draft(), None, now=START)
    await drafts.mine("T0001", "D1", ANN, now=START + LIFE - timedelta(seconds=1))
    for tenant, actor, now in (("T0001", BO, START), ("T0002", ANN, START), ("T0001", ANN, START + LIFE)):
        with pytest.raises(NotNow):
            await drafts.mine(tenant, "D1", actor, now=now)


async def test_a_seal_fits_no_other_place(store: Store) -> None:
    """Copied into another draft, or into a connection of that name, it does not open."""
    drafts = draft_book(store)
    sealed = await drafts.keep(new_draft(), SECRETS, now=START)
    with pytest.raises(VaultError):
        drafts.secrets_of(replace(sealed, id="D2"))
    with pytest.raises(VaultError):
        drafts.secrets_of(replace(sealed, tenant_id="T0002"))
    with pytest.raises(VaultError):
        VAULT.open("T0001", "box", sealed.key_id or "", sealed.secrets or b"")


async def test_a_draft_is_used_up_once(store: Store) -> None:
    """Of two who finish it together one succeeds; the other finds it changed."""
    drafts = draft_book(store)
    draft = await drafts.keep(new_draft(), SECRETS, now=START)

    async def use() -> None:
        async with store.work() as work:
            await work.drafts.take(draft)
            await work.commit()

    done = await asyncio.gather(use(), use(), return_exceptions=True)
    assert sorted(type(each).__name__ for each in done) == ["NoneType", "StaleDraft"]
    with pytest.raises(NotNow):
        await drafts.change(draft, name="Too late")
    async with store.work() as work:
        with pytest.raises(StaleDraft):
            await work.drafts.save(draft)
        await work.drafts.remove("T0001", draft.id)


async def test_a_new_link_drops_what_was_sealed(store: Store) -> None:
    """Who asks for new secrets does not go on with the old ones."""
    drafts = draft_book(store)
    minted, _ = await drafts.mint(await drafts.keep(new_draft(), SECRETS, now=START), now=START)
    assert drafts.secrets_of(minted) is None
