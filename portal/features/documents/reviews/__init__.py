"""Review: what somebody wants published or changed, discussed and decided by those who edit the space."""
