"""Public holidays, by the library `holidays`: computed, not asked for anywhere."""

from collections.abc import Collection, Mapping
from datetime import date
from functools import cache
from types import MappingProxyType

import holidays

_COUNTRY = 2
"""The length of an ISO 3166-1 code; the library also names countries in full."""


class PublicHolidays:
    """The holidays of countries (`DE`, ISO 3166-1) and of their regions (`DE-BY`, ISO 3166-2).

    A country's are those of the whole country; a region's are the country's and its own. What the library does not
    know yet of a far year is missing there.
    """

    def regions(self) -> Collection[str]:
        """All that are known."""
        return _regions()

    def days_off(self, region: str, years: Collection[int]) -> Mapping[date, str]:
        """The holidays in those years, observed days too, with their names; KeyError for an unknown region."""
        if region not in _regions():
            raise KeyError(region)
        found: dict[date, str] = {}
        for year in sorted(set(years)):
            found |= _of_year(region, year)
        return found


@cache
def _regions() -> frozenset[str]:
    countries = {
        code: parts for code, parts in holidays.list_supported_countries().items() if len(code) == _COUNTRY
    }
    inner = {f"{code}-{part}" for code, parts in countries.items() for part in parts}
    return frozenset(countries) | inner


@cache
def _of_year(region: str, year: int) -> Mapping[date, str]:
    """One year; a holiday that is observed on a day of a neighbouring year is told where it falls."""
    country, _, part = region.partition("-")
    found = holidays.country_holidays(country, subdiv=part or None, years=[year - 1, year, year + 1])
    return MappingProxyType({day: name for day, name in found.items() if day.year == year})
