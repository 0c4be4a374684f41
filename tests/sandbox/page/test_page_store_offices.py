"""The consoles of the stores: what people do there, only when it can be done, and what users are offered by it."""

import pytest

from sandbox.app_store.member import AppStoreMember
from sandbox.app_store.shelf import Item, Phased, Review, StoreVersion
from sandbox.google_play.member import GooglePlayMember
from sandbox.google_play.world import IN_REVIEW, PRODUCTION, Release
from sandbox.values import Given, Offer, Pace

GIVEN = Given(pace=Pace())


def _play(status: str = "inProgress", **body: object) -> GooglePlayMember:
    member = GooglePlayMember(GIVEN)
    app = member.simulator.pixel
    app.upload(40, "1.1.0", track=PRODUCTION)
    app.upload(41, "1.2.0")
    release = {"name": "1.2.0", "versionCodes": ["41"], "status": status, "userFraction": 0.05, **body}
    app.tracks[PRODUCTION].append(Release(body=release, lifecycle=IN_REVIEW))
    app.in_review = True
    return member


def _review(member: AppStoreMember, version: StoreVersion) -> Review:
    """The version is submitted, phased."""
    world, shelf = member.simulator.world, member.simulator.shelf
    version.phased = Phased(id=world.new_id())
    version.state = "WAITING_FOR_REVIEW"
    items = [Item(id=world.new_id(), version=version)]
    app = member.simulator.app_record
    return Review(
        id=world.new_id(),
        app=app,
        platform="IOS",
        state="WAITING_FOR_REVIEW",
        items=items,
        since=shelf.clock(),
    )


def _newest(member: AppStoreMember | GooglePlayMember) -> Offer:
    return member.offers()[0]


def test_google_approves_and_people_raise_halt_resume_and_complete() -> None:
    """Each step is offered in its state alone; every one of them ends the edits that a program has open."""
    member = _play()
    assert list(_newest(member).orders) == ["approve", "reject"]
    assert _newest(member).percent == 0
    with pytest.raises(ValueError, match="not to be decided"):
        member.order_offer("41", "halt")
    member.order_offer("41", "approve")
    assert _newest(member).percent == 5
    edit = member.simulator.pixel.open_edit("captain")
    member.order_offer("41", "raise")
    assert edit.ended == "outside"
    assert _newest(member).percent == 20
    member.order_offer("41", "halt")
    assert (list(_newest(member).orders), _newest(member).percent) == (["resume"], 0)
    member.order_offer("41", "resume")
    member.order_offer("41", "complete")
    assert [(offer.number, offer.percent) for offer in member.offers()] == [("41", 100)]


def test_what_google_rejects_is_offered_to_nobody() -> None:
    """And changes are not sent for review by themselves any more."""
    member = _play()
    member.order_offer("41", "reject")
    assert (_newest(member).orders, _newest(member).percent) == ({}, 0)
    assert member.simulator.pixel.rejected


def test_saving_in_the_console_ends_a_programs_edit() -> None:
    """A person saves something else; what passes review can be held back and let go."""
    member = _play()
    edit = member.simulator.pixel.open_edit("captain")
    member.order_account("save")
    assert edit.ended == "outside"
    member.order_account("managed")
    member.order_offer("41", "approve")
    assert list(_newest(member).orders) == ["publish"]
    with pytest.raises(ValueError, match="not to be decided"):
        member.order_account("expire")


def test_apple_reviews_and_people_pause_and_complete() -> None:
    """From waiting for review over the days of a phased release to everybody."""
    member = AppStoreMember(GIVEN)
    simulator = member.simulator
    assert [offer.version for offer in member.offers()] == ["1.1.0"]
    version = simulator.shelf.add(simulator.app_record, "1.2.0")
    assert _newest(member).orders == {}
    simulator.shelf.reviews.append(_review(member, version))
    assert list(_newest(member).orders) == ["begin", "approve", "reject"]
    member.order_offer("1.2.0", "begin")
    member.order_offer("1.2.0", "approve")
    assert _newest(member).percent == 1
    member.order_offer("1.2.0", "day")
    assert _newest(member).percent == 2
    member.order_offer("1.2.0", "pause")
    assert (list(_newest(member).orders), _newest(member).percent) == (["resume"], 0)
    member.order_offer("1.2.0", "resume")
    member.order_offer("1.2.0", "complete")
    assert (_newest(member).orders, _newest(member).percent) == ({}, 100)


def test_an_agreement_expires_and_is_accepted() -> None:
    """Meanwhile every request is forbidden."""
    member = AppStoreMember(GIVEN)
    assert list(member.account_orders()) == ["expire"]
    member.order_account("expire")
    assert not member.simulator.agreed
    member.order_account("agree")
    assert member.simulator.agreed
    with pytest.raises(ValueError, match="not to be decided"):
        member.order_account("agree")
