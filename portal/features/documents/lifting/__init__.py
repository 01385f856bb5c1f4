"""Lifting documents to the newest version of their template."""
