"""Resources as JSON:API documents write them."""

from sandbox.app_store.answers import Json
from sandbox.app_store.world import App, Build, Group, Submission, Version, World


class Shapes:
    """How the things of a world look. `root` is the API's own address."""

    def __init__(self, *, world: World) -> None:
        self.world = world
        self.root = ""

    def app(self, app: App, fields: frozenset[str] | None = None) -> Json:
        """An app, with all or some of its attributes."""
        attributes = {
            "name": app.name,
            "bundleId": app.bundle,
            "sku": app.bundle.upper(),
            "primaryLocale": "en-US",
        }
        kept = {name: value for name, value in attributes.items() if fields is None or name in fields}
        return self._resource("apps", app.id, kept)

    def group(self, group: Group) -> Json:
        """A group of testers. What concerns a public link is there for an external group only."""
        attributes: Json = {
            "name": group.name,
            "createdDate": self.world.written(group.made),
            "isInternalGroup": group.internal,
            "feedbackEnabled": True,
        }
        if group.internal:
            attributes["hasAccessToAllBuilds"] = group.gets_all
        else:
            attributes["publicLinkEnabled"] = group.link is not None
        if group.link is not None:
            attributes |= {"publicLink": group.link, "publicLinkId": group.link.rpartition("/")[2]}
        return self._resource("betaGroups", group.id, attributes)

    def build(self, build: Build, include: frozenset[str]) -> Json:
        """A build; of its relations it holds the keys only where they are included."""
        attributes: Json = {
            "version": build.number,
            "uploadedDate": self.world.written(build.uploaded),
            "expirationDate": self.world.written(build.uploaded + 90 * 86_400),
            "expired": self.world.expired(build),
            "minOsVersion": "16.0",
            "processingState": self.world.processing(build),
            "buildAudienceType": build.audience,
        }
        if build.encrypted is not None:
            attributes["usesNonExemptEncryption"] = build.encrypted
        relations: Json = {}
        for name, kind, of, there in (
            ("preReleaseVersion", "preReleaseVersions", build.version.id, True),
            ("buildBetaDetail", "buildBetaDetails", build.id, build.beta_known),
        ):
            address = f"{self.root}/v1/builds/{build.id}"
            relations[name] = {
                "links": {"self": f"{address}/relationships/{name}", "related": f"{address}/{name}"}
            }
            if name in include and there:
                relations[name]["data"] = {"type": kind, "id": of}
        return {**self._resource("builds", build.id, attributes), "relationships": relations}

    def version(self, version: Version) -> Json:
        """A version."""
        attributes = {"version": version.text, "platform": version.platform}
        return self._resource("preReleaseVersions", version.id, attributes)

    def beta(self, build: Build) -> Json:
        """What TestFlight makes of a build; it has the build's id."""
        attributes = {
            "autoNotifyEnabled": True,
            "internalBuildState": self.world.internal_state(build),
            "externalBuildState": self.world.external_state(build),
        }
        return self._resource("buildBetaDetails", build.id, attributes)

    def submission(self, submission: Submission) -> Json:
        """A submission for beta review."""
        attributes = {
            "betaReviewState": submission.state,
            "submittedDate": self.world.written(submission.at),
        }
        return self._resource("betaAppReviewSubmissions", submission.id, attributes)

    def included(self, builds: list[Build], include: frozenset[str]) -> list[Json]:
        """What the builds of a page relate to, each once."""
        found: list[Json] = []
        if "preReleaseVersion" in include:
            versions = {build.version.id: build.version for build in builds}
            found += [self.version(version) for version in versions.values()]
        if "buildBetaDetail" in include:
            found += [self.beta(build) for build in builds if build.beta_known]
        return found

    def _resource(self, kind: str, of: str, attributes: Json) -> Json:
        links = {"self": f"{self.root}/v1/{kind}/{of}"}
        return {"type": kind, "id": of, "attributes": attributes, "links": links}
