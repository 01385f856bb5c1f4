"""Shelves: what somebody keeps for themselves, as favourites or to read later."""
