"""Taking documents out: as Markdown, Word and PDF, and a whole space as an archive that can be imported again."""
