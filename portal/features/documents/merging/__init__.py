"""Merging one document into another, whose address it leads to from then on."""
