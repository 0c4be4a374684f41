"""Platforms, the targets they go to, and the legal pairs of the two."""

from dataclasses import dataclass
from enum import StrEnum


class Platform(StrEnum):
    """What the app runs on."""

    ANDROID = "ANDROID"
    IOS = "IOS"
    WEB = "WEB"


class Target(StrEnum):
    """Where the app goes."""

    PLAY_STORE = "PLAY_STORE"
    APP_STORE = "APP_STORE"
    WEB = "WEB"


LEGAL_TARGETS = {
    Platform.ANDROID: (Target.PLAY_STORE, Target.WEB),
    Platform.IOS: (Target.APP_STORE, Target.WEB),
    Platform.WEB: (Target.WEB,),
}

TITLES = {Platform.ANDROID: "Android", Platform.IOS: "iOS", Platform.WEB: "Web"}
TARGET_TITLES = {Target.PLAY_STORE: "Play Store", Target.APP_STORE: "App Store", Target.WEB: "Web"}


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Pair:
    """A platform and its target; `key` is its spelling in ids, labels and REST."""

    platform: Platform
    target: Target

    @property
    def key(self) -> str:
        """`ANDROID-PLAY_STORE`."""
        return f"{self.platform}-{self.target}"

    @property
    def title(self) -> str:
        """`Android`, and `Android (Web)` where the target is not the platform's own store."""
        platform = TITLES[self.platform]
        if self.target is LEGAL_TARGETS[self.platform][0]:
            return platform
        return f"{platform} ({TARGET_TITLES[self.target]})"

    @property
    def legal(self) -> bool:
        """Whether this platform can go to this target."""
        return self.target in LEGAL_TARGETS[self.platform]

    @classmethod
    def parse(cls, key: str) -> "Pair":
        """The inverse of `key`; ValueError where it is no pair."""
        platform, _, target = key.partition("-")
        return cls(platform=Platform(platform), target=Target(target))
