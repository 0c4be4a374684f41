"""The console of the app stores: builds that arrive, are processed, and are let through or not."""

from collections.abc import Mapping, Sequence

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
        did = told(shop.simulator, shop.key)
        return {"key": shop.key, "title": shop.title, "builds": builds, "did": did}

    def orders(self) -> Mapping[str, Order]:
        """A build arrives, or something is decided about one."""
        return {"upload": self._upload, "order": self._order}

    def _upload(self, order: Json) -> None:
        number, version = int(order["number"]), str(order["version"]).strip()
        shop = self._shops[str(order["store"])]
        if number < 1 or not version:
            raise ValueError("A build has a version and a number from 1 on")
        if any(build["number"] == str(number) for build in shop.shelf()):
            raise ValueError(f"{shop.title} has a build {number} already")
        shop.upload(version, number)

    def _order(self, order: Json) -> None:
        self._shops[str(order["store"])].order(str(order["number"]), str(order["order"]))
