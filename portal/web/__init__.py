"""Flask helpers: routing, identity, errors, security headers, generated read API, assets."""
