"""知营: a knowledge portal for a B2B sales organisation."""
