"""Templates: what a text that follows a form begins with, and the fields that are kept as data."""
