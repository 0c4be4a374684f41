"""The consoles of the app stores: builds that arrive and are processed, reviews, and what users are offered."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from sandbox.page.consoles.console import Console, Json, Order
from sandbox.page.consoles.deeds_told import told
from sandbox.roles import Shop


class StoresConsole(Console):
    """App Store Connect and Google Play, as far as they are in the world."""

    name = "stores"

    def __init__(self, shops: Sequence[Shop]) -> None:
        super().__init__()
        self._shops = {shop.key: shop for shop in shops}

    def read(self) -> Json:
        """By store: builds, newest first, with what can be ordered for each."""
        return {"stores": [self._store(shop) for shop in self._shops.values()]}

    def _store(self, shop: Shop) -> Json:
        builds = [{**build, "orders": shop.orders_for(build["number"])} for build in reversed(shop.shelf())]
        return {
            "key": shop.key,
            "title": shop.title,
            "builds": builds,
            "offers": [asdict(offer) for offer in shop.offers()],
            "orders": shop.account_orders(),
            "did": told(shop.simulator, shop.key),
        }

    def orders(self) -> Mapping[str, Order]:
        """A build arrives, or something is decided about one, about a version for users, or about the account."""
        return {"upload": self._upload, "order": self._order, "offer": self._offer, "account": self._account}

    def _upload(self, order: Json) -> None:
        number, version = int(order["number"]), str(order["version"]).strip()
        shop = self._shops[str(order["store"])]
        if number < 1 or not version:
            raise ValueError("A build has a version and a number from 1 on")
        if any(build["number"] == str(number) for build in shop.shelf()):
            raise ValueError(f"{shop.title} has a build {number} already")
        shop.upload(version, number)

    def _offer(self, order: Json) -> None:
        self._shops[str(order["store"])].order_offer(str(order["number"]), str(order["order"]))

    def _account(self, order: Json) -> None:
        self._shops[str(order["store"])].order_account(str(order["order"]))

    def _order(self, order: Json) -> None:
        self._shops[str(order["store"])].order(str(order["number"]), str(order["order"]))
