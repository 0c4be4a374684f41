"""Public holidays: of countries and regions, by their names, computed on this machine."""

from datetime import date

import pytest

from integrations.public_holidays import PublicHolidays

HOLIDAYS = PublicHolidays()


def test_a_region_has_the_country_s_days_and_its_own() -> None:
    """Corpus Christi is one in Bavaria and none in Berlin; Easter Monday is one in both."""
    bavaria, berlin = (HOLIDAYS.days_off(region, [2027]) for region in ("DE-BY", "DE-BE"))
    assert bavaria[date(2027, 3, 29)] == berlin[date(2027, 3, 29)] == "Easter Monday"
    assert date(2027, 5, 27) in bavaria
    assert date(2027, 5, 27) not in berlin
    assert set(HOLIDAYS.days_off("DE", [2027])) <= set(bavaria)


def test_an_observed_day_stands_in_the_year_in_which_it_falls() -> None:
    """New Year's Day of 2028 is a Saturday: it is observed on the last day of 2027, asked for or not."""
    assert "observed" in HOLIDAYS.days_off("US", [2027])[date(2027, 12, 31)]
    assert date(2027, 12, 31) not in HOLIDAYS.days_off("US", [2028])


def test_years_are_told_together() -> None:
    """Each year's days, and no other year's."""
    found = HOLIDAYS.days_off("JP", range(2026, 2029))
    assert {day.year for day in found} == {2026, 2027, 2028}
    assert HOLIDAYS.days_off("JP", []) == {}


def test_regions_are_codes() -> None:
    """Countries by two letters, and their parts; anything else is unknown and says so."""
    known = HOLIDAYS.regions()
    assert {"DE", "DE-BY", "US", "US-CA", "IN", "JP", "BR"} <= set(known)
    assert "Germany" not in known
    with pytest.raises(KeyError):
        HOLIDAYS.days_off("Germany", [2027])
