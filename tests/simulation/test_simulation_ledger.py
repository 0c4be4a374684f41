"""The long run: it is taken up where it ended, its rows know each seed once, and the document says their sum."""

import sys
from pathlib import Path

import pytest

from tests.simulation import long
from tests.simulation.ledger import BEGIN, DOCUMENT, END, LEDGER, Part, appended, read, sentence, written


def _part(first: int, last: int, *broke: int) -> Part:
    return Part(first=first, last=last, at="1234567", steps=50_000, commits=4_000, broke=broke)


def test_the_document_says_what_the_ledger_knows() -> None:
    """The sum of the rows is the sentence that a reader finds, to the last digit."""
    document = DOCUMENT.read_text(encoding="utf-8")
    assert written(document, read(LEDGER)) == document


def test_the_long_run_begins_with_the_first_seed_and_each_row_follows_the_one_before() -> None:
    """Nothing is counted twice and nothing is left out: the sum is a run of the seeds from 1."""
    parts = read(LEDGER)
    assert parts[0].first == 1
    assert all(part.first <= part.last and part.steps > part.commits > 0 for part in parts)


@pytest.mark.parametrize("first", [2, 3, 5], ids=["twice", "twice at the edge", "one left out"])
def test_a_row_that_does_not_follow_is_refused(tmp_path: Path, first: int) -> None:
    """A ledger that was put together wrongly is no ledger."""
    ledger = tmp_path / "played.csv"
    appended(ledger, _part(1, 3))
    appended(ledger, _part(first, 9))
    with pytest.raises(ValueError, match=f"seed {first} does not follow 3"):
        read(ledger)


def test_seeds_that_broke_a_rule_stay_in_their_rows(tmp_path: Path) -> None:
    """What was found is told with the sum, also when it was mended since."""
    ledger = tmp_path / "played.csv"
    parts = [_part(1, 3, 2), _part(4, 9, 5, 8)]
    for part in parts:
        appended(ledger, part)
    assert read(ledger) == parts
    assert sentence(parts) == (
        "Seeds 1 to 9 were played one after the other at 1234567: 100,000 steps, 8,000 commits judged, "
        "and 2, 5, 8 broke a rule, below."
    )


def test_the_long_run_goes_on_after_the_last_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ended and begun again it plays the seeds that follow, up to the last one, and the document says so."""
    ledger, document = tmp_path / "played.csv", tmp_path / "document.md"
    document.write_text(f"before\n{BEGIN}{END}after\n", encoding="utf-8")
    appended(ledger, _part(1, 3))
    monkeypatch.setattr(long, "LEDGER", ledger)
    monkeypatch.setattr(long, "DOCUMENT", document)
    monkeypatch.setattr(long, "git", lambda *words: "89abcde" if words[0] == "rev-parse" else "")
    monkeypatch.setattr(long, "quiet", lambda: None)
    monkeypatch.setattr(sys, "argv", ["long", "--until", "6", "--part", "2", "--workers", "1"])
    assert long.main() == 0
    told = [(part.first, part.last, part.at) for part in read(ledger)]
    assert told == [(1, 3, "1234567"), (4, 5, "89abcde"), (6, 6, "89abcde")]
    assert all(part.steps > part.commits > 0 for part in read(ledger)[1:])
    assert f"before\n{BEGIN}Seeds 1 to 6 were played" in document.read_text(encoding="utf-8")
    assert long.main() == 0
    assert len(read(ledger)) == 3


def test_code_that_is_no_commit_is_not_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A row names what was played; where the product differs from its commit, nothing is played and it says so."""
    monkeypatch.setattr(long, "LEDGER", tmp_path / "played.csv")
    monkeypatch.setattr(long, "git", lambda *_words: " M bot/app.py")
    monkeypatch.setattr(sys, "argv", ["long"])
    assert long.main() == 2
    assert "bot/app.py" in capsys.readouterr().err
    assert not (tmp_path / "played.csv").exists()
