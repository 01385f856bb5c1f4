from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.platform.search.snippets import ELLIPSIS, Highlighter, Part


def marked(parts: list[Part]) -> list[str]:
    return [text for text, is_match in parts if is_match]


def joined(parts: list[Part]) -> str:
    return "".join(text for text, _ in parts)


def test_either_script_marks_the_other() -> None:
    highlighter = Highlighter(("关键", "软件"))
    assert marked(highlighter.whole("關鍵的軟體")) == ["關鍵", "軟體"]
    assert marked(highlighter.whole("关键的软件")) == ["关键", "软件"]
    assert marked(highlighter.whole("关鍵")) == ["关鍵"]


def test_case_width_and_inflection() -> None:
    assert marked(Highlighter(("crm-2.0",)).whole("用CRM-2.0。")) == ["CRM-2.0"]
    assert marked(Highlighter(("erp",)).whole("ＥＲＰ系统")) == ["ＥＲＰ"]
    assert marked(Highlighter(("customers",)).whole("a customer's accustomed")) == ["customer"]
    assert marked(Highlighter(("cust*",)).whole("Customs custom")) == ["Customs", "custom"]


def test_letters_that_grow_do_not_shift_offsets() -> None:
    assert marked(Highlighter(("erp", "客户")).whole("İİ ERP 客户")) == ["ERP", "客户"]


def test_the_window_has_the_most_words_and_begins_a_sentence() -> None:
    text = "客户。" + "无关的话题。" * 60 + "这里写客户档案的提醒。" + "又是无关。" * 60
    parts = Highlighter(("客户", "档案", "提醒")).snippet(text)
    assert marked(parts) == ["客户档案", "提醒"]
    assert joined(parts).startswith((ELLIPSIS + "无关", ELLIPSIS + "这里"))
    assert len(joined(parts)) <= 125


def test_without_a_match_the_beginning_is_shown() -> None:
    parts = Highlighter(("客户",)).snippet("开头。" + "很长" * 200)
    assert joined(parts).startswith("开头。")
    assert not marked(parts)
    assert Highlighter(()).snippet("") == []


def test_words_do_not_break_at_the_edge() -> None:
    parts = Highlighter(("客户",)).snippet("x" * 300 + " management 客户 " + "y" * 300)
    assert marked(parts) == ["客户"]


@given(st.text(alphabet="客户管理關鍵軟體 aErpİﬁ。，\n", max_size=400))
@settings(max_examples=200, deadline=None)
def test_parts_are_the_text(text: str) -> None:
    highlighter = Highlighter(("客户", "关键", "软件", "erp"))
    assert joined(highlighter.whole(text)).split() == text.split()
    shown = joined(highlighter.snippet(text)).strip(ELLIPSIS).split()
    assert "".join(shown) in "".join(text.split())
