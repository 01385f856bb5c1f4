"""Retired phrases: wordings and prices that may no longer be used, and where they still stand."""
