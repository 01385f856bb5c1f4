"""Verification: somebody vouches for an item until a day, and somebody is responsible for it at any time."""
