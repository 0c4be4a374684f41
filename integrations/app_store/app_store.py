"""App Store Connect as an app store: builds of one app for iOS, and who tests them in TestFlight.

Source: https://developer.apple.com/documentation/appstoreconnectapi (apps, builds, beta groups, beta app review)
"""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from integrations.app_store.answers import BuildRow, Builds, Group, Submission
from integrations.app_store.builds import (
    IN_REVIEW,
    PLATFORM,
    REVIEWED_LATER,
    SUBMITTABLE,
    check_shareable,
    store_build,
)
from integrations.app_store.client import Client, Clock
from integrations.app_store.errors import parsed
from integrations.app_store.releases import AppStoreReleases
from integrations.app_store.settings import AppStoreSecrets, AppStoreSettings
from integrations.edge import Edge
from orchestration.ports.app_store import StoreBuild, StoreBuildState
from orchestration.ports.errors import Refused, TryLater

BUILDS: Final = "/v1/builds"
WITH_STATES: Final = {"include": "preReleaseVersion,buildBetaDetail"}
NAMED: Final = 10
SETTLED: Final = timedelta(seconds=30)
"""How long Apple's servers may disagree on what was just written."""
UNEXPLAINED: Final = "answered 500"
GAPS: Final = (
    "if this stays, fill the gaps in the app's Test Information, in TestFlight: Apple answers so to them"
)


class AppStoreConnect(AppStoreReleases):
    """AppStore on App Store Connect's API, version 1. `clock` gives unix seconds, for the tokens."""

    def __init__(
        self, settings: AppStoreSettings, secrets: AppStoreSecrets, edge: Edge, *, clock: Clock = time.time
    ) -> None:
        client = Client(settings, secrets, edge, clock=clock)
        super().__init__(client, bundle=settings.app, web=settings.web_url)
        self._lag = timedelta(minutes=settings.build_delay)

    @property
    def processing_lag(self) -> timedelta:
        """As the settings say."""
        return self._lag

    async def find_build(
        self, *, version: str, number: str | None, not_before: datetime | None
    ) -> StoreBuild | None:
        """GET /v1/builds, newest first, in every state. Refused where there is no such app."""
        to = f"look for the build {number or 'of'} {version}"
        app = await self._app_id(to=to)
        query = {
            "filter[app]": app,
            "filter[preReleaseVersion.version]": version,
            "filter[preReleaseVersion.platform]": PLATFORM,
            # Said, though it is all of them: what is left out here must not be left to a default.
            "filter[processingState]": "PROCESSING,FAILED,INVALID,VALID",
            "sort": "-uploadedDate",
            "limit": "10",
            **WITH_STATES,
            **({} if number is None else {"filter[version]": number}),
        }
        found = await self._client.read(Builds, BUILDS, query, to=to)
        for row in found.data:
            # Filters take a comma for a list, so that what they found is compared.
            if found.version_of(row) != version or number not in (None, row.attributes.number):
                continue
            if number is None and not_before is not None and row.attributes.uploaded < not_before:
                return None
            return self._build(row, found, app, version=version)
        return None

    async def share_with_testers(self, build: StoreBuild, *, group: str) -> StoreBuild:
        """Submit it for beta review where outside testers need that, then POST the group's relationship; each only
        where a look finds that it is missing.

        `testers_url` is the group's public link. An internal group that gets every build needs no request.
        """
        to = f"give build {build.number} of {build.version} to {group}"
        if build.state is not StoreBuildState.READY:
            raise Refused(f"We can't {to}: it is {build.state.lower()}, not ready", link=build.url)
        app = await self._app_id(to=to)
        testers = await self._group(app, group, to=to)
        row, found = await self._now(app, build, to=to)
        now, beta = self._build(row, found, app, version=build.version), found.beta_of(row)
        check_shareable(now, beta, testers)
        outside = not testers.attributes.internal
        submitting = outside and beta.external == SUBMITTABLE
        if submitting:
            await self._submit(app, now, to=to)
        if not testers.attributes.gets_all and not await self._has(app, now, testers, to=to):
            await self._give(app, now, testers, to=to, fresh=submitting)
        waits = outside and beta.external in IN_REVIEW
        return replace(now, testers_url=testers.public_link, detail=REVIEWED_LATER if waits else now.detail)

    async def _group(self, app: str, name: str, *, to: str) -> Group:
        groups = await self._client.groups(app, to=to)
        found = [group for group in groups if group.attributes.name == name]
        if len(found) == 1:
            return found[0]
        page = f"{self._web}/apps/{app}/testflight"
        if found:
            raise Refused(
                f"There are {len(found)} groups called {name}: give them different names", link=page
            )
        names = ", ".join(group.attributes.name for group in groups[:NAMED]) or "none"
        raise Refused(f"{self._bundle} has no group of testers called {name}; there are: {names}", link=page)

    async def _now(self, app: str, build: StoreBuild, *, to: str) -> tuple[BuildRow, Builds]:
        """The build as it is now. Refused where the app has no such build."""
        query = {"filter[app]": app, "filter[id]": build.id, **WITH_STATES}
        found = await self._client.read(Builds, BUILDS, query, to=to)
        row = next((row for row in found.data if row.id == build.id), None)
        if row is None:
            raise Refused(f"{self._bundle} has no build {build.number} of {build.version} any more")
        return row, found

    async def _has(self, app: str, build: StoreBuild, testers: Group, *, to: str) -> bool:
        """Whether the group has the build: asked so, a build of many groups needs no pages."""
        query = {"filter[app]": app, "filter[id]": build.id, "filter[betaGroups]": testers.id}
        found = await self._client.read(Builds, BUILDS, query, to=to)
        return any(row.id == build.id for row in found.data)

    async def _submit(self, app: str, build: StoreBuild, *, to: str) -> None:
        """POST /v1/betaAppReviewSubmissions. A refusal is checked by one more look at the build's state."""
        body = {
            "data": {
                "type": "betaAppReviewSubmissions",
                "relationships": {"build": {"data": _key("builds", build.id)}},
            }
        }
        try:
            answer = await self._client.make("/v1/betaAppReviewSubmissions", body, to=to)
            parsed(Submission, answer, to=to)
        except Refused as error:
            row, found = await self._now(app, build, to=to)
            if found.beta_of(row).external != SUBMITTABLE:
                return  # another request of ours, or a person, was there first
            if "processing state" in error.reason:
                raise TryLater(error.reason, after=SETTLED, link=build.url) from error
            raise
        except TryLater as error:
            if UNEXPLAINED not in error.reason:
                raise
            reason = f"{error.reason}; {GAPS}"
            raise TryLater(reason, after=error.after, maybe_done=error.maybe_done, link=build.url) from error

    async def _give(self, app: str, build: StoreBuild, testers: Group, *, to: str, fresh: bool) -> None:
        """POST /v1/betaGroups/{id}/relationships/builds. A refusal is checked by one more look.

        `fresh`: the build was submitted a moment ago, which not every server of Apple's may know.
        """
        body = {"data": [_key("builds", build.id)]}
        path = f"/v1/betaGroups/{testers.id}/relationships/builds"
        try:
            await self._client.make(path, body, to=to)
        except Refused as error:
            if await self._has(app, build, testers, to=to):
                return
            if fresh:
                raise TryLater(error.reason, after=SETTLED, link=build.url) from error
            raise

    def _build(self, row: BuildRow, found: Builds, app: str, *, version: str) -> StoreBuild:
        page = f"{self._web}/apps/{app}/testflight/ios"
        return store_build(row, found.beta_of(row), version=version, page=page)


def _key(kind: str, of: str) -> Mapping[str, str]:
    return {"type": kind, "id": of}
