"""The last chapter of the demo: from the store builds to everybody, on both stores."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from bot.demo.story import Message, Story

STORES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"IOS-APP_STORE": ("App Store", "ios"), "ANDROID-PLAY_STORE": ("Play Store", "android")}
)
"""How a store is called on its card, and how its platform is typed, by pair."""


async def play_stores(story: Story) -> None:
    """Submit to each store that the world has, follow its review, let it out in steps, up to everybody.

    In a world without stores a person says that it is out.
    """
    shops = {shop["pair"]: shop for shop in story.stores()}
    if not shops:
        words = "/release rollout finish Out in both stores"
        story.says("Ann", words)
        await story.ann.types(words, channel="releases")
    for pair in shops:
        await _submits(story, pair)
    if "IOS-APP_STORE" in shops:
        await _apple(story, shops["IOS-APP_STORE"])
    if "ANDROID-PLAY_STORE" in shops:
        await _google(story, shops["ANDROID-PLAY_STORE"])
    card = await story.tell_until("the end", lambda: story.card_with("Completed"))
    story.show(card, "The living card: everybody has it", "cyan", highlight=True)


async def _submits(story: Story, pair: str) -> None:
    """Ann sees what would be sent, with its texts and what follows, and says yes."""
    title, platform = STORES[pair]
    words = f"/release rollout submit {platform}"
    story.says("Ann", words)
    await story.tell_until(f"the question about {platform}", lambda: _gate_of(story, title))
    await story.ann.types(words, channel="releases")
    question = await story.until("the question", lambda: _shown_to(story, "Approve the submission", title))
    story.show(question, f"What goes to the store ({platform})", "green")
    story.says("Ann", "presses Approve Submission and confirms")
    await story.ann.clicks(question, "gate.approve", confirm=True)
    await story.tell_until("the submission", lambda: store_card(story, pair, "review"))


async def _apple(story: Story, shop: dict[str, Any]) -> None:
    story.says("Apple", "begins the review, and approves it")
    await story.order(shop, "offers", {"number": story.version, "order": "begin"})
    await story.tell_until("the review", lambda: store_card(story, shop["pair"], "In review"))
    await story.order(shop, "offers", {"number": story.version, "order": "approve"})
    card = await story.tell_until("day 1", lambda: store_card(story, shop["pair"], "day 1 of 7"))
    story.show(card, "The App Store's card in the thread", "magenta")
    await _presses(story, shop["pair"], "store.tell.pause", "presses Pause and confirms")
    await story.tell_until("the pause", lambda: store_card(story, shop["pair"], "Paused"))
    await _presses(story, shop["pair"], "store.tell.resume", "presses Resume and confirms")
    await story.tell_until("the rollout", lambda: store_card(story, shop["pair"], "Live, day 1"))
    await story.order(shop, "offers", {"number": story.version, "order": "day"})
    await story.tell_until("day 2", lambda: store_card(story, shop["pair"], "day 2 of 7"))
    await _presses(story, shop["pair"], "store.tell.complete", "presses Offer to Everybody and confirms")
    await story.tell_until("everybody", lambda: store_card(story, shop["pair"], "Complete"))


async def _google(story: Story, shop: dict[str, Any]) -> None:
    story.says("Google", "approves the release")
    held = await story.held_by_stores()
    number = next(store for store in held if store["pair"] == shop["pair"])["offers"][0]["number"]
    await story.order(shop, "offers", {"number": number, "order": "approve"})
    await story.tell_until("5 %", lambda: store_card(story, shop["pair"], "5 %"))
    story.says("Ann", "/release rollout step 20 android")
    await story.ann.types("/release rollout step 20 android", channel="releases")
    await story.tell_until("20 %", lambda: store_card(story, shop["pair"], "20 %"))
    story.says("Ann", "/release halt Crash on start")
    await story.ann.types("/release halt Crash on start", channel="releases")
    card = await story.tell_until("the halt", lambda: store_card(story, shop["pair"], "Halted"))
    story.show(card, "The Play Store's card: halted, and what can be done", "magenta")
    await _presses(story, shop["pair"], "store.tell.resume", "presses Resume: it was a false alarm")
    await _crashes(story, shop["pair"], number)
    await _presses(story, shop["pair"], "store.tell.complete", "presses Offer to Everybody and confirms")
    await story.tell_until("everybody", lambda: store_card(story, shop["pair"], "Complete"))


async def _crashes(story: Story, pair: str, number: str) -> None:
    """The version crashes for some of its users: the rule stops the store, and Ann goes on knowing why."""
    if not story.gauges():
        return
    await story.tell_until("the rollout", lambda: store_card(story, pair, "", button="store.tell.halt"))
    story.says("Users", "use the new version 1000 times; it crashes 30 times")
    used = {"version": story.version, "build": number, "sessions": 1000, "crashed": 30}
    await story.order(story.gauges()[0], "sessions", used)
    card = await story.tell_until(
        "the stop by rule", lambda: store_card(story, pair, "Not healthy", button="store.tell.resume")
    )
    story.show(card, "The Play Store's card: stopped by the rule of its health", "magenta", highlight=True)
    words = "/release health overrule A known crash of one phone"
    story.says("Ann", words)
    await story.ann.types(words, channel="releases")
    await story.tell_until("the overruling", lambda: _told_to(story, "is overruled"))
    await _presses(story, pair, "store.tell.resume", "presses Resume, knowing the figures")


async def _presses(story: Story, pair: str, button: str, words: str) -> None:
    card = await story.tell_until(f"the button {button}", lambda: store_card(story, pair, "", button=button))
    story.says("Ann", words)
    await story.ann.clicks(card, button, confirm=True)


async def store_card(story: Story, pair: str, words: str, *, button: str = "") -> Message | None:
    """The store's card in the thread, once it says `words` and has the button."""
    title, _platform = STORES[pair]
    found = [m for m in await story.thread() if story.key(m).startswith("store:") and title in m["words"]]
    shown = [m for m in found[-1:] if words in m["words"] and button in str(m.get("blocks", []))]
    return shown[0] if shown else None


async def _gate_of(story: Story, title: str) -> Message | None:
    """The question about a store in the channel, once it can be answered with yes."""
    mine = [m for m in await story.messages() if story.key(m).startswith("gate:") and title in m["words"]]
    return next((m for m in reversed(mine) if "gate.approve" in str(m.get("blocks", []))), None)


async def _told_to(story: Story, words: str) -> Message | None:
    """The newest answer that only Ann sees, once it says this."""
    seen = [m for m in await story.ann.sees(story.home) if m["only_for"]]
    return next((m for m in reversed(seen) if words in m["words"]), None)


async def _shown_to(story: Story, words: str, title: str) -> Message | None:
    """The question as only Ann sees it."""
    seen = [m for m in await story.ann.sees(story.home) if m["only_for"]]
    return next((m for m in reversed(seen) if words in m["words"] and title in m["words"]), None)
