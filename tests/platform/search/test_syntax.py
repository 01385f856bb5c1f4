from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.platform.search.syntax import (
    MAX_CHARS,
    MAX_CLAUSES,
    Either,
    Filter,
    Not,
    Phrase,
    Query,
    Word,
    parse,
)

FUZZ = Path(__file__).parents[4] / "shared" / "attack" / "search" / "query_fuzz.json"


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("客户 管理", (Word("客户"), Word("管理"))),
        ('"大客户 营销"', (Phrase("大客户 营销"),)),
        ("“甲”「乙」『丙』＂丁＂", (Phrase("甲"), Phrase("乙"), Phrase("丙"), Phrase("丁"))),
        ('"没有结尾', (Phrase("没有结尾"),)),
        ("客户 -旧 －更旧", (Word("客户"), Not(Word("旧")), Not(Word("更旧")))),
        ("crm-2.0", (Word("crm-2.0"),)),
        ("甲 OR 乙", (Either((Word("甲"), Word("乙"))),)),
        ("甲 或 乙 | 丙｜丁", (Either((Word("甲"), Word("乙"), Word("丙"), Word("丁"))),)),
        ("cust*", (Word("cust", is_prefix=True),)),
        ("*a", (Word("*a"),)),
        ("kind:question", (Filter("kind", "question"),)),
        ("类型：问题 大区:华东", (Filter("kind", "问题"), Filter("region", "华东"))),
        ('tag:"大 客户"', (Filter("tag", "大 客户"),)),
        ("-标签:旧", (Not(Filter("tag", "旧")),)),
        ("before:2026-03 after:2025", (Filter("before", "2026-03"), Filter("after", "2025"))),
        ("before:2026-13", (Word("before:2026-13"),)),
        ("is:unanswered", (Filter("is", "unanswered"),)),
        ("foo:bar", (Word("foo:bar"),)),
        ("acl:admin", (Word("acl:admin"),)),
        ("a:b:c", (Word("a:b:c"),)),
        ("title:", (Word("title:"),)),
        ("a AND b", (Word("a"), Word("b"))),
        ("NOT a", (Word("a"),)),
    ],
)
def test_reading(text: str, clauses: tuple[object, ...]) -> None:
    assert parse(text).clauses == clauses


@pytest.mark.parametrize(
    "text", ["", "   ", "*", "**", '"', '""', "OR", "AND AND", "|", "--", "((((", "\x00", "\ud83d"]
)
def test_operators_alone_ask_nothing(text: str) -> None:
    assert parse(text).is_empty


def test_length_and_number_are_capped_and_reported() -> None:
    long, many = parse("a" * 100_000), parse("a " * 20_000)
    assert long.truncated
    assert len(long.text) == MAX_CHARS
    assert many.truncated
    assert len(many.clauses) == MAX_CLAUSES
    assert not parse("客户").truncated


def test_filters_are_added_and_removed() -> None:
    query = parse("客户 tag:甲")
    more = query.with_filter("tag", "乙 丙")
    assert more.text == '客户 tag:甲 tag:"乙 丙"'
    assert more.with_filter("tag", "甲") == more
    assert more.filters("tag") == ("甲", "乙 丙")
    assert more.without_filter("tag", "甲").text == '客户 tag:"乙 丙"'
    assert more.without_filter("tag") == parse("客户")
    assert query.with_filter("nonsense", "x") == query


def test_has_words() -> None:
    assert parse("客户").has_words
    assert parse("kind:a OR 客户").has_words
    assert not parse("kind:a -客户").has_words


PIECES = st.sampled_from(["客户", "a", '"', "“", "”", "「", "」", "-", "－", "*", ":", "：", "|", " OR ", " 或 ", " ",
                          "tag:", "标签：", "before:2026", "is:", "(", "_", "\n", "+", "2026-03"])  # fmt: skip


@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=20).map("".join)))
@example('tag:"a\'b | c"')
@settings(max_examples=400, deadline=None)
def test_every_text_is_a_query_and_comes_back(text: str) -> None:
    query = parse(text)
    assert parse(query.text).clauses == query.clauses


@given(st.text(max_size=40), st.text(max_size=10))
@settings(max_examples=200, deadline=None)
def test_any_filter_value_can_be_written_or_is_refused(value: str, text: str) -> None:
    query = parse(text).with_filter("tag", value)
    assert parse(query.text).clauses == query.clauses


@pytest.mark.skipif(not FUZZ.exists(), reason="the collection of hostile queries is not here")
def test_hostile_queries_are_read() -> None:
    for text in json.loads(FUZZ.read_text("utf-8")):
        query = parse(text)
        assert isinstance(query, Query)
        assert parse(query.text).clauses == query.clauses
