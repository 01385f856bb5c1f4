"""Unfinished texts: what people have typed into forms and not yet saved, for themselves alone."""
