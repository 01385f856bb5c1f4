"""Two people's changes to one text: taken where one made them, asked about where both did, never lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.content.revisions.blocks import joined, split
from portal.content.revisions.merging import has_conflicts, merge, merge_sets, merge_value, merged

BASE = "# 交接清单\n\n先核对合同。\n\n- 样品\n- 报价\n\n再约客户见面。\n"
LINES = st.sampled_from([
    "先核对合同与附件。", "先核对合同。", "# 标题", "- 样品", "- 报价单", "| 甲 | 乙 |", "```", "x = 1", "再约客户见面，当面确认。",
    "Call the customer.", "Call the client.", "", "", "  ", "> 引用",
])  # fmt: skip
TEXTS = st.one_of(st.lists(LINES, max_size=12).map("\n".join), st.text("甲乙丙，。\n -#|`a ", max_size=60))


def pieces_of(text: str) -> set[str]:
    return {piece.text for piece in split(text) if piece.text.strip()}


@given(TEXTS)
def test_taking_a_text_to_pieces_loses_nothing(text: str) -> None:
    assert joined(split(text)) == text


@given(TEXTS, TEXTS)
@settings(deadline=None)
def test_with_one_side_unchanged_the_result_is_the_other(base: str, changed: str) -> None:
    assert merged(merge(base, changed, base)) == changed
    assert merged(merge(base, base, changed)) == changed


@given(TEXTS, TEXTS)
@settings(deadline=None)
def test_the_same_change_by_both_is_made_once(base: str, changed: str) -> None:
    parts = merge(base, changed, changed)
    assert merged(parts) == changed
    assert not has_conflicts(parts)


@given(TEXTS, TEXTS, TEXTS)
@settings(deadline=None)
def test_nothing_that_anybody_wrote_is_lost_unless_chosen_against(base: str, mine: str, theirs: str) -> None:
    parts = merge(base, mine, theirs)
    kept = {piece.text for part in parts for piece in part.taken}
    assert (pieces_of(mine) | pieces_of(theirs)) - pieces_of(base) <= kept
    everywhere = pieces_of(base) & pieces_of(mine) & pieces_of(theirs)
    assert everywhere <= {piece.text for part in parts for piece in (*part.taken, *part.mine, *part.theirs)}


@given(TEXTS, TEXTS, TEXTS)
@settings(deadline=None)
def test_it_does_not_matter_who_merges(base: str, mine: str, theirs: str) -> None:
    mirrored = {"mine": "theirs", "theirs": "mine"}
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)
    assert [mirrored.get(part.who, part.who) for part in one] == [part.who for part in other]
    assert not has_conflicts(one) or merged(one, dict.fromkeys(range(len(one)), "mine")) == merged(
        other, dict.fromkeys(range(len(other)), "theirs")
    )


def test_changes_to_different_paragraphs_go_together() -> None:
    mine = BASE.replace("先核对合同。", "先核对合同与附件。") + "\n最后写交接单。\n"
    theirs = BASE.replace("- 报价", "- 报价\n- 账期").replace("约客户见面", "约客户见面，不要只打电话")
    parts = merge(BASE, mine, theirs)
    assert not has_conflicts(parts)
    assert merged(parts) == (
        "# 交接清单\n\n先核对合同与附件。\n\n- 样品\n- 报价\n- 账期\n\n再约客户见面，不要只打电话。\n\n最后写交接单。\n"
    )


def test_neighbouring_paragraphs_are_no_conflict() -> None:
    parts = merge(BASE, BASE.replace("- 样品", "- 样品（含批号）"), BASE.replace("- 报价", "- 报价与账期"))
    assert not has_conflicts(parts)
    assert "- 样品（含批号）\n- 报价与账期\n" in merged(parts)


def test_a_paragraph_that_both_changed_is_asked_about() -> None:
    mine, theirs = (BASE.replace("合同。", word) for word in ("合同与附件。", "合同和账期。"))
    parts = merge(BASE, mine, theirs)
    [place] = [place for place, part in enumerate(parts) if part.who == "conflict"]
    assert merged(parts, {place: "mine"}) == mine
    assert merged(parts, {place: "theirs"}) == theirs
    assert "先核对合同与附件。\n\n先核对合同和账期。" in merged(parts)


def test_what_one_removed_and_the_other_changed_is_asked_about() -> None:
    parts = merge(BASE, BASE.replace("先核对合同。\n\n", ""), BASE.replace("合同。", "合同与附件。"))
    [conflict] = [part for part in parts if part.who == "conflict"]
    assert (conflict.mine, conflict.theirs[0].text) == ((), "先核对合同与附件。")


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "who", "taken"),
    [
        ("甲", "甲", "甲", "same", "甲"), ("甲", "乙", "甲", "mine", "乙"), ("甲", "甲", "乙", "theirs", "乙"),
        ("甲", "乙", "乙", "both", "乙"), ("甲", "乙", "丙", "conflict", "乙"),
    ],
)  # fmt: skip
def test_a_value_belongs_to_whoever_changed_it(
    base: str, mine: str, theirs: str, who: str, taken: str
) -> None:
    value = merge_value(base, mine, theirs)
    assert (value.who, value.taken) == (who, taken)


def test_tags_are_added_and_taken_away_by_both() -> None:
    assert merge_sets(["轮胎", "旧"], ["轮胎", "白炭黑"], ["轮胎", "旧", "客诉"]) == (
        "轮胎",
        "客诉",
        "白炭黑",
    )


def test_very_long_texts_are_one_piece() -> None:
    parts = merge("甲\n" * 40_000, "甲\n" * 40_000 + "乙", "甲\n" * 40_000)
    assert [part.who for part in parts] == ["mine"]
