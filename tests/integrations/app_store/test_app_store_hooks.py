"""App Store Connect's webhooks: only what is signed for us is believed, and it says no more than where to look."""

import hashlib
import hmac
import json
from typing import Any

import pytest

from integrations.app_store import PROVIDER, AppStoreSecrets, AppStoreSettings
from integrations.app_store.hooks import receive, signed
from integrations.registry import About, Callback
from orchestration.ports.errors import Refused
from sandbox.app_store.keys import ApiKey
from sandbox.app_store.webhooks import News, ping, state_changed

SECRET = "a secret of ours"
DELIVERY = "7c813492-9516-4c79-903e-224effdd57ac"
VERSION = "ad7e6298-2570-4ca6-b3cc-f81788e40bdc"
SETTINGS = AppStoreSettings(key_id="2X9R4HXF34", app="com.example.pixel")
PEM = ApiKey(id="2X9R4HXF34").pem


def secrets(secret: str | None = SECRET) -> AppStoreSecrets:
    """A connection's secret part."""
    return AppStoreSecrets.model_validate({"private_key": PEM, "webhook_secret": secret})


def changed(**changes: Any) -> News:
    """A version came into review."""
    usual = {
        "secret": SECRET,
        "delivery": DELIVERY,
        "version": VERSION,
        "before": "WAITING_FOR_REVIEW",
        "after": "IN_REVIEW",
        "root": "https://api.appstoreconnect.apple.com",
    }
    return state_changed(**{**usual, **changes})


def by_hand(data: object) -> News:
    """A body of any form, signed well."""
    body = json.dumps(data).encode()
    sum_ = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return News(headers={"x-apple-signature": f"hmacsha256={sum_}"}, body=body)


def test_news_of_a_version_are_a_hint() -> None:
    """The version's id and the delivery's, and no state: news may come late and in any order."""
    news = changed()
    found = receive(SETTINGS, secrets(), news.headers, news.body)
    assert found == Callback(delivery=DELIVERY, run_id=VERSION, about=About.STORE)
    assert PROVIDER.hook is receive


def test_news_that_we_do_not_need_are_none() -> None:
    """A ping, and events of builds and feedback."""
    news = ping(secret=SECRET, delivery=DELIVERY)
    assert receive(SETTINGS, secrets(), news.headers, news.body) is None
    other = by_hand({"data": {"type": "buildUploadStateUpdated", "id": DELIVERY}})
    assert receive(SETTINGS, secrets(), other.headers, other.body) is None


@pytest.mark.parametrize("secret", ["another", "", None])
def test_news_that_are_not_signed_for_us_are_refused(secret: str | None) -> None:
    """With another secret, and where the connection has none: an empty secret signs nothing."""
    news = changed(secret=secret or "")
    with pytest.raises(Refused):
        receive(SETTINGS, secrets(secret if secret != "another" else SECRET), news.headers, news.body)


def test_a_body_that_was_changed_is_refused() -> None:
    """One byte is enough; so is a signature without its beginning, in capitals, or none."""
    news = changed()
    good = news.headers["X-Apple-Signature"]
    assert signed(secret=SECRET, body=news.body, header=good)
    assert not signed(secret=SECRET, body=news.body + b"\n", header=good)
    for header in (None, "", good.removeprefix("hmacsha256="), good.upper(), f"{good}0", f"{good}\n"):
        assert not signed(secret=SECRET, body=news.body, header=header)


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        {"data": {"type": "appStoreVersionAppVersionStateUpdated", "id": DELIVERY}},
        {
            "data": {
                "type": "appStoreVersionAppVersionStateUpdated",
                "id": "no id, but a sentence",
                "relationships": {"instance": {"data": {"id": VERSION}}},
            }
        },
    ],
)
def test_a_body_of_another_form_is_refused(data: object) -> None:
    """Also where it is signed."""
    news = by_hand(data)
    with pytest.raises(Refused):
        receive(SETTINGS, secrets(), news.headers, news.body)
