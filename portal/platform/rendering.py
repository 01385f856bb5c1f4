"""Renders Markdown where it can be stopped: in a child process with a limit of time.

Python-Markdown is quadratic on hostile input and cannot be interrupted from within. This module never raises and
never lets a text hold up a request for longer than its limits; it knows nothing of what the text belongs to.
"""

from __future__ import annotations

import logging

from portal.kernel import markup
from portal.platform.killable import KillableChild, die_at_once

LIMIT_S = 1.6
"""For the work alone. With the kill and the way back the caller has an answer within two seconds."""

_PATIENCE_S = 6.0
"""For a child to start and the texts of other threads to be done. Beyond it the text is shown unformatted."""

_log = logging.getLogger(__name__)


def render_safely(text: str) -> markup.Rendered:
    """Render *text*; where that takes too long or fails, return it escaped, with a notice. Never raises."""
    if len(text) > markup.MAX_BYTES:
        return markup.unformatted(text, "too_long")
    try:
        return _child.run(markup.render, text)
    except Exception as error:  # noqa: BLE001 - whatever a hostile text provokes, its reader gets an answer
        _log.warning("text of %d characters shown unformatted: %r", len(text), error)
        return markup.unformatted(text, "too_slow")


def stop() -> None:
    """End the child process now; the next text starts another."""
    _child.close()


def _prepare() -> None:
    die_at_once()
    # The first rendering imports the extensions and lexers; it must not be counted as the time of a text.
    markup.render("| a |\n|---|\n\n```python\nx = 1\n```\n\n[^1]\n\n[^1]: b")


_child = KillableChild(_prepare, limit_s=LIMIT_S, patience_s=_PATIENCE_S)
