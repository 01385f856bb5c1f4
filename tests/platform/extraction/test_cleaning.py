"""Damaged texts are repaired, and nothing of an author's is lost."""

from __future__ import annotations

import pytest

from portal.platform.extraction.cleaning import clean, guess_title, rejoin_lines
from portal.platform.extraction.pinyin import without_glosses


@pytest.mark.parametrize(
    ("damaged", "repaired"),
    [
        ("繼續(xù)免費", "繼續免費"),
        ("標（biāo）準（zhǔn）", "標準"),
        ("银行(yín háng)", "银行"),
        ("区(qu)域", "区域"),
        ("律(lǜ)", "律"),
    ],
)
def test_readings_behind_characters_go(damaged: str, repaired: str) -> None:
    assert without_glosses(damaged) == repaired


@pytest.mark.parametrize(
    "text",
    [
        "企业资源计划(ERP)",
        "单位(kg)",
        "选项(A)",
        "甲(a)",
        "产品(pro)",
        "速度(km/h)",
        "见附件(b)",
        "型号(ba)",
        "区(new)",
        "(xù)",
    ],
)
def test_other_brackets_stay(text: str) -> None:
    assert without_glosses(text) == text


@pytest.mark.parametrize(
    "line",
    [
        *("第1页", "第 3 頁", "报告_第12頁", "- 3 -", "Page 3 of 9", "第3页 共9页", "3/9页"),
        *(
            "已閱讀5頁,還剩100頁未讀, 繼續免費閱讀",
            "下載本文檔",
            "版權說明:本文檔由用戶提供并上傳,收益歸屬內容提供方",
        ),
        "版权所有©2000-2021 某某有限公司",
    ],
)
def test_lines_of_pages_and_sites_go(line: str) -> None:
    assert clean(f"前文。\n{line}\n后文。") == "前文。\n后文。"


@pytest.mark.parametrize(
    "line",
    [
        "第1页有一张图。",
        "评论",
        "温馨提示",
        "2015",
        "- 3",
        "版权所有者应签字。",
        "请先下载本文档再填写。",
        "1、目标",
    ],
)
def test_lines_of_authors_stay(line: str) -> None:
    assert line in clean(f"前文。\n{line}\n后文。")


def test_headings_of_boilerplate_go_with_it() -> None:
    assert clean("正文。\n\n温馨提示\n\n1. 本站所有资源如无特殊说明\n\n评论\n\n0/150") == "正文。"


def test_slices_of_a_site_are_joined() -> None:
    pieces = ["甲" * 200] * 6
    sliced = "\n\n".join(f"{number}、{piece}" for number, piece in enumerate(pieces, 1))
    assert clean(sliced) == "".join(pieces)


def test_a_list_of_an_author_stays_a_list() -> None:
    listed = "\n\n".join(f"{number}、{'甲' * 200}。" for number in range(1, 8))
    assert clean(listed) == listed


def test_control_characters_and_empty_lines_go() -> None:
    assert clean("甲\x00\x07乙\r\n\r\n\r\n\r\n丙\u00a0丁\ufeff") == "甲乙\n\n丙 丁"


def test_a_menu_above_a_breadcrumb_goes() -> None:
    page = "首页 动态\n高级搜索\n某网 > 营销 > 管理 > 真正的标题\n真正的标题\n正文。"
    assert clean(page) == "真正的标题\n正文。"
    assert guess_title(page, "x.txt") == "真正的标题"


def test_a_breadcrumb_below_sentences_takes_nothing_with_it() -> None:
    page = "这是正文。\n某网 > 营销 > 管理 > 标题\n标题\n正文。"
    assert "这是正文。" in clean(page)


@pytest.mark.parametrize(
    ("text", "name", "title"),
    [
        ("年度计划\n正文。", "a.txt", "年度计划"),
        ("2015-04-02 17:46\n来源:某网\n标题\n文", "a.txt", "标题"),
        ("标题 作者:张三\n文", "a.txt", "标题"),
        ("中期報告_第1頁\n文", "a.txt", "中期報告"),
        ("# 标题\n文", "a.txt", "标题"),
        ("这是一个完整的句子。\n第二句。", "客户_拜访 记录.v2.docx", "客户 拜访 记录"),
        (
            "这是一个完整的句子，后面还有很多，更多。",
            "0a8efbf7c1850106.txt",
            "这是一个完整的句子，后面还有很多",
        ),
        ("", "IMG_0001.txt", "IMG_0001.txt"),
        ("- 项\n1. 目\n题目", "a.txt", "题目"),
        ("https://x.cn\n- 3 -\n正题", "a.txt", "正题"),
    ],
)
def test_titles(text: str, name: str, title: str) -> None:
    assert guess_title(text, name) == title


def test_lines_that_run_to_the_margin_are_joined() -> None:
    page = "销售人员每月拜访客户三次并记录\n客户需求。\n\nThis is a rather long hyphen-\nated line of text\nshort"
    assert (
        rejoin_lines(page)
        == "销售人员每月拜访客户三次并记录客户需求。\n\nThis is a rather long hyphenated line of text\n\nshort"
    )
