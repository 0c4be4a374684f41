"""What is known of a release, put into texts of its configuration. Pure."""

from collections.abc import Mapping


def filled(inputs: Mapping[str, str], **facts: str) -> dict[str, str]:
    """Texts by name with `{version}`, `{platform}` and `{ref}` replaced; other braces stay as they are."""
    texts = {}
    for name, text in inputs.items():
        known = text
        for fact, value in facts.items():
            known = known.replace(f"{{{fact}}}", value)
        texts[name] = known
    return texts
