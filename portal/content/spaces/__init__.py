"""Spaces: sections with an audience and editors."""
