"""Importing files as documents."""
