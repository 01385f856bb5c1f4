"""Takes out the readings that some converters print behind characters: 續(xù) becomes 續.

A bracket goes only when it can be nothing else: toned syllables of the official table, or untoned ones that are a
reading of the very characters before them. ``ERP``, ``kg`` and ``A`` in brackets are none of its business.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from pypinyin.constants import PINYIN_DICT

_TONES = "\u0300\u0301\u0304\u030c"
_GLOSS = re.compile(
    r"(?P<before>[\u3400-\u9fff\U00020000-\U0003ffff^]{1,6})[ ]?"
    r"[(（](?P<gloss>[a-zɡüāáǎàēéěèêếềīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ' ’·\u0300\u0301\u0304\u030c]{1,30})[)）]"
)


def without_glosses(text: str) -> str:
    """Return *text* without pinyin in brackets behind Chinese characters."""
    return _GLOSS.sub(_judged, text)


def _judged(match: re.Match[str]) -> str:
    syllables = [_plain(part) for part in re.split(r"[ '’·]+", match["gloss"].strip()) if part]
    before = match["before"]
    if not 0 < len(syllables) <= len(before):
        return match[0]
    is_toned = _is_toned(match["gloss"])
    is_gloss = (
        all(map(_is_syllable, syllables)) if is_toned else _read_so(before[-len(syllables) :], syllables)
    )
    return before if is_gloss else match[0]


def _is_toned(gloss: str) -> bool:
    return any(mark in _TONES for mark in unicodedata.normalize("NFD", gloss))


def _plain(syllable: str) -> str:
    """Take the tone off: ``qū`` is ``qu``, ``ǚ`` stays ``ü``."""
    bare = "".join(mark for mark in unicodedata.normalize("NFD", syllable) if mark not in _TONES)
    return unicodedata.normalize("NFC", bare).replace("ɡ", "g").replace("v", "ü")


def _is_syllable(syllable: str) -> bool:
    return syllable in _syllables()


def _read_so(characters: str, syllables: list[str]) -> bool:
    # One letter alone is an item of a list or a size more often than a reading.
    pairs = zip(characters, syllables, strict=True)
    return all(len(syllable) > 1 and syllable in _readings(character) for character, syllable in pairs)


def _readings(character: str) -> set[str]:
    return {_plain(reading) for reading in PINYIN_DICT.get(ord(character), "").split(",")}


@lru_cache(maxsize=1)
def _syllables() -> frozenset[str]:
    readings = {reading for entry in PINYIN_DICT.values() for reading in entry.split(",")}
    return frozenset(_plain(reading) for reading in readings)
