"""The Porter stemmer for English words in Chinese documents.

M. F. Porter, "An algorithm for suffix stripping", Program 14(3), 1980.  Written
out here because the analysis is shared by all engines and must not lean on one
engine's library.  Knows lower-case ASCII words and nothing else.
"""

from __future__ import annotations

import re

_C = "[^aeiou]"
_V = "[aeiouy]"
_CC = f"{_C}[^aeiouy]*"
_VV = f"{_V}[aeiou]*"
_ONCE = re.compile(f"^({_CC})?{_VV}{_CC}")
_EXACTLY_ONCE = re.compile(f"^({_CC})?{_VV}{_CC}({_VV})?$")
_TWICE = re.compile(f"^({_CC})?{_VV}{_CC}{_VV}{_CC}")
_VOWEL = re.compile(f"^({_CC})?{_V}")
_SHORT = re.compile(f"^{_CC}{_V}[^aeiouwxy]$")
_DOUBLE = re.compile(r"([^aeiouylsz])\1$")

_SHORTEST = 3

_STEP2 = (
    ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"),
    ("izer", "ize"), ("bli", "ble"), ("alli", "al"), ("entli", "ent"), ("eli", "e"),
    ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"), ("ator", "ate"),
    ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"),
    ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"), ("logi", "log"),
)  # fmt: skip
_STEP3 = (
    ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"),
    ("ical", "ic"), ("ful", ""), ("ness", ""),
)  # fmt: skip
_STEP4 = (
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent",
    "ou", "ism", "ate", "iti", "ous", "ive", "ize",
)  # fmt: skip


def stem(word: str) -> str:
    """The stem of a lower-case English word; words of one or two letters are kept."""
    if len(word) < _SHORTEST:
        return word
    for step in (_plurals, _participles, _final_y, _suffixes, _residues, _final_e):
        word = step(word)
    return word


def _plurals(word: str) -> str:
    if word.endswith(("sses", "ies")):
        return word[:-2]
    if word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


def _participles(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _ONCE.match(word[:-3]) else word
    for suffix in ("ed", "ing"):
        base = word.removesuffix(suffix)
        if base != word:
            return _repair(base) if _VOWEL.match(base) else word
    return word


def _repair(base: str) -> str:
    if base.endswith(("at", "bl", "iz")):
        return base + "e"
    if _DOUBLE.search(base):
        return base[:-1]
    return base + "e" if _SHORT.match(base) else base


def _final_y(word: str) -> str:
    if word.endswith("y") and _VOWEL.match(word[:-1]):
        return word[:-1] + "i"
    return word


def _suffixes(word: str) -> str:
    for rules in (_STEP2, _STEP3):
        word = _replace(word, rules)
    return word


def _replace(word: str, rules: tuple[tuple[str, str], ...]) -> str:
    fitting = [rule for rule in rules if word.endswith(rule[0])]
    if not fitting:
        return word
    suffix, new = max(fitting, key=lambda rule: len(rule[0]))
    base = word[: -len(suffix)]
    return base + new if _ONCE.match(base) else word


def _residues(word: str) -> str:
    if word.endswith(("sion", "tion")):
        return word[:-3] if _TWICE.match(word[:-3]) else word
    fitting = [suffix for suffix in _STEP4 if word.endswith(suffix)]
    if not fitting:
        return word
    base = word[: -max(map(len, fitting))]
    return base if _TWICE.match(base) else word


def _final_e(word: str) -> str:
    if word.endswith("e"):
        base = word[:-1]
        if _TWICE.match(base) or (_EXACTLY_ONCE.match(base) and not _SHORT.match(base)):
            word = base
    if word.endswith("ll") and _TWICE.match(word):
        word = word[:-1]
    return word
