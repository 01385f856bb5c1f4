"""What the command line does, one module for each subcommand. Each calls the same services as the pages."""
