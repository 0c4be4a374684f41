"""A release configuration as people and programs write it: only what a release can't do without."""

from typing import Any

SMALL: dict[str, Any] = {
    "id": "pixel",
    "name": "Pixel",
    "app": "Pixel",
    "pairs": ["ANDROID-PLAY_STORE", "IOS-APP_STORE"],
    "base_branch": "main",
    "home": "C0RELEASES",
    "scm": "github",
}
