"""Mentions: naming people and departments in a text, so that they are told of it."""
