"""Versions, their texts, their phased release and their review as JSON:API documents write them."""

from sandbox.app_store.answers import Json
from sandbox.app_store.shapes import Shapes
from sandbox.app_store.shelf import DAY, DAYS, LONGEST_PAUSE, Item, Phased, Review, Shelf, StoreVersion, Words


class ShelfShapes:
    """How the things of a shelf look; builds as ever."""

    def __init__(self, shelf: Shelf, shapes: Shapes) -> None:
        self._shelf = shelf
        self._shapes = shapes

    def version(self, version: StoreVersion, include: frozenset[str] = frozenset()) -> Json:
        """A version; of its relations it holds the keys only where they are included."""
        attributes: Json = {
            "platform": version.platform,
            "versionString": version.text,
            "appVersionState": version.state,
            "releaseType": version.release_type,
            "createdDate": self._shelf.world.written(version.made),
        }
        if version.earliest is not None:
            attributes["earliestReleaseDate"] = version.earliest
        relations: Json = {}
        for name, kind, of in (
            ("build", "builds", version.build and version.build.id),
            (
                "appStoreVersionPhasedRelease",
                "appStoreVersionPhasedReleases",
                version.phased and version.phased.id,
            ),
        ):
            address = f"{self._shapes.root}/v1/appStoreVersions/{version.id}"
            relations[name] = {
                "links": {"self": f"{address}/relationships/{name}", "related": f"{address}/{name}"}
            }
            if name in include and of:
                relations[name]["data"] = {"type": kind, "id": of}
        return {**self._resource("appStoreVersions", version.id, attributes), "relationships": relations}

    def included(self, versions: list[StoreVersion], include: frozenset[str]) -> list[Json]:
        """What the versions of a page relate to."""
        found: list[Json] = []
        for version in versions:
            if "build" in include and version.build is not None:
                found.append(self._shapes.build(version.build, frozenset()))
            if "appStoreVersionPhasedRelease" in include and version.phased is not None:
                found.append(self.phased(version.phased))
        return found

    def phased(self, phased: Phased) -> Json:
        """A phased release. Before it begins it has neither date nor day."""
        now = self._shelf.clock()
        paused = min(phased.pauses(now), LONGEST_PAUSE)
        attributes: Json = {"phasedReleaseState": phased.state, "totalPauseDuration": int(paused // DAY)}
        day = phased.day(now)
        if phased.started is not None and day is not None:
            attributes["startDate"] = self._shelf.world.written(phased.started)
            attributes["currentDayNumber"] = min(day, len(DAYS))
        return self._resource("appStoreVersionPhasedReleases", phased.id, attributes)

    def words(self, words: Words) -> Json:
        """A page's text in one language."""
        attributes: Json = {"locale": words.locale, "description": "An app."}
        if words.whats_new is not None:
            attributes["whatsNew"] = words.whats_new
        return self._resource("appStoreVersionLocalizations", words.id, attributes)

    def review(self, review: Review, include: frozenset[str] = frozenset()) -> Json:
        """A submission."""
        attributes: Json = {"platform": review.platform, "state": review.state}
        if review.sent:
            attributes["submittedDate"] = self._shelf.world.written(review.since)
        relations: Json = {}
        versions = review.versions()
        if "appStoreVersionForReview" in include and versions:
            relations["appStoreVersionForReview"] = {
                "data": {"type": "appStoreVersions", "id": versions[0].id}
            }
        return {**self._resource("reviewSubmissions", review.id, attributes), "relationships": relations}

    def item(self, item: Item, include: frozenset[str] = frozenset()) -> Json:
        """A thing in a submission."""
        relations: Json = {}
        if "appStoreVersion" in include and item.version is not None:
            relations["appStoreVersion"] = {"data": {"type": "appStoreVersions", "id": item.version.id}}
        return {
            **self._resource("reviewSubmissionItems", item.id, {"state": item.state}),
            "relationships": relations,
        }

    def request(self, of: str) -> Json:
        """A wish to let a version out."""
        return self._resource("appStoreVersionReleaseRequests", of, {})

    def _resource(self, kind: str, of: str, attributes: Json) -> Json:
        links = {"self": f"{self._shapes.root}/v1/{kind}/{of}"}
        whole = {"type": kind, "id": of, "attributes": attributes, "links": links}
        return whole if attributes else {"type": kind, "id": of, "links": links}
