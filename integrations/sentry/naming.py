"""The names of releases in Sentry, and the ids of projects.

Source: docs.sentry.io/product/releases/naming-releases: `package@version+build`, where mobile SDKs take the package
from the bundle id or package name, and the build from CFBundleVersion or versionCode.
"""

import re
from dataclasses import dataclass

from orchestration.ports.errors import Refused

_NAME = re.compile(r"(?P<package>[^@]+)@(?P<version>[^@+]+)(?:\+(?P<build>.+))?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Name:
    """A release's name in its parts."""

    package: str
    version: str
    build: str | None


def name_of(release: str) -> Name | None:
    """The parts of a name, None where it is built otherwise: a commit, for example."""
    found = _NAME.fullmatch(release)
    return (
        Name(package=found["package"], version=found["version"], build=found["build"])
        if found is not None
        else None
    )


def release_name(package: str, version: str, build: str | None) -> str:
    """The name that the SDKs give."""
    return f"{package}@{version}" + (f"+{build}" if build is not None else "")


def project_id(text: str) -> str:
    """The id of a project. Refused where it is none: the sessions of a project are asked for by its number."""
    if not (text.isascii() and text.isdigit()):
        raise Refused(
            f"{text!r} is no id of a project in Sentry: it is a number, and stands in the address of its pages"
        )
    return text
