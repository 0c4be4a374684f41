"""Where in an input something is wrong."""

from orchestration.domain.errors import Problem


def problem(place: tuple[object, ...], message: str) -> Problem:
    """A problem at a place."""
    parts = tuple(str(part) for part in place)
    return Problem(field=".".join(parts), message=message, place=parts)
