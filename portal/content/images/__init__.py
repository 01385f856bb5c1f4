"""Pictures in texts."""
