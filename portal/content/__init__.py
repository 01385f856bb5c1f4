"""What every item can have: spaces, replies, readings, revisions, tags, links; written once."""
