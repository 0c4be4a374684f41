"""Where a server is, however its address is written, and where it says that the next page of a list is."""

from urllib.parse import urlsplit

from yarl import URL


def origin(address: str) -> str:
    """Scheme, host and port: in small letters, with a name as resolvers take it, without a port that is the usual one.

    Empty for what is no address.
    """
    try:
        return str(URL(address).origin())
    except ValueError:
        return ""


def below(root: str, address: str) -> str | None:
    """What a server names by `address`, asked for at the root that was set; None where it is not below its path.

    A server behind a proxy knows itself by another scheme, host or port than its clients do.
    """
    try:
        told, home = urlsplit(address), urlsplit(root).path.rstrip("/")
    except ValueError:
        return None
    if not told.path.startswith(f"{home}/") or not {".", ".."}.isdisjoint(told.path.split("/")):
        return None
    query = f"?{told.query}" if told.query else ""
    return f"{root.rstrip('/')}{told.path.removeprefix(home)}{query}"
