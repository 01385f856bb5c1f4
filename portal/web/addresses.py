"""Addresses that came from outside: which of them may be led to. Pure functions of text."""

from __future__ import annotations

from urllib.parse import urlsplit

LONGEST = 2_000


def local_path(target: str | None) -> str:
    r"""The address when it is a path of this site, else nothing.

    Browsers drop tabs and line ends, strip space, and read `\` as `/`; after that, `//host` and `/\host` name another
    site. Such addresses are refused rather than repaired: none of our own pages links that way.

    Args:
        target: what the request says, e.g. the value of `next`.

    Returns:
        The same text, or "" when it is not a plain path of this site.
    """
    target = target or ""
    if not target.startswith("/") or len(target) > LONGEST or "\\" in target:
        return ""
    path = target.partition("?")[0].partition("#")[0]
    # A doubled slash further on is harmless to browsers, but proxies that tidy paths may bring it to the front.
    return target if "//" not in path and not any(_is_odd(sign) for sign in target) else ""


def came_from(referrer: str | None, host: str) -> str:
    """The path of the page on which a form was sent, when it is one of this site, else nothing.

    Args:
        referrer: the header of the request.
        host: name and port under which this site was called.
    """
    try:
        parts = urlsplit(referrer or "")
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or parts.netloc != host:
        return ""
    return local_path(f"{parts.path}?{parts.query}" if parts.query else parts.path)


def _is_odd(sign: str) -> bool:
    """Space, control characters, and invisible signs that some browsers drop."""
    return not sign.isprintable() or sign.isspace()
