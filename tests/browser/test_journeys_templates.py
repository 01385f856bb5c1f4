"""Somebody writes what must follow a form: the title that writes itself, rows, tables of all, newer versions, the builder."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from tests.browser.steps import TECHNIQUES, fresh, see_message, title_field
from tests.browser.visiting import PHONE

if TYPE_CHECKING:
    from tests.browser.visiting import Visitors


def fits(page: Page) -> None:
    """Nothing sticks out at the side."""
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def choose(page: Page, name: str) -> None:
    page.goto("/templates")
    page.locator(".tile", has=page.get_by_role("link", name=name, exact=True)).get_by_text("使用").click()


def test_a_visit_is_recorded_and_found_in_the_table_of_all(visit: Visitors) -> None:
    page = visit("lina")
    customer = fresh("滦河橡胶")
    choose(page, "拜访记录")
    # The title follows what she fills in.
    page.get_by_label("客户", exact=True).fill(customer)
    page.get_by_label("拜访日期").fill("2026-11-18")
    expect(title_field(page)).to_have_value(f"华北大区-{customer}-拜访-20261118")
    page.get_by_label("拜访目的").select_option("送样或跟样")
    page.get_by_label("同行人").fill("邓珂")
    page.get_by_label(re.compile("对手到厂价")).fill("２．１ 万")
    # Enter in the last row makes another one; the middle one is removed again.
    page.get_by_label("姓名，第 1 行").fill("程工")
    page.get_by_label("姓名，第 1 行").press("Enter")
    expect(page.get_by_label("姓名，第 2 行")).to_be_focused()
    page.get_by_label("姓名，第 2 行").fill("小罗")
    page.locator("#field-met").get_by_role("button", name="增加一行").click()
    page.get_by_label("姓名，第 3 行").fill("多余")
    page.locator("#field-met").get_by_role("button", name="移除第 3 行").click()
    page.get_by_label("下次联系日期").fill("2026-11-25")
    page.get_by_role("button", name="发布", exact=True).click()
    see_message(page, "已发布。")
    sheet = page.get_by_role("region", name="字段")
    for text in (customer, "2026-11-18", "¥21,000", "邓珂", "程工", "小罗"):
        expect(sheet.get_by_text(text, exact=True).first).to_be_visible()
    expect(sheet.get_by_text("多余")).to_have_count(0)
    # A colleague finds it in the table of all visits.
    colleague = visit("chenxi")
    colleague.goto(page.url)
    colleague.get_by_role("link", name="全部同类记录").click()
    colleague.get_by_label("客户", exact=True).fill(customer)
    colleague.get_by_role("button", name="筛选").click()
    expect(colleague.locator("tbody tr")).to_have_count(1)
    colleague.get_by_role("link", name="拜访日期").click()
    expect(colleague.locator("th[aria-sort]")).to_contain_text("拜访日期")
    with colleague.expect_download() as waiting:
        colleague.get_by_role("link", name="导出").click()
    assert waiting.value.suggested_filename.endswith(".csv")


def test_a_title_of_ones_own_is_left_alone_and_what_does_not_fit_is_said(visit: Visitors) -> None:
    page = visit("lina")
    choose(page, "价格询问")
    page.get_by_label("产品牌号").fill("HY-C60")
    title_field(page).fill(fresh("我自己的题目"))
    own = title_field(page).input_value()
    page.get_by_label("产品牌号").fill("HY-C90")
    expect(title_field(page)).to_have_value(own)
    page.get_by_label(re.compile(r"^数量")).fill("很多")
    page.get_by_label("空间", exact=True).select_option(label=TECHNIQUES)
    page.get_by_role("button", name="发布", exact=True).click()
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name=re.compile("数量.*不是数字")).click()
    expect(page.get_by_label(re.compile(r"^数量"))).to_be_focused()
    expect(title_field(page)).to_have_value(own)


def test_a_template_is_built_used_changed_and_its_document_lifted(visit: Visitors) -> None:
    keeper, page = visit("linyue"), visit("lina")
    name = fresh("样品跟踪")
    keeper.goto("/templates/new")
    keeper.get_by_label("模板名称").fill(name)
    keeper.get_by_label("字段 1 的名称").fill("客户")
    keeper.locator("#ask-1-type").select_option("customer")
    keeper.get_by_role("button", name="增加字段").click()
    keeper.get_by_label("字段 2 的名称").fill("进度")
    second = keeper.locator(".ask").nth(1)
    second.locator("[data-ask-type]").select_option("choice")
    second.get_by_label("选项", exact=True).fill("已寄\n在试\n通过")
    keeper.get_by_role("button", name="上移字段 2").click()
    keeper.get_by_role("button", name="发布", exact=True).click()
    see_message(keeper, "已保存。")
    expect(keeper.locator(".ask-label").first).to_have_text("进度")
    address = keeper.url
    # Somebody writes by it.
    choose(page, name)
    title_field(page).fill(fresh("样品一号"))
    page.get_by_label("进度").select_option("在试")
    page.get_by_label("空间", exact=True).select_option(label=TECHNIQUES)
    page.locator(".CodeMirror").click()
    page.keyboard.insert_text("寄了五公斤。")
    page.get_by_role("button", name="发布", exact=True).click()
    see_message(page, "已发布。")
    # The keeper replaces a field; the document stays as it is until its author agrees.
    keeper.goto(f"{address}/edit")
    keeper.get_by_role("button", name="移除字段 1").click()
    keeper.get_by_role("button", name="增加字段").click()
    keeper.locator(".ask").last.get_by_label(re.compile("的名称")).fill("负责人")
    keeper.get_by_role("button", name="保存为新版本").click()
    see_message(keeper, "已保存。")
    page.reload()
    page.get_by_role("link", name="查看变化").click()
    expect(page.locator("aside del")).to_have_text("进度")
    expect(page.locator("aside ins")).to_have_text("负责人")
    page.get_by_label("负责人").fill("小罗")
    page.get_by_role("button", name="按新版保存").click()
    see_message(page, "文档已更新到模板的最新版本。")
    page.get_by_text("原有字段").click()
    expect(page.locator(".factsheet-former dd")).to_have_text("在试")


def test_without_a_script_and_on_a_phone(visit: Visitors) -> None:
    page = visit("lina", **PHONE, java_script_enabled=False)
    customer = fresh("无脚本客户")
    choose(page, "拜访记录")
    page.get_by_label("客户", exact=True).fill(customer)
    page.get_by_label("拜访日期").fill("2026-11-18")
    page.get_by_label("拜访目的").select_option("例行维护")
    page.get_by_label("姓名，第 1 行").fill("程工")
    page.get_by_label("姓名，第 3 行").fill("小罗")
    page.get_by_label("下次联系日期").fill("2026-11-25")
    page.get_by_role("button", name="发布", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"华北大区-{customer}-拜访-20261118")
    expect(page.get_by_role("region", name="字段").get_by_text("小罗")).to_be_visible()


def test_every_page_fits_a_phone(visit: Visitors) -> None:
    page, keeper = visit("lina", **PHONE), visit("linyue", **PHONE)
    page.goto("/templates")
    fits(page)
    page.get_by_role("link", name="拜访记录", exact=True).click()
    fits(page)
    keeper.goto(f"{page.url}/edit")
    fits(keeper)
    page.goto(f"{page.url}/records")
    page.get_by_text("筛选").first.click()
    fits(page)
    choose(page, "客户调查")
    fits(page)
