"""Text from outside, as both databases can keep it."""


def storable(text: str) -> str:
    """The text without NUL, which PostgreSQL refuses, and without halves of characters, which are no UTF-8."""
    return text.replace("\0", "").encode("utf-8", errors="replace").decode("utf-8")
