"""Headquarters retires a wording, and it disappears from the portal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.steps import fresh, published, see_message, write_text

if TYPE_CHECKING:
    from tests.browser.visiting import Visitors


def test_a_wording_is_retired_replaced_and_counted_down_to_zero(visit: Visitors) -> None:
    number = fresh("白金经销商").rsplit(" ", 1)[1]
    old, new = f"白金经销商{number}号", f"战略经销商{number}号"
    rep, editor = visit("lina"), visit("linyue")
    title = fresh("经销商政策问答")
    address = published(rep, title, f"凡{old}，**账期**六十天。")
    # Headquarters retires the wording; older texts are looked through while the page looks on.
    editor.goto("/retired")
    editor.get_by_role("link", name="停用一个措辞").first.click()
    editor.get_by_label("停用的措辞或价格").fill(old)
    editor.get_by_label("改用").fill(new)
    editor.get_by_label("原因").fill("等级名称统一。")
    editor.get_by_role("button", name="停用", exact=True).click()
    expect(editor.locator("#retired-progress")).to_contain_text("还有 1 篇待改", timeout=20_000)
    editor.reload()
    expect(editor.locator("[data-row]", has_text=title).locator("mark")).to_have_text(old)
    # The rep finds her task, opens the text with the new wording in it, looks, and saves.
    rep.goto(address)
    rep.get_by_role("link", name="在这里替换").click()
    expect(rep.locator(".CodeMirror")).to_contain_text(new)
    rep.get_by_role("button", name="保存修改").click()
    expect(rep.locator(".prose strong")).to_have_text("账期")
    expect(rep.locator("article")).not_to_contain_text(old)
    # Nothing is left.
    editor.reload()
    expect(editor.locator("#retired-progress")).to_contain_text("全部改完")


def test_whoever_types_a_retired_wording_is_warned_and_helped(visit: Visitors) -> None:
    page = visit("lina")
    page.goto("/documents/new")
    write_text(page, "可安排现场服务两天。")
    warning = page.locator(".retired-warning", has_text="现场服务")
    expect(warning).to_contain_text("请改用“驻场技术支持”")
    warning.get_by_role("button", name="替换").click()
    expect(page.locator(".CodeMirror")).to_contain_text("可安排驻场技术支持两天。")
    expect(warning).to_have_count(0)
    page.on("dialog", lambda dialog: dialog.accept())


def test_a_text_may_keep_it_for_a_reason(visit: Visitors) -> None:
    page = visit("linyue")
    page.goto("/retired")
    page.get_by_role("link", name="去年同期").click()
    page.goto(f"{page.url}?which=mine")
    row = page.locator("[data-row]").first
    title = row.locator(".row-title").inner_text()
    row.get_by_text("可以保留", exact=True).click()
    row.get_by_label("保留的原因").fill("年报原文")
    row.get_by_role("button", name="保存", exact=True).click()
    see_message(page, "原因已记录")
    page.get_by_role("link", name=re.compile("^同意保留")).click()
    expect(page.locator("[data-row]", has_text=title).first).to_contain_text("年报原文")
