"""A Google Play to rehearse against."""

from sandbox.google_play.accounts import Account
from sandbox.google_play.simulator import PACKAGE, GooglePlaySimulator
from sandbox.google_play.world import App, Release

__all__ = ["PACKAGE", "Account", "App", "GooglePlaySimulator", "Release"]
