"""What people do about versions in App Store Connect, and Apple's people behind it, as orders that are in place now."""

from collections.abc import Callable, Mapping, Sequence

from sandbox.app_store.shelf import DAY, OUT, Shelf, StoreVersion
from sandbox.app_store.simulator import AppStoreSimulator
from sandbox.values import Offer

BEFORE_REVIEW = frozenset({"WAITING_FOR_REVIEW", "IN_REVIEW"})


class AppleOffice:
    """Orders about versions, by the version's text, and about the account."""

    def __init__(self, simulator: AppStoreSimulator) -> None:
        self._simulator = simulator
        self._deeds: Mapping[str, Callable[[StoreVersion], None]] = {
            "begin": self._shelf.begin,
            "approve": lambda version: self._shelf.decide(version, "APPROVED"),
            "reject": lambda version: self._shelf.decide(version, "REJECTED"),
            "release": self._shelf.let_out,
            "pause": self._pause,
            "resume": self._resume,
            "day": self._day,
            "complete": self._complete,
        }

    @property
    def _shelf(self) -> Shelf:
        return self._simulator.shelf

    def offers(self) -> Sequence[Offer]:
        """Every version but those of the past, with Apple's word for it, its share, and what can be done."""
        self._shelf.settle()
        return [
            Offer(
                number=version.text,
                version=version.text,
                build=version.build.number if version.build else "",
                state=version.state
                if version.phased is None
                else f"{version.state}, phased {version.phased.state}",
                percent=float(self._shelf.share(version)),
                orders=self._orders(version),
            )
            for version in reversed(self._shelf.versions)
            if version.state != "REPLACED_WITH_NEW_VERSION"
        ]

    def order(self, text: str, name: str) -> None:
        """Do it; ValueError where it can't be done now."""
        version = self._shelf.version(text)
        if name not in self._orders(version):
            raise ValueError("That is not to be decided now")
        self._deeds[name](version)
        self._shelf.settle()

    def account_orders(self) -> Mapping[str, str]:
        """The agreement that the account holder has to accept now and then."""
        if self._simulator.agreed:
            return {"expire": "Let the agreement expire"}
        return {"agree": "Accept the agreement"}

    def order_account(self, name: str) -> None:
        """Do one of them."""
        if name not in self.account_orders():
            raise ValueError("That is not to be decided now")
        self._simulator.agreed = name == "agree"

    def _orders(self, version: StoreVersion) -> Mapping[str, str]:
        review = self._shelf.review_of(version)
        if review is not None and review.state in BEFORE_REVIEW:
            begin = {"begin": "Begin review"} if review.state == "WAITING_FOR_REVIEW" else {}
            return {**begin, "approve": "Approve", "reject": "Reject"}
        if version.state == "PENDING_DEVELOPER_RELEASE":
            return {"release": "Release"}
        phased = version.phased
        if version.state not in OUT or phased is None:
            return {}
        if phased.state == "PAUSED":
            return {"resume": "Resume"}
        if phased.state == "ACTIVE":
            return {"day": "A day goes by", "pause": "Pause", "complete": "Release to all"}
        return {}

    def _pause(self, version: StoreVersion) -> None:
        if version.phased is not None:
            version.phased.pause(self._shelf.clock())

    def _resume(self, version: StoreVersion) -> None:
        if version.phased is not None:
            version.phased.go_on(self._shelf.clock())

    def _day(self, version: StoreVersion) -> None:
        """The phased release is a day older than before."""
        phased = version.phased
        if phased is not None and phased.started is not None:
            phased.started -= DAY

    def _complete(self, version: StoreVersion) -> None:
        if version.phased is not None:
            version.phased.state = "COMPLETE"
