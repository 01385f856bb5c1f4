"""Differences read the way people read: paragraphs, then Chinese by character and Latin script by word."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.content.revisions import aligning
from portal.content.revisions.aligning import Budget
from portal.content.revisions.differences import Block, compare, has_changes, only_changes, size
from portal.content.revisions.runs import marks

TEXTS = st.text("甲乙丙丁，。 \n#-|`*ab1", max_size=80)
SIGNS = {"same": "{}", "removed": "[-{}]", "added": "[+{}]"}


def told(before: str, after: str) -> str:
    return "".join(SIGNS[mark.kind].format(mark.text) for mark in marks(before, after, Budget()))


def kinds(blocks: list[Block]) -> list[str]:
    return [block.kind for block in blocks]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("含水率超过 6% 时", "含水率超过 5.5% 时", "含水率超过 [-6][+5.5]% 时"),
        ("分散会变差。", "分散会明显变差。", "分散会[+明显]变差。"),
        ("先烘干，再混炼。", "先烘干，再冷却，再混炼。", "先烘干，[+再冷却，]再混炼。"),
        ("Call the customer.", "Call or visit the customer.", "Call [+or visit ]the customer."),
        ("用 EPDM 代替", "用 NBR 代替", "用 [-EPDM][+NBR] 代替"),
        ("价格上涨 1,200 元", "价格上涨 1,300 元", "价格上涨 [-1,200][+1,300] 元"),
    ],
)
def test_changes_are_whole_words_figures_and_characters(before: str, after: str, expected: str) -> None:
    assert told(before, after) == expected


def test_scattered_characters_of_agreement_are_taken_into_the_change() -> None:
    assert told("张三去了上海出差", "李四在三亚的海边度假") == "[-张三去了上海出差][+李四在三亚的海边度假]"


def test_a_changed_paragraph_is_paired_with_its_former_self() -> None:
    before = "第一段讲含水率。\n\n第二段讲混炼温度与时间。\n\n第三段讲供应商。"
    after = (
        "第一段讲含水率。\n\n新加的一段，谈谈别的事情。\n\n第二段讲混炼温度、转速与时间。\n\n第三段讲供应商。"
    )
    assert kinds(compare(before, after)) == ["same", "added", "changed", "same"]


def test_list_items_table_rows_and_code_lines_are_blocks_of_their_own() -> None:
    before = "- 样品\n- 报价\n\n| 牌号 | 含水率 |\n| --- | --- |\n| 甲 | 5 |\n\n```\na = 1\n\nb = 2\n```\n"
    after = (
        before.replace("- 报价", "- 报价与账期").replace("| 甲 | 5 |", "| 甲 | 6 |").replace("b = 2", "b = 3")
    )
    blocks = compare(before, after)
    assert [(block.kind, block.look) for block in blocks if block.kind != "same"] == [
        ("changed", "item"), ("changed", "row"), ("changed", "code"),
    ]  # fmt: skip
    assert len(blocks) == 9


@given(TEXTS, TEXTS)
@settings(deadline=None)
def test_both_versions_can_be_read_off(before: str, after: str) -> None:
    blocks = compare(before, after)
    for side, text in (("before", before), ("after", after)):
        shown = "".join(run.text for block in blocks for run in getattr(block, side))
        assert "".join(shown.split()) == "".join(text.split())


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert not has_changes(compare(text, text))
    assert size(text, text) == size("", "")


def test_only_changes_says_how_much_it_left_out() -> None:
    before = "\n\n".join(f"第 {number} 段" for number in range(20))
    shown = only_changes(compare(before, before.replace("第 10 段", "第十段，改过了，第 10 段")))
    assert [(block.kind, block.count) for block in shown] == [
        ("omitted", 9), ("same", 0), ("changed", 0), ("same", 0), ("omitted", 8),
    ]  # fmt: skip
    assert only_changes([]) == []


def test_the_size_of_a_change_is_told_in_characters() -> None:
    found = size("含水率超过 6% 时", "含水率明显超过 5% 时")
    assert (found.added, found.removed) == (3, 1)


def pathological() -> dict[str, str]:
    """Texts at which careless algorithms take for ever."""
    return {
        "openers": "*a_ " * 50_000,
        "brackets": "[" * 50_000 + "a" + "]" * 50_000,
        "quotes": "> " * 50_000 + "a",
        "short lines": "a\n" * 50_000,
        "short items": "- a\n" * 12_000,
        "code": "```\n" * 10_000,
        "one paragraph": "白炭黑" * 50_000,
        "many paragraphs": "\n\n".join(f"第 {number} 段白炭黑" for number in range(8_000)),
        "long": "白" * 2_000_000,
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", pathological())
def test_hostile_texts_cost_a_bounded_price(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every comparison of two sequences is charged; no single one and no sum exceeds its limit."""
    spent: list[int] = []

    def allows(budget: Budget, rows: int, columns: int) -> bool:
        taken = original(budget, rows, columns)
        spent.append(rows * columns if taken else 0)
        return taken

    original = Budget.allows
    monkeypatch.setattr(Budget, "allows", allows)
    text = pathological()[name]
    others = (
        text[::-1],
        text[len(text) // 2 :] + "变" + text[: len(text) // 2],
        text.replace("a", "b c"),
        "",
    )
    for other in others:
        spent.clear()
        blocks = compare(text, other)
        assert sum(spent) <= aligning.ALL_CELLS
        assert max(spent, default=0) <= aligning.CELLS
        shown = "".join(run.text for block in blocks for run in block.before)
        assert "".join(shown.split()) == "".join(text.split())
        size(text, other)
