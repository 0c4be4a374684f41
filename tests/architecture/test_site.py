"""The site of the documents is held strictly, and what leaves the documents loses its address there."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]


def build(folder: Path, **pages: str) -> subprocess.CompletedProcess[str]:
    """A site of these pages by our own rules, with a menu that names `README.md` and `other.md`."""
    docs = folder / "docs"
    (docs / "adr").mkdir(parents=True)
    (docs / "adr" / "0001-first.md").write_text("# 1. The first\n")
    for name, text in {"README": "# Start\n", "other": "# Other\n", **pages}.items():
        (docs / f"{name}.md").write_text(text)
    ours = yaml.safe_load((ROOT / "mkdocs.yml").read_text())
    ours |= {
        "docs_dir": str(docs),
        "site_dir": str(folder / "site"),
        "hooks": [str(ROOT / "docs/site/leaving.py")],
        "nav": ["README.md", "other.md", "adr/index.md"],
    }
    (folder / "mkdocs.yml").write_text(yaml.safe_dump(ours))
    words = [sys.executable, "-m", "mkdocs", "build", "--config-file", str(folder / "mkdocs.yml")]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def test_links_stay_or_lose_their_address(tmp_path: Path) -> None:
    """A folder of documents becomes its page, a file of the repository its words; code is left alone."""
    text = (
        "# Start\n[decisions](adr), [code](../bot/cli.py), [other](other.md#other)\n\n```\n[a](../b)\n```\n"
    )
    built = build(tmp_path, README=text)
    assert built.returncode == 0, built.stderr
    page = (tmp_path / "site" / "index.html").read_text()
    assert '<a href="adr/index.html">decisions</a>, code, <a href="other.html#other">other</a>' in page
    assert "[a](../b)" in page
    assert "The first" in (tmp_path / "site" / "adr" / "index.html").read_text()


@pytest.mark.parametrize(
    ("pages", "says"),
    [
        ({"README": "# Start\n[x](gone.md)\n"}, "gone.md"),
        ({"README": "# Start\n[x](other.md#gone)\n"}, "#gone"),
        ({"README": "# Start\n![x](gone.png)\n"}, "gone.png"),
        ({"lost": "# Lost\n"}, "lost.md"),
    ],
    ids=["a page", "an anchor", "a picture", "a page in no menu"],
)
def test_what_leads_nowhere_ends_the_build(tmp_path: Path, pages: dict[str, str], says: str) -> None:
    """A link, an anchor, a picture, and a page that no menu names."""
    built = build(tmp_path, **pages)
    assert built.returncode == 1
    assert says in built.stderr + built.stdout


def test_no_page_asks_another_host(tmp_path: Path) -> None:
    """Fonts, styles, scripts and pictures come with the site."""
    assert build(tmp_path).returncode == 0
    page = (tmp_path / "site" / "index.html").read_text()
    assert 'src="http' not in page
    assert "fonts.g" not in page
    assert '<link rel="stylesheet" href="http' not in page
