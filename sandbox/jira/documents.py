"""Atlassian Document Format, which version 3 of the API speaks where version 2 speaks text.

https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
"""

from typing import Any

Json = dict[str, Any]

BLOCKS = {"paragraph", "heading", "bulletList", "orderedList", "codeBlock", "blockquote", "panel", "rule"}
NOT_A_DOCUMENT = "Operation value must be an Atlassian Document (see the Atlassian Document Format)"
LONGEST_TEXT = 32767


class UnfitText(Exception):
    """A text field's value is refused; the message is the one for its field."""


def read(value: object, version: str) -> str | None:
    """The text of a field's value: a document in version 3, a string in version 2. UnfitText if neither."""
    if value is None:
        return None
    if version == "3":
        if not isinstance(value, dict) or not is_document(value):
            raise UnfitText(NOT_A_DOCUMENT)
        text = to_text(value)
    elif isinstance(value, str):
        text = value
    else:
        raise UnfitText("Operation value must be a string")
    if len(text) > LONGEST_TEXT:
        raise UnfitText(
            f"The entered text is too long. It exceeds the allowed limit of {LONGEST_TEXT:,} characters."
        )
    return text


def is_document(value: object) -> bool:
    """Whether a value is a document of version 1 whose top level holds block nodes only."""
    if not isinstance(value, dict) or value.get("type") != "doc" or value.get("version") != 1:
        return False
    content = value.get("content")
    return isinstance(content, list) and all(isinstance(n, dict) and n.get("type") in BLOCKS for n in content)


def from_text(text: str) -> Json:
    """A document with one paragraph per block of text."""
    blocks = [block for block in text.split("\n\n") if block]
    return {"type": "doc", "version": 1, "content": [_paragraph(block) for block in blocks]}


def to_text(document: Json) -> str:
    """The text of a document, its top blocks parted by an empty line."""
    return "\n\n".join(_text(node) for node in document["content"])


def _paragraph(text: str) -> Json:
    nodes: list[Json] = []
    for line in text.split("\n"):
        if nodes:
            nodes.append({"type": "hardBreak"})
        if line:
            nodes.append({"type": "text", "text": line})
    return {"type": "paragraph", "content": nodes}


def _text(node: Json) -> str:
    if node.get("type") == "hardBreak":
        return "\n"
    if "text" in node:
        return str(node["text"])
    return "".join(_text(child) for child in node.get("content", []))
