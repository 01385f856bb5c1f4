"""The directory: people as their colleagues look them up."""
