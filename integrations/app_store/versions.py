"""Versions of an app for the App Store: found, made, and brought to what an order says before they are submitted.

Source: https://developer.apple.com/documentation/appstoreconnectapi/app-store-versions
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from integrations.app_store.builds import PLATFORM
from integrations.app_store.client import Client
from integrations.app_store.errors import parsed
from integrations.app_store.version_answers import (
    MadePhased,
    MadeVersion,
    PhasedRow,
    Text,
    Texts,
    Version,
    Versions,
)
from integrations.app_store.version_states import (
    BY_GO_LIVE,
    BY_STATE,
    RELEASED,
    REPLACED,
    manner_asked,
    manner_found,
    state_of,
)
from orchestration.ports.app_store import GoLive, StoreOrder
from orchestration.ports.errors import Refused, TryLater

VERSIONS: Final = "/v1/appStoreVersions"
PHASED: Final = "/v1/appStoreVersionPhasedReleases"
WITH_PARTS: Final = {"filter[platform]": PLATFORM, "include": "build,appStoreVersionPhasedRelease"}
WERE_OUT: Final = (RELEASED, REPLACED, "PROCESSING_FOR_DISTRIBUTION")
BEFORE_OUT: Final = tuple(name for name in BY_STATE if name not in WERE_OUT)
IN_THE_WAY: Final = "in the current state"
SETTLED: Final = timedelta(minutes=1)
UNWANTED: Final = "Apple takes no text on what is new for an app's first version"


class VersionShelf:
    """The versions of one connection's app."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def find(self, app: str, text: str, *, to: str) -> Version | None:
        """The version of this text. What a filter found is compared, for it takes a comma for a list."""
        query = {**WITH_PARTS, "filter[versionString]": text}
        found = await self._listed(app, query, to=to)
        return next((version for version in found if version.text == text), None)

    async def make(self, app: str, order: StoreOrder, *, page: str, to: str) -> Version:
        """A new version with its build. An app has one at a time that is not out: Refused names what is in the way."""
        body = {
            "data": {
                "type": "appStoreVersions",
                "attributes": {"platform": PLATFORM, "versionString": order.build.version, **_way_of(order)},
                "relationships": {"app": {"data": {"type": "apps", "id": app}}, "build": _build(order)},
            }
        }
        try:
            answer = await self._client.make(VERSIONS, body, to=to)
        except Refused as error:
            rival = next(iter(await self._in_states(app, BEFORE_OUT, to=to)), None)
            if rival is None and IN_THE_WAY in error.reason:
                reason = f"{error.reason}; what is in the way does not show yet"
                raise TryLater(reason, after=SETTLED, link=page) from error
            if rival is None:
                raise
            if rival.text == order.build.version:
                return rival  # a request of ours that was lost, or a person, was there first
            said = state_of(rival).lower().replace("_", " ")
            raise Refused(
                f"We can't {to}: {rival.text} is {said}, and Apple has room for one version at a time that is not out."
                f" Delete it in App Store Connect, or give it the number {order.build.version} there",
                link=page,
            ) from error
        row = parsed(MadeVersion, answer, to=to).data
        return Version(row=row, build=order.build.id, number=order.build.number)

    async def arrange(self, version: Version, order: StoreOrder, *, to: str) -> Version:
        """Build and manner of release as ordered; what is so already is not written."""
        wanted = manner_asked(replace(order, phased=version.phased is not None))
        if version.build != order.build.id or manner_found(version) != wanted:
            body = {
                "data": {
                    "type": "appStoreVersions",
                    "id": version.id,
                    "attributes": _way_of(order),
                    "relationships": {"build": _build(order)},
                }
            }
            answer = await self._client.change("PATCH", f"{VERSIONS}/{version.id}", body, to=to)
            row = parsed(MadeVersion, answer, to=to).data
            version = replace(version, row=row, build=order.build.id, number=order.build.number)
        if order.phased and version.phased is None:
            return replace(version, phased=await self._phase_in(version, to=to))
        if not order.phased and version.phased is not None:
            await self._client.change("DELETE", f"{PHASED}/{version.phased.id}", to=to)
            return replace(version, phased=None)
        return version

    async def is_first(self, app: str, *, to: str) -> bool:
        """Whether no version of the app was ever out: Apple takes neither a what's-new nor a phased release then."""
        return not await self._in_states(app, WERE_OUT, to=to)

    async def texts(self, version: Version, *, to: str) -> Sequence[Text]:
        """The languages of a version's page, with what each says is new."""
        path = f"{VERSIONS}/{version.id}/appStoreVersionLocalizations"
        pages = self._client.pages(Texts, path, {}, to=to)
        return [text async for page in pages for text in page.data]

    async def write(self, text: Text, words: str, *, to: str) -> None:
        """Say what is new in one language."""
        body = {
            "data": {
                "type": "appStoreVersionLocalizations",
                "id": text.id,
                "attributes": {"whatsNew": words},
            }
        }
        await self._client.change("PATCH", f"/v1/appStoreVersionLocalizations/{text.id}", body, to=to)

    async def let_out(self, version: Version, *, to: str) -> None:
        """Release a version that waits for us."""
        body = {
            "data": {
                "type": "appStoreVersionReleaseRequests",
                "relationships": {"appStoreVersion": _version(version)},
            }
        }
        await self._client.make("/v1/appStoreVersionReleaseRequests", body, to=to)

    async def phase(self, phased: PhasedRow, state: str, *, to: str) -> PhasedRow:
        """Pause, resume (ACTIVE) or end (COMPLETE) a phased release."""
        body = {
            "data": {
                "type": "appStoreVersionPhasedReleases",
                "id": phased.id,
                "attributes": {"phasedReleaseState": state},
            }
        }
        answer = await self._client.change("PATCH", f"{PHASED}/{phased.id}", body, to=to)
        return parsed(MadePhased, answer, to=to).data

    async def _phase_in(self, version: Version, *, to: str) -> PhasedRow:
        body = {
            "data": {
                "type": "appStoreVersionPhasedReleases",
                "attributes": {"phasedReleaseState": "INACTIVE"},
                "relationships": {"appStoreVersion": _version(version)},
            }
        }
        return parsed(MadePhased, await self._client.make(PHASED, body, to=to), to=to).data

    async def _in_states(self, app: str, states: Sequence[str], *, to: str) -> Sequence[Version]:
        query = {**WITH_PARTS, "filter[appVersionState]": ",".join(states)}
        return [version for version in await self._listed(app, query, to=to) if version.state in states]

    async def _listed(self, app: str, query: Mapping[str, str], *, to: str) -> Sequence[Version]:
        """Versions of our platform. Filters have been of no effect for days, so what they found is compared."""
        pages = self._client.pages(Versions, f"/v1/apps/{app}/appStoreVersions", query, to=to)
        found = [version async for page in pages for version in page.whole()]
        return [version for version in found if version.row.attributes.platform == PLATFORM]


def wanted_texts(order: StoreOrder, texts: Sequence[Text], *, page: str) -> Mapping[str, str]:
    """What each language of the page is to say. Refused where one is missing, or the page has none of that language."""
    if not texts:
        raise TryLater("App Store Connect does not show the languages of the new version yet", link=page)
    there = {text.attributes.locale for text in texts}
    unknown = sorted(set(order.notes) - there)
    if unknown:
        raise Refused(
            f"The app's page has no {', '.join(unknown)}: add the language in App Store Connect, or leave the text out",
            link=page,
        )
    wanted = {locale: order.notes.get(locale) or order.fallback for locale in sorted(there)}
    missing = [locale for locale, words in wanted.items() if not words]
    if missing:
        raise Refused(
            f"Apple wants to know what is new in every language of the app's page: {', '.join(missing)} missing",
            link=page,
        )
    return wanted


def _way_of(order: StoreOrder) -> Mapping[str, Any]:
    attributes: dict[str, Any] = {"releaseType": BY_GO_LIVE[order.go_live]}
    if order.go_live is GoLive.SCHEDULED and order.go_live_at is not None:
        attributes["earliestReleaseDate"] = order.go_live_at.isoformat()
    return attributes


def _build(order: StoreOrder) -> Mapping[str, Any]:
    return {"data": {"type": "builds", "id": order.build.id}}


def _version(version: Version) -> Mapping[str, Any]:
    return {"data": {"type": "appStoreVersions", "id": version.id}}
