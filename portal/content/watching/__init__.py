"""Watching: following a space, a tag, an item, a person or a search, and telling those who do."""
