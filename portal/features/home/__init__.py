"""Home: what is new for me."""
