"""Somebody tidies up: stars, reading list, selecting many, moving, merging, the bin, taking documents along."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from tests.browser.steps import choose_in_menu, fresh, published, see_message

if TYPE_CHECKING:
    from tests.browser.visiting import Visitors


def choose(page: Page, name: str) -> None:
    """A link or a button of the document's menu."""
    page.get_by_label("更多操作").click()
    menu = page.locator("details.menu[open]")
    menu.get_by_role("link", name=name).or_(menu.get_by_role("button", name=name)).click()


def test_a_star_and_the_reading_list(visit: Visitors) -> None:
    page = visit("lina")
    title = fresh("值得再读的验货记录")
    url = published(page, title)
    page.goto(url)
    page.get_by_role("button", name="收藏").click()
    see_message(page, "已加入收藏。")
    expect(page.get_by_role("button", name="收藏")).to_have_attribute("aria-pressed", "true")
    choose(page, "稍后阅读")
    page.goto("/favourites")
    expect(page.get_by_role("link", name=title)).to_be_visible()
    page.goto("/reading-list")
    page.get_by_role("button", name=f"把《{title}》标为已读").click()
    page.locator("summary", has_text="已读").click()
    expect(page.get_by_role("link", name=title)).to_be_visible()


def test_many_documents_are_selected_with_keys_and_undone_together(visit: Visitors) -> None:
    page = visit("lina")
    titles = [fresh("批量整理") for _ in range(3)]
    for title in titles:
        published(page, title)
    page.goto("/people/lina")
    page.keyboard.press("x")
    page.wait_for_url(re.compile("select=1"))
    page.keyboard.press("j")
    page.keyboard.press("x")
    boxes = page.locator("[data-select-one]")
    expect(boxes.nth(0)).to_be_checked()
    boxes.nth(0).click()
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(page.locator("[data-select-count]")).to_contain_text("3 /")
    page.get_by_label("操作", exact=True).select_option("tag")
    page.get_by_label("标签", exact=True).fill("整理过")
    page.get_by_role("button", name="执行").click()
    see_message(page, "已给 3 篇文档加上标签。")
    expect(page.locator("[data-row]", has_text="整理过")).to_have_count(3)
    page.get_by_role("button", name="撤销").click()
    see_message(page, "已撤销。")
    expect(page.locator("[data-row]", has_text="整理过")).to_have_count(0)


def test_a_document_is_moved_and_moved_back(visit: Visitors) -> None:
    page = visit("lina")
    page.goto(published(page, fresh("要搬家的文档")))
    choose(page, "移动到其他空间")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="移动").click()
    see_message(page, "文档已移动。")
    page.get_by_role("button", name="撤销").click()
    see_message(page, "文档已移动。")


def test_a_duplicate_goes_up_in_the_other_and_its_address_leads_there(visit: Visitors) -> None:
    page = visit("lina")
    kept, gone = fresh("首访要点"), fresh("首访补充")
    target, source = published(page, kept, "甲。"), published(page, gone, "**乙**。")
    page.goto(source)
    choose(page, "合并到另一篇文档")
    page.get_by_label("标题或地址").fill(kept)
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name=f"选择《{kept}》").click()
    expect(page.locator(".prose strong")).to_have_text("乙")
    page.get_by_role("button", name="合并", exact=True).click()
    see_message(page, "已合并。")
    page.goto(source)
    expect(page).to_have_url(target)
    page.goto("/bin")
    page.locator("[data-row]", has_text=gone).get_by_role("button", name="恢复").click()
    expect(page).to_have_url(source)


def test_the_bin_brings_back_and_forgets(visit: Visitors) -> None:
    page = visit("lina")
    title = fresh("写错了的文档")
    url = published(page, title)
    page.goto(url)
    choose_in_menu(page, "删除")
    page.goto("/bin")
    row = page.locator("[data-row]", has_text=title)
    row.get_by_role("button", name="恢复").click()
    expect(page).to_have_url(url)
    choose_in_menu(page, "删除")
    page.goto("/bin")
    row.get_by_role("link", name="彻底删除").click()
    page.get_by_role("button", name="彻底删除").click()
    see_message(page, "已彻底删除。")
    answer = page.goto(url)
    assert answer
    assert answer.status == 404


def test_a_document_and_a_space_are_taken_along(visit: Visitors) -> None:
    page = visit("lina")
    title = fresh("带走的文档")
    page.goto(published(page, title))
    page.get_by_label("更多操作").click()
    with page.expect_download(timeout=30_000) as waiting:
        page.get_by_role("link", name="存为 PDF").click()
    assert waiting.value.suggested_filename == f"{title}.pdf"
    page.goto("/spaces/techniques")
    page.get_by_role("button", name="导出").click()
    link = page.get_by_role("link", name=re.compile("下载"))
    expect(link).to_be_visible(timeout=30_000)
    with page.expect_download(timeout=30_000) as waiting:
        link.click()
    assert waiting.value.suggested_filename.endswith(".zip")
