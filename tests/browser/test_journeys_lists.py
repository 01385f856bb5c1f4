"""The documents of a space: their order, tags, states and pages; people and teams."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from tests.browser.steps import fresh, published

if TYPE_CHECKING:
    from tests.browser.visiting import Visitors


def test_a_space_is_ordered_by_what_the_reader_asks_for(visit: Visitors) -> None:
    page = visit("lina")
    page.goto("/spaces")
    page.get_by_role("link", name="产品资料").click()
    orders = page.get_by_role("navigation", name="排序")
    expect(orders.get_by_role("link", name="最新发布")).to_have_attribute("aria-current", "true")
    for name, place in (("阅读最多", 0), ("回复最多", 1)):
        orders.get_by_role("link", name=name).click()
        expect(orders.get_by_role("link", name=name)).to_have_attribute("aria-current", "true")
        figures = _figures(page, place)
        assert len(figures) > 10
        assert figures == sorted(figures, reverse=True)


def test_a_tag_narrows_a_space_and_is_let_go_again(visit: Visitors) -> None:
    page = visit("lina")
    page.goto("/spaces/product")
    everything = page.locator("[data-row]").count()
    tag = page.get_by_role("navigation", name="标签").get_by_role("link").first
    name, count = re.split(r"\s+", tag.inner_text().strip())
    tag.click()
    expect(page.locator("[data-row]")).to_have_count(int(count))
    assert int(count) < everything
    chosen = page.get_by_role("navigation", name="标签").locator("[aria-current]")
    expect(chosen).to_contain_text(name)
    chosen.click()
    expect(page.locator("[data-row]")).to_have_count(everything)


def test_a_long_list_is_walked_by_pages_without_loss_or_repetition(visit: Visitors) -> None:
    page = visit("lina")
    for _number in range(24):
        published(page, fresh("分页样例"), space="7", tags="分页样例")
    page.goto("/spaces/training?tag=分页样例")
    seen = _titles(page)
    assert len(seen) == 20
    page.get_by_role("link", name="下一页").click()
    expect(page.get_by_role("link", name="上一页")).to_be_visible()
    rest = _titles(page)
    assert len(rest) == 4
    assert len({*seen, *rest}) == 24
    page.get_by_role("link", name="上一页").click()
    expect(page.get_by_role("link", name="下一页")).to_be_visible()
    assert _titles(page) == seen


def test_people_are_found_by_pinyin_and_department(visit: Visitors) -> None:
    page = visit("lina")
    page.goto("/people")
    page.get_by_role("searchbox", name="姓名、拼音或岗位").fill("chenxi")
    page.get_by_role("button", name="查找").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="陈曦").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("陈曦")
    expect(page.get_by_role("heading", name="直接下属")).to_be_visible()
    page.goto("/people")
    page.locator(".facet a", has_text="技术支持部").click()
    expect(page.locator("tbody tr").first).to_contain_text("技术支持部")


def test_a_manager_sees_the_team_and_a_rep_has_none(visit: Visitors) -> None:
    manager, rep = visit("chenxi"), visit("jiangtao")
    manager.goto("/team")
    assert manager.locator("tbody tr").count() > 3
    rep.goto("/team")
    expect(rep.get_by_text("您没有下属")).to_be_visible()


def _figures(page: Page, place: int) -> list[int]:
    rows = page.locator(".row-item .counts").all()
    return [int(row.locator("[aria-hidden=true]:not(svg)").nth(place).inner_text()) for row in rows]


def _titles(page: Page) -> list[str]:
    return page.locator(".row-title").all_inner_texts()
