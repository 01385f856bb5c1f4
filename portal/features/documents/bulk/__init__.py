"""One act for many documents, each under its own rules, all undone together."""
