"""Titles that make themselves."""

from __future__ import annotations

import datetime as dt

import pytest

from portal.content.templates import patterns
from portal.content.templates.fields import Field
from portal.kernel.errors import InvalidError

DAY = dt.datetime(2026, 11, 20, 9, 5, tzinfo=dt.UTC)
FIELDS = (
    Field("customer", "客户", "customer"),
    Field("visited", "日期", "date"),
    Field("rows", "表", "table"),
)


@pytest.mark.parametrize(
    ("pattern", "title"),
    [
        ("{region}-{customer}-{type}-{date:%Y%m%d}", "华东大区-北辰轮胎-拜访-20261120"),
        ("{customer}周计划 {date:%Y年第%V周}", "北辰轮胎周计划 2026年第47周"),
        ("{region}-{missing}-{type}", "华东大区-拜访"),
        ("{missing}-{customer}-{missing}", "北辰轮胎"),
        ("{date}", "2026-11-20"),
        ("{date:%y/%m/%d %H:%M}", "26/11/20 09:05"),
        ("没有占位符", "没有占位符"),
    ],
)
def test_a_title_is_made_of_what_is_known(pattern: str, title: str) -> None:
    known = {"region": "华东大区", "customer": "北辰轮胎", "type": "拜访"}
    assert patterns.make(pattern, known, {"date": DAY}) == title


@pytest.mark.parametrize(
    "pattern",
    [
        "{unknown}", "{customer", "customer}", "{}", "{rows}", "{customer:%Y}", "{date:%s}", "{date:%}", "{date:%-d}",
        "{customer.__class__}", "{0}", "{customer!r}", "{{customer}}",
    ],
)  # fmt: skip
def test_a_pattern_that_means_nothing_is_refused_in_a_sentence(pattern: str) -> None:
    with pytest.raises(InvalidError) as refused:
        patterns.check(pattern, FIELDS)
    assert refused.value.fields["pattern"]


def test_a_pattern_of_known_words_and_own_fields_is_taken() -> None:
    patterns.check("{region}{author}{department}{type}{date:%Y%V}{customer}{visited:%m%d}", FIELDS)


def test_a_value_with_braces_stays_what_it_is() -> None:
    assert patterns.make("{customer}", {"customer": "{author}"}, {}) == "{author}"
