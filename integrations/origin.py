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


def below(root: str, address: str, *, api: str = "") -> str | None:
    """What a server names by `address`, asked for at the root that was set; None where it is nothing of its API.

    A server behind a proxy knows itself by another scheme, host or port than its clients do, and by less of the
    root's path, of which `api` is the end that it knows at least.
    """
    try:
        told, home = urlsplit(address), urlsplit(root).path.rstrip("/")
    except ValueError:
        return None
    ends = [home[place:] for place, sign in enumerate(f"{home}/") if sign == "/"]
    known = next((end for end in ends if told.path.startswith(f"{end}/")), "")
    odd = not {".", ".."}.isdisjoint(told.path.split("/"))
    if odd or len(known) < len(api) or not told.path.startswith("/"):
        return None
    query = f"?{told.query}" if told.query else ""
    return f"{root.rstrip('/')}{told.path.removeprefix(known)}{query}"
