"""What an item said before: its revisions, what differs between two of them, unfinished texts, and merging."""
