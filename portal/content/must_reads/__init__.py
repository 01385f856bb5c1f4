"""Must-reads: what certain people have to read and sign by a certain day, and who has."""
