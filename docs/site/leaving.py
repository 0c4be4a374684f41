"""Links that leave the documents: the site holds docs/ alone, and the repository's other files lie beside it.

A link to a folder of documents becomes one to the page of that folder; a link to another file of the repository
keeps its words and loses its address, because the site names no host.
Whether the file exists is for the tests of the documents.
"""

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

_FENCE = re.compile(r"(^```.*?^```$)", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)#\s]+)(#[^)]*)?\)")
_TITLE = re.compile(r"# (.+)")
_DECISIONS = "adr/index.md"


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Adds the page that lists the decisions."""
    folder = Path(config.docs_dir) / "adr"
    lines = ["# Decisions", "", "Why things are as they are. A decision that no longer holds says so.", ""]
    for path in sorted(folder.glob("*.md")):
        title = _TITLE.match(path.read_text(encoding="utf-8"))
        number, _, words = (title[1] if title else path.stem).partition(". ")
        lines.append(f"- {number}: [{words or number}]({path.name})")
    files.append(File.generated(config, _DECISIONS, content="\n".join(lines) + "\n"))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001 - MkDocs names them
    """The page with every link that stays, and the words of those that leave."""
    parts = _FENCE.split(markdown)
    return "".join(
        part if part.startswith("```") else _staying(part, page.file.src_uri, files) for part in parts
    )


def _staying(text: str, source: str, files: Files) -> str:
    def told(link: re.Match[str]) -> str:
        words, address, anchor = link[1], link[2], link[3] or ""
        if "://" in address or address.startswith(("/", "mailto:")):
            return link[0]
        place = posixpath.normpath(posixpath.join(posixpath.dirname(source), address))
        if place.startswith("../"):
            return words
        for page in (f"{place}/index.md", f"{place}/README.md"):
            if files.get_file_from_path(page) is not None:
                back = posixpath.relpath(page, posixpath.dirname(source) or ".")
                return f"[{words}]({back}{anchor})"
        return link[0]

    return _LINK.sub(told, text)
