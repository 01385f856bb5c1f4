"""Making an earlier version of a document the current one again."""
