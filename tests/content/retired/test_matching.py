"""A phrase is found as a reader would find it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.content.retired.matching import count, excerpt, fold, marked, replaced


@pytest.mark.parametrize(
    ("phrase", "text", "times"),
    [
        ("含税价 12,800 元/吨", "报价为含税价 12,800 元/吨，三十天。", 1),
        ("含税价12,800元/吨", "含税价 12,800 元/吨", 1),
        ("含税价 12,800 元/吨", "含税价１２，８００元／吨", 1),
        ("12.5", "涨到 112.5 元", 0),
        ("12.5", "12.50 元", 0),
        ("12.5", "12.5 元；12.5。", 2),
        ("800", "12,800 元", 0),
        ("PVC-7", "pvc-7 与 PVC-70", 1),
        ("金牌代理", "金牌\n代理", 1),
        ("营销资料", "營銷資料", 1),
        ("free samples", "Free  Samples for freesamples", 1),
        ("国标", "国际标准", 0),
    ],
)
def test_a_phrase_is_found_whole_and_in_any_dress(phrase: str, text: str, times: int) -> None:
    assert count(phrase, fold(text)) == times


def test_everything_but_the_phrase_stays_as_it_was_written() -> None:
    text = "# 报价\n\n含税价１２，８００元，**含税价 12,800 元** 起。"
    assert replaced("含税价12,800元", "含税价 13,200 元", text) == (
        "# 报价\n\n含税价 13,200 元，**含税价 13,200 元** 起。"
    )


def test_an_excerpt_shows_the_words_around_in_their_own_spelling() -> None:
    text = "甲" * 100 + "金牌代理" + "乙" * 100
    shown = excerpt("金牌代理", text)
    assert shown == "…" + "甲" * 40 + "金牌代理" + "乙" * 40 + "…"
    assert [piece for piece, is_phrase in marked("金牌代理", shown) if is_phrase] == ["金牌代理"]


@given(st.text(max_size=200))
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(
    st.text(alphabet="ab 12金牌ＡＢ\n", min_size=2, max_size=12), st.text(max_size=40), st.text(max_size=40)
)
def test_what_is_replaced_is_gone(phrase: str, before: str, after: str) -> None:
    if len("".join(phrase.split())) >= 2:
        text = before + phrase + after
        assert count(phrase, fold(replaced(phrase, "✓✓", text))) == 0
        assert "".join(piece for piece, _ in marked(phrase, text)) == text
