"""The demo in the browser: which browser is opened, which folder is taken, and what the command line asks for."""

import json
import webbrowser
from pathlib import Path
from typing import Any

import pytest

from bot.carrying_out import carry_out
from bot.cli import parser
from bot.demo import command, workspace
from bot.demo.stage import StageError
from bot.demo.workspace import WHOLE, open_page
from bot.settings import Settings
from sandbox.parts import Cast


class Window(webbrowser.BaseBrowser):
    """A browser with a window of its own."""

    def __init__(self) -> None:
        super().__init__("window")
        self.opened: list[str] = []

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:  # noqa: ARG002 - as browsers have it
        """Remember the address."""
        self.opened.append(url)
        return True


def test_a_browser_with_a_window_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the page's address."""
    window = Window()
    monkeypatch.setattr(webbrowser, "get", lambda: window)
    assert open_page("http://127.0.0.1:1")
    assert window.opened == ["http://127.0.0.1:1"]


def test_a_browser_of_the_terminal_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would take the terminal in which the demo runs."""
    monkeypatch.setattr(webbrowser, "get", lambda: webbrowser.GenericBrowser("w3m"))
    monkeypatch.setattr(webbrowser.GenericBrowser, "open", lambda *_: pytest.fail("it was opened"))
    assert not open_page("http://127.0.0.1:1")


def test_where_there_is_none_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    """The address was printed."""

    def none() -> Any:
        raise webbrowser.Error("could not locate runnable browser")

    monkeypatch.setattr(webbrowser, "get", none)
    assert not open_page("http://127.0.0.1:1")


def test_a_new_folder_is_for_its_owner(tmp_path: Path) -> None:
    """It will hold a database and keys; and it is known again by its note."""
    folder = tmp_path / "data" / "demo"
    workspace._clear(folder, fresh=False)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert json.loads((folder / "demo.json").read_text()) == {}
    workspace._clear(folder, fresh=False)


def test_fresh_takes_away_a_demo_and_nothing_else(tmp_path: Path) -> None:
    """A folder without the note is somebody's."""
    folder = tmp_path / "demo"
    workspace._clear(folder, fresh=False)
    (folder / "world").mkdir()
    workspace._clear(folder, fresh=True)
    assert [each.name for each in folder.iterdir()] == ["demo.json"]
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "thesis.txt").touch()
    with pytest.raises(StageError, match="something else"):
        workspace._clear(foreign, fresh=True)
    assert (foreign / "thesis.txt").exists()


def test_a_folder_is_used_by_one_demo(tmp_path: Path) -> None:
    """Until that one has ended; what it notes meanwhile does not let go of the lock."""
    folder = tmp_path / "demo"
    workspace._clear(folder, fresh=False)
    with workspace._alone(folder):
        workspace._write(folder, {"bot_port": 1})
        with pytest.raises(StageError, match="Another demo"), workspace._alone(folder):
            pytest.fail("two demos in one folder")
        with pytest.raises(StageError, match="Another demo"):
            workspace._clear(folder, fresh=True)
    with workspace._alone(folder):
        assert workspace._bot_port(folder) == 1


@pytest.mark.parametrize(
    ("words", "headless", "asked"),
    [
        ([], False, {"fresh": False, "cast": WHOLE, "browse": True, "page_port": 0, "patience": 1.0}),
        (
            ["--fresh", "--no-browser", "--port", "8123"],
            False,
            {"fresh": True, "browse": False, "page_port": 8123},
        ),
        (["--patience", "4"], False, {"patience": 4.0}),
        (["--with", "gitlab"], False, {"cast": Cast(scm="gitlab", cicd="gitlab")}),
        (["--headless"], True, {"keep": False, "cast": WHOLE}),
        (["--keep"], True, {"keep": True}),
        (["--picture", "x.svg"], True, {"picture": Path("x.svg")}),
    ],
)
async def test_the_command_line_chooses_the_show(
    words: list[str], headless: bool, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A page by default; what belongs to the terminal's show means that one."""
    found: list[tuple[bool, dict[str, Any]]] = []

    def show(kind: bool) -> Any:
        async def run(**options: Any) -> int:
            found.append((kind, options))
            return 0

        return run

    monkeypatch.setattr(command, "run_demo", show(True))
    monkeypatch.setattr(command, "run_workspace", show(False))
    arguments = parser().parse_args(["demo", *words])
    assert await carry_out(arguments, Settings(data=tmp_path)) == 0
    ((kind, options),) = found
    assert kind is headless
    assert asked.items() <= options.items()
    if not headless:
        assert options["folder"] == tmp_path / "demo"
