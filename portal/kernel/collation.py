"""Sort keys for names: Chinese by pinyin, the rest by its letters, stored in a column so that every database agrees."""

from __future__ import annotations

import unicodedata

from pypinyin import Style, lazy_pinyin


def pinyin_key(text: str) -> str:
    """A key under which plain string order is pinyin order; tones decide between equal syllables."""
    folded = unicodedata.normalize("NFKC", text).lower()
    plain = "".join(lazy_pinyin(folded))
    toned = "".join(lazy_pinyin(folded, style=Style.TONE3, neutral_tone_with_five=True))
    return f"{plain} {toned}"[:200]


def spellings(text: str) -> str:
    """The pinyin of a name in full and as initials, e.g. `李娜` → `lina ln`, for finding people by spelling."""
    full = "".join(lazy_pinyin(text))
    initials = "".join(lazy_pinyin(text, style=Style.FIRST_LETTER))
    return f"{full} {initials}".lower()
