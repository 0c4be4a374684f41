"""What may be asked of each list, of what the real ones take as far as it is simulated."""

from sandbox.app_store.queries import Listing
from sandbox.app_store.world import App, Build, Group, World

PROCESSING = frozenset({"PROCESSING", "FAILED", "INVALID", "VALID"})
PLATFORMS = frozenset({"IOS", "MAC_OS", "TV_OS", "VISION_OS"})


def app_listing() -> Listing[App]:
    """GET /v1/apps. The filter by bundle ID is taken for a start of it: others saw it find more than the one."""
    return Listing(
        filters={
            "id": lambda app: (app.id,),
            "name": lambda app: (app.name,),
            "bundleId": lambda app: [app.bundle[:end] for end in range(1, len(app.bundle) + 1)],
        },
        orders={"name": lambda app: app.name, "bundleId": lambda app: app.bundle},
        fields={"apps": frozenset({"name", "bundleId", "sku", "primaryLocale"})},
    )


def build_listing(world: World) -> Listing[Build]:
    """GET /v1/builds. Its `version` is a text, and so it is sorted."""
    return Listing(
        filters={
            "id": lambda build: (build.id,),
            "app": lambda build: (build.version.app.id,),
            "version": lambda build: (build.number,),
            "processingState": lambda build: (world.processing(build),),
            "preReleaseVersion.version": lambda build: (build.version.text,),
            "preReleaseVersion.platform": lambda build: (build.version.platform,),
            "betaGroups": lambda build: [group.id for group in world.groups_of(build)],
        },
        orders={"version": lambda build: build.number, "uploadedDate": lambda build: build.uploaded},
        values={"processingState": PROCESSING, "preReleaseVersion.platform": PLATFORMS},
        include=frozenset({"preReleaseVersion", "buildBetaDetail"}),
    )


def group_listing() -> Listing[Group]:
    """GET /v1/betaGroups."""
    return Listing(
        filters={
            "id": lambda group: (group.id,),
            "app": lambda group: (group.app.id,),
            "name": lambda group: (group.name,),
        },
        orders={"name": lambda group: group.name, "createdDate": lambda group: group.made},
    )
