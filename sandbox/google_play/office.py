"""What people do in Play Console, and Google's people behind it, as orders that are in place now."""

from collections.abc import Callable, Mapping, Sequence

from sandbox.google_play.world import APPROVED, IN_REVIEW, NOT_SENT, PRODUCTION, PUBLISHED, App, Release
from sandbox.values import Offer

_STEPS = (0.05, 0.2, 0.5)
_BEFORE: Mapping[str, Mapping[str, str]] = {
    IN_REVIEW: {"approve": "Approve", "reject": "Reject"},
    NOT_SENT: {"send": "Send for review"},
    APPROVED: {"publish": "Publish"},
}
"""What can be done before it is out, by how far it is."""


class PlayOffice:
    """Orders about the releases of production, by version code, and about the app. Each ends all open edits."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._deeds: Mapping[str, Callable[[Release], None]] = {
            "approve": lambda _release: app.decide(approved=True),
            "reject": lambda _release: app.decide(approved=False),
            "send": lambda _release: app.send(),
            "publish": lambda _release: app.publish(),
            "raise": self._raise,
            "halt": lambda release: self._set(release, "halted"),
            "resume": lambda release: self._set(release, "inProgress"),
            "complete": self._complete,
        }

    def offers(self) -> Sequence[Offer]:
        """Every release of production, newest first, with Google's word for it, its share, and what can be done."""
        self._app.settle()
        rows = [release for release in self._app.tracks[PRODUCTION] if release.codes]
        return [
            Offer(
                number=str(max(release.codes)),
                version=self._app.bundles[max(release.codes)],
                build=str(max(release.codes)),
                state=f"{release.body['status']}, {release.lifecycle}",
                percent=self._app.share(max(release.codes)),
                orders=self._orders(release),
            )
            for release in sorted(rows, key=lambda release: -max(release.codes))
        ]

    def order(self, number: str, name: str) -> None:
        """Do it; ValueError where it can't be done now."""
        release = next((r for r in self._app.tracks[PRODUCTION] if int(number) in r.codes), None)
        if release is None or name not in self._orders(release):
            raise ValueError("That is not to be decided now")
        self._deeds[name](release)
        self._app.end_edits()

    def account_orders(self) -> Mapping[str, str]:
        """What a person does elsewhere in the console, which ends what a program had begun."""
        managed = "Publish at once" if self._app.managed else "Hold back what passes review"
        return {"save": "Save something in the console", "managed": managed}

    def order_account(self, name: str) -> None:
        """Do one of them."""
        if name == "managed":
            self._app.managed = not self._app.managed
        elif name != "save":
            raise ValueError("That is not to be decided now")
        self._app.end_edits()

    def _orders(self, release: Release) -> Mapping[str, str]:
        if release.lifecycle != PUBLISHED:
            return _BEFORE.get(release.lifecycle, {})
        if release.body["status"] == "halted":
            return {"resume": "Resume"}
        if release.body["status"] != "inProgress":
            return {}
        after = _after(release)
        more = {"raise": f"Raise to {after * 100:g} %"} if after is not None else {}
        return {**more, "halt": "Halt", "complete": "Release to all"}

    def _raise(self, release: Release) -> None:
        release.body["userFraction"] = _after(release) or release.body["userFraction"]

    @staticmethod
    def _set(release: Release, status: str) -> None:
        release.body["status"] = status

    def _complete(self, release: Release) -> None:
        """It takes the place of the one that everybody had."""
        release.body.pop("userFraction", None)
        release.body["status"] = "completed"
        others = [
            r for r in self._app.tracks[PRODUCTION] if r is not release and r.body["status"] != "completed"
        ]
        self._app.tracks[PRODUCTION] = [*others, release]


def _after(release: Release) -> float | None:
    return next((step for step in _STEPS if step > release.body.get("userFraction", 1.0)), None)
