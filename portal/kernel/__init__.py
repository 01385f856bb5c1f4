"""What everything stands on: database, clock, errors, markup, paging. Knows no Flask and no feature."""
