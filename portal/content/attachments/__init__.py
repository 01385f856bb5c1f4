"""Files that belong to an item: kept in versions, read in the background, found by their text."""
