"""Questions: items that ask something, the reply that answered them, and the people who may know."""
