"""Bytes of unknown Chinese (or other) encoding as text, or a refusal: never a guess that prints nonsense.

UTF-8 proves itself. GB18030 and Big5 accept almost any bytes, so both readings are made and weighed by how common
their characters are; a reading that does not look like Chinese, or two that look alike, are refused. It knows nothing
of files and formats.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from portal.platform.extraction.common_characters import SIMPLIFIED, TRADITIONAL
from portal.platform.extraction.results import ExtractionRefused, Reason

_SAMPLE = 60_000
_BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_PUNCTUATION = frozenset("，。、；：？！“”‘’（）《》【】—…·　「」『』％")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_MIN_PLAUSIBLE = 0.9
_MIN_LEAD = 0.35


class _Script(NamedTuple):
    codec: str
    common: frozenset[str]
    frequent_plane: str
    frequent_lead: range
    """Lead bytes of the plane where the standard keeps its frequent characters."""


_SCRIPTS = (
    _Script("gb18030", frozenset(SIMPLIFIED), "gb2312", range(0xB0, 0xD8)),
    # Mainland systems write traditional characters too.
    _Script("gb18030", frozenset(TRADITIONAL), "big5", range(0xA4, 0xC7)),
    _Script("big5hkscs", frozenset(TRADITIONAL), "big5", range(0xA4, 0xC7)),
)


def decode(data: bytes, declared: str = "") -> str:
    """Return *data* as text.

    Args:
        data: the whole file.
        declared: the encoding that an HTML page names for itself; believed only where it reads without an error.

    Raises:
        ExtractionRefused: no encoding reads it convincingly.
    """
    for mark, codec in _BOMS.items():
        if data.startswith(mark):
            return _checked(_strict(data, codec))
    if (text := _strict(data, "utf-8")) is not None:
        return _checked(text)
    if declared and (text := _strict(data, _superset(declared))) is not None and _plausible(text):
        return text
    return _chinese(data)


def _superset(declared: str) -> str:
    """Pages say gb2312 and big5 and mean what Windows makes of them."""
    name = declared.strip().lower()
    return {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}.get(name, name)


def _strict(data: bytes, codec: str) -> str | None:
    """Decode without replacing; only a character cut off at the very end of the file is let go."""
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        is_cut_off = error.start >= len(data) - 3 and error.start > 0
        return _strict(data[: error.start], codec) if is_cut_off else None
    except (LookupError, UnicodeError):
        return None


def _checked(text: str | None) -> str:
    # More than one replacement character in fifty means that somebody else has guessed wrong before.
    if text is None or text.count("\ufffd") * 50 > len(text):
        raise ExtractionRefused(Reason.ENCODING)
    return text


def _chinese(data: bytes) -> str:
    weights: dict[str, float] = {}
    for script in _SCRIPTS:
        if (text := _strict(data, script.codec)) is not None:
            weights[text] = max(_weight(text, script), weights.get(text, -9.0))
    weighed = sorted(((weight, text) for text, weight in weights.items()), reverse=True)
    if not weighed or weighed[0][0] < _MIN_PLAUSIBLE:
        raise ExtractionRefused(Reason.ENCODING)
    if len(weighed) > 1 and weighed[0][0] - weighed[1][0] < _MIN_LEAD:
        raise ExtractionRefused(Reason.ENCODING)
    return weighed[0][1]


def _plausible(text: str) -> bool:
    return not _HAN.search(text) or max(_weight(text, script) for script in _SCRIPTS) >= _MIN_PLAUSIBLE


def _weight(text: str, script: _Script) -> float:
    """Mean weight of the characters beyond ASCII: 3 for the very common, below 0 for what hardly anybody writes."""
    foreign = [character for character in text[:_SAMPLE] if character > "\x7f"]
    if not foreign:
        return 0.0
    return sum(_weight_of(character, script) for character in foreign) / len(foreign)


def _weight_of(character: str, script: _Script) -> float:
    if character in script.common:
        return 3.0
    if character in _PUNCTUATION:
        return 2.0
    if not _HAN.match(character):
        return 0.0 if "\uff01" <= character <= "\uff5e" else -2.0
    try:
        lead = character.encode(script.frequent_plane)[0]
    except UnicodeEncodeError:
        return -3.0
    return 0.5 if lead in script.frequent_lead else -2.0
