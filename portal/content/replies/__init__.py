"""Replies: the conversation under an item."""
