"""Which providers the demo plays with, as it is written on the command line."""

from argparse import ArgumentTypeError

from sandbox.parts import PARTS, Cast, NoSuchCast

OFFERED = tuple(key for key, part in PARTS.items() if not part.by_schema)


def cast_of(words: str) -> Cast:
    """The providers of `gitlab,jenkins,asana`, and the usual ones in all other roles; ArgumentTypeError."""
    names = [name.strip() for name in words.split(",") if name.strip()]
    for name in names:
        if name in PARTS and name not in OFFERED:
            raise ArgumentTypeError(
                f"{name} can't be simulated here: it takes the vendor's own schema, which is no part of this program"
            )
    try:
        return Cast.of(names)
    except NoSuchCast as error:
        raise ArgumentTypeError(str(error)) from error
