"""How a version gets to everybody in the App Store: submitted, reviewed, let out, phased.

Source: https://developer.apple.com/documentation/appstoreconnectapi (app store versions, review submissions, phased
release). A version is known by its text, and one look tells everything of it: state, build, phased release.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from integrations.afterwards import afterwards
from integrations.app_store.answers import Builds
from integrations.app_store.client import Client
from integrations.app_store.reviews import ReviewDesk
from integrations.app_store.version_answers import Version
from integrations.app_store.version_states import (
    BY_PHASE,
    DAYS,
    EDITABLE,
    OUT,
    check_same,
    state_of,
    status_of,
)
from integrations.app_store.versions import UNWANTED, VersionShelf, wanted_texts
from orchestration.ports.app_store import Rollout, StoreBuildState, StoreOrder, StoreState, StoreStatus
from orchestration.ports.errors import AlreadyDifferent, PortError, Refused

LONGEST: Final = 4000
IN_WORDS: Final = ", ".join(f"{share:g}" for share in DAYS)

UNSTOPPABLE: Final[Mapping[StoreState, str]] = {
    StoreState.COMPLETE: (
        "everybody is offered it, and the App Store has no way back: submit a newer version, or remove the app from"
        " sale in App Store Connect"
    ),
    StoreState.APPROVED: "nobody has it yet; in App Store Connect its release can be cancelled",
    StoreState.SUBMITTED: "nobody has it yet; it can be withdrawn",
    StoreState.IN_REVIEW: "nobody has it yet; it can be withdrawn",
}


class AppStoreReleases:
    """The half of AppStore that begins where testers are content."""

    def __init__(self, client: Client, *, bundle: str, web: str) -> None:
        self._client = client
        self._bundle = bundle
        self._web = web
        self._app: str | None = None  # a bundle ID is never given to another app
        self._shelf = VersionShelf(client)
        self._reviews = ReviewDesk(client)

    @property
    def rollout(self) -> Rollout:
        """Days of Apple's own."""
        return Rollout.PHASED

    @property
    def longest_note(self) -> int:
        """Apple's limit."""
        return LONGEST

    async def status(self, *, version: str, number: str) -> StoreStatus | None:  # noqa: ARG002 - Apple goes by the version
        """GET /v1/apps/{id}/appStoreVersions with build and phased release: one request."""
        to = f"see how far {version} is"
        app = await self._app_id(to=to)
        found = await self._shelf.find(app, version, to=to)
        return None if found is None else self._told(app, found)

    async def submit(self, order: StoreOrder) -> StoreStatus:
        """The version made or taken over, its build, texts and phased release set, then one review submission.

        Each only where a look finds that it is missing. A refusal by Apple is checked by one more look: a person in
        App Store Connect may have submitted it while we prepared it.
        """
        to = f"submit {order.build.version} ({order.build.number})"
        self._check(order, to=to)
        app = await self._app_id(to=to)
        found = await self._shelf.find(app, order.build.version, to=to)
        if found is not None and state_of(found) not in EDITABLE:
            return await self._under_way(app, order, found, to=to)
        await self._check_build(app, order, to=to)
        try:
            return await self._prepare_and_send(app, order, found, to=to)
        except Refused:
            again = await self._shelf.find(app, order.build.version, to=to)
            if again is None or state_of(again) in EDITABLE:
                raise
            return await self._under_way(app, order, again, to=to)

    async def withdraw(self, *, version: str, number: str) -> StoreStatus:  # noqa: ARG002 - see above
        """PATCH /v1/reviewSubmissions/{id}: canceled. Apple may take minutes, and tells the old state meanwhile."""
        to = f"withdraw {version}"
        app, found = await self._known(version, to=to)
        state = state_of(found)
        if state in (StoreState.PENDING, StoreState.CANCELLED):
            return self._told(app, found)
        if state not in (StoreState.SUBMITTED, StoreState.IN_REVIEW):
            raise self._not_so(app, found, to=to)
        await self._reviews.take_back(app, found.id, page=self._page(app), to=to)
        with afterwards():
            app, found = await self._known(version, to=to)
            return self._told(app, found)

    async def release(self, *, version: str, number: str) -> StoreStatus:  # noqa: ARG002 - see above
        """POST /v1/appStoreVersionReleaseRequests, where the version waits for it."""
        to = f"release {version}"
        app, found = await self._known(version, to=to)
        if state_of(found) in OUT or found.state == "PROCESSING_FOR_DISTRIBUTION":
            return self._told(app, found)
        if found.state != "PENDING_DEVELOPER_RELEASE":
            raise self._not_so(app, found, to=to)
        try:
            await self._shelf.let_out(found, to=to)
        except Refused:
            app, again = await self._known(version, to=to)
            if again.state == found.state:
                raise
            return self._told(app, again)
        with afterwards():
            app, found = await self._known(version, to=to)
            return self._told(app, found)

    async def set_rollout(self, *, version: str, number: str, percent: float) -> StoreStatus:  # noqa: ARG002 - see above
        """Refused: Apple's days are its own."""
        to = f"offer {version} to {percent:g} %"
        app, _ = await self._known(version, to=to)
        raise Refused(
            f"We can't {to}: the App Store goes by days of its own ({IN_WORDS} %). It can be paused, resumed, or given"
            " to everybody at once",
            link=self._page(app),
        )

    async def pause(self, *, version: str, number: str) -> StoreStatus:  # noqa: ARG002 - see above
        """PATCH the phased release to PAUSED. New downloads get the version all the same."""
        return await self._phase(version, "PAUSED", before={StoreState.LIVE}, to=f"pause {version}")

    async def halt(self, *, version: str, number: str) -> StoreStatus:
        """As `pause`: the App Store has nothing harder."""
        return await self.pause(version=version, number=number)

    async def resume(self, *, version: str, number: str) -> StoreStatus:  # noqa: ARG002 - see above
        """PATCH the phased release to ACTIVE."""
        return await self._phase(version, "ACTIVE", before={StoreState.PAUSED}, to=f"resume {version}")

    async def complete(self, *, version: str, number: str) -> StoreStatus:  # noqa: ARG002 - see above
        """PATCH the phased release to COMPLETE."""
        to = f"give {version} to everybody"
        return await self._phase(version, "COMPLETE", before={StoreState.LIVE}, to=to)

    async def _phase(
        self, version: str, wanted: str, *, before: Collection[StoreState], to: str
    ) -> StoreStatus:
        app, found = await self._known(version, to=to)
        state = state_of(found)
        if state is BY_PHASE[wanted] and not self._told(app, found).replaced:
            return self._told(app, found)
        if state not in before or found.phased is None or self._told(app, found).replaced:
            raise self._not_so(app, found, to=to)
        try:
            phased = await self._shelf.phase(found.phased, wanted, to=to)
        except Refused:
            app, again = await self._known(version, to=to)
            if state_of(again) is not BY_PHASE[wanted]:
                raise
            return self._told(app, again)
        return self._told(app, replace(found, phased=phased))

    async def _prepare_and_send(
        self, app: str, order: StoreOrder, found: Version | None, *, to: str
    ) -> StoreStatus:
        page = self._page(app)
        first = await self._shelf.is_first(app, to=to)
        if first and order.phased:
            raise Refused(
                f"We can't {to}: an app's first version has no phased release, it goes to everybody",
                link=page,
            )
        version = found or await self._shelf.make(app, order, page=page, to=to)
        version = await self._shelf.arrange(version, order, to=to)
        if not first:
            texts = await self._shelf.texts(version, to=to)
            wanted = wanted_texts(order, texts, page=page)
            for text in texts:
                words = wanted[text.attributes.locale]
                if text.attributes.whats_new != words:
                    await self._shelf.write(text, words, to=to)
        await self._reviews.send(app, version.id, page=page, to=to)
        status = self._told(app, version)
        detail = UNWANTED if first and (order.notes or order.fallback) else None
        return replace(status, state=StoreState.SUBMITTED, detail=detail, todo=None)

    async def _under_way(self, app: str, order: StoreOrder, found: Version, *, to: str) -> StoreStatus:
        """The status of what is under way; AlreadyDifferent where it is not what was ordered."""
        check_same(order, found)
        for text in await self._shelf.texts(found, to=to):
            words = order.notes.get(text.attributes.locale) or order.fallback
            if text.attributes.whats_new is not None and text.attributes.whats_new != words:
                raise AlreadyDifferent(
                    f"What is new in {found.text} ({text.attributes.locale})",
                    expected=words or "nothing",
                    found=text.attributes.whats_new,
                    link=self._page(app),
                )
        return self._told(app, found)

    async def _check_build(self, app: str, order: StoreOrder, *, to: str) -> None:
        """Refused where the app has no such build."""
        query = {"filter[app]": app, "filter[id]": order.build.id}
        found = await self._client.read(Builds, "/v1/builds", query, to=to)
        if all(row.id != order.build.id for row in found.data):
            raise Refused(f"We can't {to}: {self._bundle} has no such build any more", link=self._page(app))

    def _check(self, order: StoreOrder, *, to: str) -> None:
        if order.build.state is not StoreBuildState.READY:
            raise Refused(f"We can't {to}: the build is {order.build.state.lower()}, not ready")
        if order.percent < DAYS[-1] or order.update_priority or order.pull_back or not order.send_for_review:
            raise Refused(
                f"We can't {to}: the App Store takes neither a percentage nor an update priority. Order a phased"
                f" release, which goes by Apple's days ({IN_WORDS} %)"
            )
        long = [locale for locale, words in order.notes.items() if len(words) > LONGEST]
        if long or len(order.fallback) > LONGEST:
            where = ", ".join(sorted(long)) or "the text for other languages"
            raise Refused(f"We can't {to}: what is new may have {LONGEST} characters; shorten {where}")

    async def _known(self, version: str, *, to: str) -> tuple[str, Version]:
        app = await self._app_id(to=to)
        found = await self._shelf.find(app, version, to=to)
        if found is None:
            raise Refused(f"We can't {to}: App Store Connect has no version {version}", link=self._page(app))
        return app, found

    def _not_so(self, app: str, found: Version, *, to: str) -> PortError:
        status = self._told(app, found)
        said = status.state.lower().replace("_", " ")
        why = status.detail if status.replaced else UNSTOPPABLE.get(status.state, status.detail)
        return Refused(f"We can't {to}: it is {said}{f'; {why}' if why else ''}", link=status.url)

    def _told(self, app: str, found: Version) -> StoreStatus:
        return status_of(found, page=self._page(app))

    def _page(self, app: str) -> str:
        return f"{self._web}/apps/{app}/distribution"

    async def _app_id(self, *, to: str) -> str:
        if self._app is None:
            app = await self._client.app(self._bundle, to=to)
            if app is None:
                raise Refused(
                    f"App Store Connect shows no app {self._bundle} to this key: look at the bundle ID in the"
                    " connection's settings, and at the apps that the key may see"
                )
            self._app = app.id
        return self._app
