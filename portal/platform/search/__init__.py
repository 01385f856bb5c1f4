"""Search: our query language, our analysis, our ranking, over an exchangeable engine."""
