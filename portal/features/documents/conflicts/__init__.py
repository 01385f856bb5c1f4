"""Two people saved the same document: their texts put together, to be looked at and saved."""
