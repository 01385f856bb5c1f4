"""Messages that stay for one page, with a way back where there is one."""

from __future__ import annotations

from typing import Any

from flask import flash


def offer(sentence: str, undo_url: str | None = None, category: str = "success") -> None:
    """Say what was done.

    Args:
        sentence: for the person.
        undo_url: address to POST to for undoing it, or None.
        category: `success`, `info`, `warning` or `error`.
    """
    message: Any = {"text": sentence, "undo_url": undo_url} if undo_url else sentence
    flash(message, category)
