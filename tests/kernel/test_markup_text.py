"""Markdown as words: for the index and for summaries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.markup import plain_text, render, summary


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# 标题\n\n正**文**", "标题\n正文"),
        ("- [x] 完成\n1. 一", "完成\n一"),
        ("> 引 `码` ~~删~~", "引 码 删"),
        ("[甲](https://x.cn/a_b) ![图](/1.png) <https://y.cn>", "甲 图 https://y.cn"),
        ("[[目标|标签]] [[首页]]", "标签 首页"),
        ("|甲|乙|\n|-|-|\n|1|a\\|b|", "甲 乙\n1 a|b"),
        ("```python\nx = 1\n```", "x = 1"),
        ("文[^1]\n\n[^1]: 注", "文\n注"),
        ("[a]: https://x.cn", ""),
        ("snake_case 5 * 3 = 15 a\\*b", "snake_case 5 * 3 = 15 a*b"),
        ("https://x.cn/a_(b)", "https://x.cn/a_(b)"),
        ("---\n***\n文", "文"),
        ("&lt;b&gt; &amp;", "<b> &"),
        ("<b>粗</b>", "<b>粗</b>"),
    ],
)
def test_words_stay_and_marks_go(source: str, expected: str) -> None:
    assert plain_text(source) == expected


def test_a_summary_is_running_text() -> None:
    source = "# 标题\n\n第一句。\n\n```\n码\n```\n\n|表|\n|-|\n\n第二句。"
    assert summary(source) == "第一句。 第二句。"


def test_a_summary_ends_with_a_sentence_or_an_ellipsis() -> None:
    assert summary("一二三四五六。七八九十甲乙丙", 10) == "一二三四五六。"
    assert summary("一二三四五六七八九十，甲乙", 11) == "一二三四五六七八九十…"
    assert summary("word " * 50, 30) == "word word word word word word…"


def test_a_text_of_headings_alone_is_summed_up_by_them() -> None:
    assert summary("# 标题") == "标题"


@given(st.text(alphabet=st.sampled_from("ab中 \n#*_`[]()|!<>&\\-:1.~$^https/\"'\u3000"), max_size=200))
def test_any_text_is_answered(text: str) -> None:
    assert len(summary(text, 50)) <= 50
    plain_text(text)
    assert render(text).notice is None
