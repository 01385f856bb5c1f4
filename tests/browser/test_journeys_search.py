"""Search as people use it, and as they should not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from tests.browser.steps import fresh, published, search_until_found

if TYPE_CHECKING:
    from tests.browser.visiting import Visitors


def test_facets_narrow_and_their_counts_come_true(visit: Visitors) -> None:
    page = visit("lina")
    page.goto("/search?q=白炭黑")
    everything = _total(page)
    for _step in range(2):
        facet = page.locator(".facet a:not([aria-current])").first
        count = int(facet.locator(".count").inner_text())
        facet.click()
        expect(page.locator(".facet [aria-current]").first).to_be_visible()
        assert _total(page) == count <= everything
    page.locator(".facet [aria-current]").first.click()
    expect(page.locator(".facet [aria-current]")).to_have_count(1)


def test_a_phrase_finds_fewer_than_its_words(visit: Visitors) -> None:
    page = visit("lina")
    together, apart = fresh("湿法造粒碳酸钙样例"), fresh("碳酸钙用湿法生产，再造粒")
    published(page, together)
    published(page, apart)
    search_until_found(page, "湿法 造粒 碳酸钙", text=apart)
    expect(page.get_by_role("link", name=together)).to_be_visible()
    search_until_found(page, '"湿法造粒碳酸钙"', text=together)
    expect(page.get_by_role("link", name=apart)).to_have_count(0)


def test_a_word_is_excluded(visit: Visitors) -> None:
    page = visit("lina")
    kept, left = fresh("乳胶漆消光粉的保存"), fresh("乳胶漆消光粉的价格")
    published(page, kept, "放在阴凉处。")
    published(page, left, "报价另行通知。")
    search_until_found(page, "乳胶漆消光粉 -报价", text=kept)
    expect(page.get_by_role("link", name=left)).to_have_count(0)


def test_traditional_characters_find_simplified_text(visit: Visitors) -> None:
    page = visit("lina")
    page.goto("/search?q=運輸結塊")
    traditional = page.locator(".row-title").all_inner_texts()
    page.goto("/search?q=运输结块")
    assert traditional
    assert page.locator(".row-title").all_inner_texts() == traditional
    expect(page.locator("mark").first).to_be_visible()


def test_people_stand_among_the_hits_and_pinyin_finds_them(visit: Visitors) -> None:
    page = visit("lina")
    page.goto("/search?q=chenxi")
    page.locator(".row-title", has_text="陈曦").click()
    expect(page).to_have_url(re.compile("/people/chenxi$"))


def test_a_query_of_operators_only_is_answered_in_words(visit: Visitors) -> None:
    page = visit("lina")
    for query in ("- OR | *", '""', "——"):
        page.goto("/search")
        page.get_by_role("searchbox", name="搜索").fill(query)
        page.keyboard.press("Enter")
        expect(page.get_by_text("查询里只有符号，没有词语。")).to_be_visible()


def test_five_thousand_characters_are_answered_and_cut_in_words(visit: Visitors) -> None:
    page = visit("lina")
    page.goto("/search")
    for times, is_cut in ((1_000, False), (1_001, True)):
        page.get_by_role("searchbox", name="搜索").fill("白炭黑分散" * times)
        with page.expect_response("**/search?*") as answered:
            page.keyboard.press("Enter")
        assert answered.value.status == 200
        expect(page.get_by_role("status").first).to_contain_text("条结果")
        expect(page.get_by_text("查询过长，只使用了前面一部分。")).to_have_count(int(is_cut))


def test_nothing_found_leads_to_a_question(visit: Visitors) -> None:
    page = visit("lina")
    page.goto("/search?q=齉龘")
    expect(page.get_by_text("没有找到“齉龘”")).to_be_visible()
    page.get_by_role("link", name="提一个问题").click()
    expect(page.get_by_role("textbox", name="标题", exact=True)).to_have_value("齉龘")


def test_what_is_not_meant_for_a_reader_is_not_counted_either(visit: Visitors) -> None:
    manager, rep = visit("chenxi"), visit("lina")
    manager.goto("/search?q=空间:大区经营会 目标")
    assert _total(manager) > 0
    rep.goto("/search?q=空间:大区经营会 目标")
    assert _total(rep) == 0
    rep.goto("/search?q=目标")
    expect(rep.locator(".facet", has_text="大区经营会")).to_have_count(0)


def test_sorting_and_pages_of_hits(visit: Visitors) -> None:
    page = visit("lina")
    page.goto("/search?q=客户")
    first_page = page.locator(".row-title").evaluate_all("all => all.map(link => link.href)")
    page.get_by_role("link", name="下一页").click()
    expect(page.get_by_role("link", name="上一页")).to_be_visible()
    assert not {*first_page} & {*page.locator(".row-title").evaluate_all("all => all.map(link => link.href)")}
    page.get_by_role("navigation", name="排序").get_by_role("link", name="阅读最多").click()
    expect(page.locator(".sorts [aria-current]")).to_have_text("阅读最多")


def _total(page: Page) -> int:
    said = page.get_by_role("status").first.inner_text()
    found = re.match(r"\s*(\d+) 条结果", said)
    assert found, said
    return int(found[1])
