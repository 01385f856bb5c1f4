"""Vouching for documents: one click, a doubt, the board, and the rule of a space."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.steps import TECHNIQUES, fresh, posted, published, see_message
from tests.browser.visiting import PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.visiting import Visitors

AROUND = "关于本文档"


def kept(page: Page, words: str) -> tuple[str, str]:
    """A document whose author keeps it, never verified yet; its title and address."""
    title = fresh(words)
    url = published(page, title)
    posted(page, f"/items/{url.rsplit('/', 1)[1]}/verification/plan", keeper="editors", interval="180")
    return title, url


@pytest.mark.parametrize("script", [True, False])
def test_one_click_says_still_right_and_undo_takes_it_back(visit: Visitors, *, script: bool) -> None:
    page = visit("lina", java_script_enabled=script)
    page.goto(published(page, fresh("一键核实")))
    beside = page.locator("aside")
    expect(beside).to_contain_text("还没有人核实过")
    beside.get_by_role("button", name="核实", exact=True).click()
    see_message(page, "已核实，谢谢！")
    expect(beside.locator(".trust-state")).to_have_text("已核实")
    expect(beside.locator(".trust-facts")).to_contain_text("李娜")
    page.locator(".toast-note").get_by_role("button", name="撤销").click()
    see_message(page, "已撤销 1 篇文档的操作。")
    expect(beside).to_contain_text("还没有人核实过")


def test_a_doubt_is_seen_by_all_and_settled_by_the_author(visit: Visitors) -> None:
    author, reader = visit("lina"), visit("wangqiang")
    url = published(author, fresh("被怀疑的做法"))
    reader.goto(url)
    reader.locator("aside").get_by_text("我有疑问").click()
    reader.get_by_label("哪里不对？").fill("第二步已经取消。")
    reader.get_by_role("button", name="发送", exact=True).click()
    see_message(reader, "已通知负责人")
    author.goto(url)
    banner = author.locator(".notice", has_text="有人认为这篇内容已经不准确")
    expect(banner).to_contain_text("第二步已经取消。")
    banner.get_by_role("button").click()
    see_message(author, "已核实，谢谢！")
    expect(banner).to_have_count(0)
    reader.goto("/inbox")
    expect(reader.locator("main")).to_contain_text("处理了您的疑问")


def test_a_page_that_is_out_of_date_says_so(visit: Visitors) -> None:
    first, second = visit("lina"), visit("lina")
    url = published(first, title := fresh("核实之前改过"))
    first.goto(url)
    posted(second, url, title=title, body="已经改了。", space="2", version="1", action="publish")
    first.locator("aside").get_by_role("button", name="核实", exact=True).click()
    expect(first.locator("main")).to_contain_text("打开之后内容已被修改")


def test_an_editor_verifies_several_by_keyboard(visit: Visitors) -> None:
    author, editor = visit("lina"), visit("tangning")
    titles = [kept(author, "成批核实")[0] for _number in range(2)]
    editor.goto("/verification")
    editor.wait_for_load_state("networkidle")  # the keys come with a script of this page
    rows = [editor.locator("[data-row]", has_text=title) for title in titles]
    for row in rows:
        row.locator(".row-title").focus()
        editor.keyboard.press("x")
    expect(editor.locator("[data-selection-count]")).to_have_text("已选 2 篇")
    editor.get_by_role("button", name="仍然准确").click()
    see_message(editor, "已核实 2 篇文档。")
    for row in rows:
        expect(row.get_by_role("img", name=re.compile("核实有效期至"))).to_be_visible()


def test_keepers_are_changed_together_and_without_a_script(visit: Visitors) -> None:
    author, editor = visit("lina"), visit("tangning", java_script_enabled=False)
    title, _url = kept(author, "换负责人")
    editor.goto("/verification?tab=spaces&space=techniques")
    row = editor.locator("[data-row]", has_text=title)
    row.get_by_role("checkbox").check()
    editor.get_by_text("负责人与周期").click()
    editor.get_by_label("负责人", exact=True).select_option(label="陈曦")
    editor.get_by_role("button", name="修改", exact=True).click()
    see_message(editor, "已调整 1 篇文档。")
    expect(row).to_contain_text("陈曦")


def test_a_space_gets_a_rule(visit: Visitors) -> None:
    editor = visit("tangning")
    editor.goto("/verification?tab=spaces")
    editor.get_by_role("link", name=TECHNIQUES).last.click()
    editor.get_by_label("每篇文档的核实周期").select_option(label="两年")
    editor.get_by_role("button", name="保存").click()
    see_message(editor, "一分钟内排好")
    expect(editor.locator("aside")).to_contain_text("每两年")
    posted(editor, "/spaces/techniques/verification", interval="", keeper="author")


def test_on_a_phone_everything_fits_and_is_within_reach(visit: Visitors) -> None:
    page = visit("lina", **PHONE)
    title, url = kept(page, "手机上核实")
    for path in (
        "/verification",
        "/verification?tab=doubted",
        url,
        f"/items/{url.rsplit('/', 1)[1]}/verification",
    ):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.get_by_role("button", name="核实", exact=True).click()
    see_message(page, "已核实，谢谢！")
    page.goto("/verification")
    expect(page.get_by_text(title)).to_have_count(0)
