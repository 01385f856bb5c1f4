"""Security headers on every response, errors and static files too (docs/security: content policy)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g

if TYPE_CHECKING:
    from flask import Flask, Response

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def _policy(style: str) -> str:
    return "; ".join(f"{name} {value}" for name, value in {**POLICY, "style-src": style}.items())


STRICT = _policy("'self'")
DRAWING = _policy("'self' 'unsafe-inline'")


def allow_drawing() -> None:
    """Let this one page carry inline styles, which Mermaid writes into its drawings. Scripts stay as strict."""
    g.draws = True


def install(app: Flask) -> None:
    """Set the headers after every request."""

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", DRAWING if g.get("draws") else STRICT)
        for name, value in FIXED.items():
            response.headers.setdefault(name, value)
        return response
