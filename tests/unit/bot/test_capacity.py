"""The calculator says what its formula says, and the page shows what it says."""

import argparse
from dataclasses import replace
from pathlib import Path

import pytest

from bot.capacity import Demand, add_commands, needs, shown

_PAGE = Path(__file__).parents[3] / "docs" / "scale.md"


def test_needs_follow_the_formula() -> None:
    """Counted by hand: 86,400 releases that run a day each start once a second."""
    demand = Demand(
        releases=86_400,
        days=1,
        tasks=2,
        builds=1,
        build_minutes=1,
        check_seconds=30,
        messages=3,
        calls=4,
        release_kb=100,
        peak=1,
        task_ms=100,
        look_ms=50,
    )
    found = needs(demand)
    assert found.tasks_per_minute == pytest.approx(120)
    assert found.looks_per_minute == pytest.approx(120)
    assert found.cores == pytest.approx(0.3)
    assert found.processes == 1
    assert found.provider_calls_per_hour == pytest.approx((2 * 4 + 2) * 3600)
    assert found.messages_per_minute == pytest.approx(180)
    assert found.gb_per_year == pytest.approx(3153.6)
    assert needs(replace(demand, peak=10)).processes == 6


def test_the_example_of_the_page_is_what_the_command_says() -> None:
    """Whoever changes the formula or a default changes the page."""
    example = _PAGE.read_text(encoding="utf-8").partition("<!-- example -->\n```\n")[2].partition("```")[0]
    assert example == shown(Demand(releases=1000, days=14))


@pytest.mark.parametrize("given", ["0", "-1", "inf", "many"])
def test_what_is_no_demand_is_refused(given: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing, less than that, no end and no number: each is told with the name of its option."""
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    with pytest.raises(SystemExit):
        parser.parse_args(["capacity", "--days", given])
    assert "--days" in capsys.readouterr().err
