"""Every job can be done without a script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.serving import PASSWORD
from tests.browser.steps import TECHNIQUES, fresh, published, search_until_found, see_message

if TYPE_CHECKING:
    from tests.browser.visiting import Visitors


def test_signing_in_searching_reading_and_replying(visit: Visitors) -> None:
    page = visit(java_script_enabled=False)
    page.goto("/sign-in")
    page.get_by_label("用户名").fill("lina")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_role("searchbox", name="搜索").fill("结块")
    page.keyboard.press("Enter")
    page.locator("[data-row]", has=page.locator(".counts")).locator(".row-title").first.click()
    expect(page.locator(".prose").first).to_be_visible()
    said = fresh("没有脚本也能回复。")
    page.get_by_label("我的回复").fill(said)
    page.get_by_role("button", name="发送回复").click()
    reply = page.locator(".reply", has_text=said).last
    expect(reply).to_be_visible()
    # An answer to that reply goes by an address of its own.
    reply.get_by_role("link", name="回复 给李娜").click()
    page.get_by_label("回复李娜").fill("下面一层。")
    page.get_by_role("button", name="发送回复").click()
    expect(page.locator(".reply-children", has_text="下面一层。").last).to_be_visible()


def test_writing_a_document_and_correcting_an_error(visit: Visitors) -> None:
    page = visit("lina", java_script_enabled=False)
    title = fresh("没有脚本写成的")
    page.goto("/documents/new")
    page.get_by_label("标题").fill(title)
    page.get_by_label("空间", exact=True).select_option(label=TECHNIQUES)
    page.get_by_role("button", name="发布", exact=True).click()
    expect(page.locator("[data-error-summary]")).to_contain_text("请先写点内容。")
    expect(page.get_by_label("标题")).to_have_value(title)
    page.get_by_label("正文").fill("**正文**")
    page.get_by_label("标签").fill("无脚本，样例")
    page.get_by_role("button", name="发布", exact=True).click()
    see_message(page, "已发布。")
    expect(page.locator(".prose strong")).to_have_text("正文")
    expect(page.locator("a.tag")).to_have_count(2)
    search_until_found(visit("wangqiang"), f'"{title}"', text=title)


def test_menus_settings_and_files(visit: Visitors) -> None:
    page = visit("huangwei", java_script_enabled=False)
    page.goto("/people")
    page.get_by_label("黄伟的菜单").click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_url(re.compile("/people$"))
    page.get_by_label("Menu of 黄伟").click()
    page.get_by_role("button", name="中文").click()
    # Files are taken by an ordinary form; the progress page is refreshed by hand.
    name = fresh("无脚本导入")
    page.goto("/imports/new")
    page.get_by_label("空间", exact=True).select_option(label=TECHNIQUES)
    page.locator("input[type=file]").set_input_files(
        {"name": f"{name}.txt", "mimeType": "text/plain", "buffer": f"{name}\n\n正文。".encode()}
    )
    page.get_by_role("button", name="上传").click()
    search_until_found(page, f'"{name}"', text=name)


def test_deleting_needs_no_script(visit: Visitors) -> None:
    page = visit("lina", java_script_enabled=False)
    page.goto(published(page, fresh("无脚本删除")))
    page.get_by_label("更多操作").click()
    page.get_by_role("button", name="删除", exact=True).click()
    expect(page.locator(".toast-note")).to_contain_text("已删除。")
    page.locator(".toast-note").get_by_role("button", name="撤销").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("无脚本删除")
