"""REST, version 1: a table of routes, one door before all of them, and the description made from the table."""
