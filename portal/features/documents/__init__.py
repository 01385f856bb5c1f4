"""Documents: what people write in spaces."""
