"""What people type or upload, made fit for one line or one text of the database. Knows no field and no form."""

from __future__ import annotations

import unicodedata

SEPARATORS = frozenset({"Cc", "Zl", "Zp"})
LARGEST = 2**31 - 1  # of an integer column


def line(text: str | None) -> str:
    """One line in composed characters, without control characters and without space at its ends."""
    kept = (" " if unicodedata.category(c) in SEPARATORS else c for c in storable(text or ""))
    return unicodedata.normalize("NFC", " ".join("".join(kept).split()))


def paragraphs(text: str | None) -> str:
    r"""Several lines, their ends as `\n`, without space around the whole."""
    return storable(text or "").replace("\r\n", "\n").replace("\r", "\n").strip()


def storable(text: str) -> str:
    """What a database can hold: without NUL, which PostgreSQL cannot store, and without lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


def number(text: str) -> int:
    """A whole number that a column can hold; in the place of a larger one the largest, which is nobody's key.

    Raises:
        ValueError: it is none.
    """
    return max(-LARGEST, min(int(text), LARGEST))
