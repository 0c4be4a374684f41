"""What people type, in its parts. PURE."""


def parted(text: str) -> tuple[str, str]:
    """(the first word, the rest): any blank parts them, for odd ones come with copying."""
    first, rest = [*text.split(maxsplit=1), "", ""][:2]
    return first, rest.strip()


def word_of(text: str) -> tuple[str, str]:
    """(the word, the rest): what nobody sees is no part of a word, nor is how it is written."""
    word, rest = parted(text)
    return "".join(sign for sign in word if sign.isprintable()).lower(), rest
