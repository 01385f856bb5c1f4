"""Chinese in any of its encodings, and nothing at all rather than nonsense."""

from __future__ import annotations

import pytest
from opencc import OpenCC

from portal.platform.extraction.encoding import decode
from portal.platform.extraction.results import ExtractionRefused, Reason

SHORT = [
    "客户拜访记录",
    "销售流程",
    "你好",
    "合同",
    "会议纪要：讨论了下一季度的销售目标。",
    "产品ABC-100报价单\n单价:12.5元",
]
LONG = (
    "为了规范销售人员的行为，特制定本办法。客户经理每月拜访三家客户，记录需求、价格和竞争对手的情况，并在系统中填写报告。"
    * 50
)
TRADITIONAL = OpenCC("s2tw")


@pytest.mark.parametrize("text", [*SHORT, LONG])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_simplified_text(text: str, codec: str) -> None:
    assert decode(text.encode(codec)) == text


@pytest.mark.parametrize("text", [*SHORT, LONG])
@pytest.mark.parametrize("codec", ["utf-8", "big5hkscs", "gb18030"])
def test_traditional_text(text: str, codec: str) -> None:
    traditional = TRADITIONAL.convert(text)
    assert decode(traditional.encode(codec)) == traditional


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("안녕하세요 고객 방문 기록입니다. 다음 분기의 목표를 논의했습니다.", "euc-kr"),
        ("お客様を訪問した記録です。次の四半期の目標について話し合いました。", "shift_jis"),
        ("お客様を訪問した記録です。次の四半期の目標について話し合いました。", "euc-jp"),
        ("Привет, это отчет о посещении клиента.", "cp1251"),
        ("Ein Gespräch über die Qualität: früher größer, schön, Straße", "latin-1"),
        ("饕餮魑魅", "gb18030"),
    ],
)
def test_what_cannot_be_told_is_refused(text: str, codec: str) -> None:
    with pytest.raises(ExtractionRefused) as refused:
        decode(text.encode(codec))
    assert refused.value.reason is Reason.ENCODING


def test_text_that_others_garbled_is_refused() -> None:
    with pytest.raises(ExtractionRefused):
        decode(("\ufffd" * 10 + "文" * 10).encode())


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "big5hkscs"])
def test_a_last_character_that_was_cut_off_is_let_go(codec: str) -> None:
    text = TRADITIONAL.convert(LONG) if codec == "big5hkscs" else LONG
    assert decode(text.encode(codec)[:-1]) == text[:-1]


def test_a_declaration_is_believed_only_where_it_holds() -> None:
    assert decode(LONG.encode("gb18030"), "big5") == LONG
    assert decode("früher".encode("latin-1"), "iso-8859-1") == "früher"
    assert decode(LONG.encode("gb18030"), "no-such-codec") == LONG
