"""Which addresses may stand in rendered text. Judged as a browser would read them, not as they are written.

It knows nothing of who asks and resolves no names.
"""

import re

_IGNORED_BY_BROWSERS = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060\ufeff]")
_FIRST_STEP = re.compile(r"[^/?#]*")
_WEB = re.compile(r"https?://[^/\s]", re.IGNORECASE)


def is_web(address: str) -> bool:
    """Say whether *address* names a host by http or https."""
    return bool(_WEB.match(address))


def is_local(address: str) -> bool:
    """Say whether a browser stays on this host when it follows *address* (two slashes, backslashes and schemes lead away)."""
    seen = _IGNORED_BY_BROWSERS.sub("", address)
    first_step = _FIRST_STEP.match(seen)
    # A colon there would be a scheme, or somebody's attempt at one.
    has_scheme = first_step is not None and ":" in first_step[0]
    return bool(seen) and "\\" not in seen and not seen.startswith("//") and not has_scheme


def is_linkable(address: str) -> bool:
    """Say whether a link may point to *address*: here, the web, or a mail address."""
    return is_local(address) or is_web(address) or address.lower().startswith("mailto:")
