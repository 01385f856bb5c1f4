"""The demo company: what ships in `content/demo`, brought into an empty installation through the product's services."""
