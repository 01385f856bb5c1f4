"""What the product does; one package each, none imports another."""
