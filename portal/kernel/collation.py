"""Sort keys for names: Chinese by pinyin, the rest by its letters, stored in a column so that every database agrees."""

from __future__ import annotations

import unicodedata

from pypinyin import Style, lazy_pinyin, load_phrases_dict
from pypinyin.contrib.tone_convert import to_normal, to_tone3

# Read in their own way as surnames (GB/T 28039-2011); elsewhere the common reading stands.
SURNAMES = {
    "仇": "qiú", "区": "ōu", "单": "shàn", "召": "shào", "员": "yùn", "尉": "wèi", "折": "shé", "曾": "zēng", "朴": "piáo",
    "查": "zhā", "洗": "xiǎn", "盖": "gě", "种": "chóng", "秘": "bì", "纪": "jǐ", "繁": "pó", "翟": "zhái", "盛": "shèng",
    "覃": "qín", "解": "xiè", "逄": "páng", "那": "nā", "重": "chóng", "长": "cháng",
}  # fmt: skip
# Places and words that turn up in tags and departments.
WORDS = {
    "重庆": [["chóng"], ["qìng"]],
    "长春": [["cháng"], ["chūn"]],
    "长沙": [["cháng"], ["shā"]],
    "长三角": [["cháng"], ["sān"], ["jiǎo"]],
    "厦门": [["xià"], ["mén"]],
    "银行": [["yín"], ["háng"]],
    "行业": [["háng"], ["yè"]],
    "同行": [["tóng"], ["háng"]],
    "重量": [["zhòng"], ["liàng"]],
    "会计": [["kuài"], ["jì"]],
    "调价": [["tiáo"], ["jià"]],
    "调研": [["diào"], ["yán"]],
}
load_phrases_dict(WORDS)


def pinyin_key(text: str) -> str:
    """A key under which plain string order is pinyin order; tones decide between equal syllables."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return _key(lazy_pinyin(folded), lazy_pinyin(folded, style=Style.TONE3, neutral_tone_with_five=True))


def name_key(name: str) -> str:
    """As `pinyin_key`, for a person: the surname is read as a surname."""
    folded = unicodedata.normalize("NFKC", name).lower()
    surname = SURNAMES.get(folded[:1])
    if surname is None:
        return pinyin_key(name)
    plain, toned = (
        lazy_pinyin(folded[1:]),
        lazy_pinyin(folded[1:], style=Style.TONE3, neutral_tone_with_five=True),
    )
    return _key([to_normal(surname), *plain], [to_tone3(surname), *toned])


def _key(plain: list[str], toned: list[str]) -> str:
    return f"{''.join(plain)} {''.join(toned)}"[:200]


def spellings(name: str) -> str:
    """The pinyin of a name in full and as initials, e.g. `李娜` → `lina ln`, for finding people by spelling."""
    syllables = lazy_pinyin(name)
    surname = SURNAMES.get(name[:1])
    if surname:
        syllables[:1] = [to_normal(surname)]
    return f"{''.join(syllables)} {''.join(syllable[:1] for syllable in syllables)}".lower()
