"""The bin: what was deleted, for as long as it can be brought back."""
