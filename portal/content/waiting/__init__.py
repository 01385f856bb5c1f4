"""What waits for somebody: one line for each kind of work, gathered from the parts of the product."""
